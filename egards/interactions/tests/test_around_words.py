"""What stands around a word is shown, whatever its sender wrote there."""

from __future__ import annotations

from datetime import date

import pytest

from egards.interactions.around_words import around_lines
from egards.touchpoints.mime.calendars import read_calendar

TODAY = date(2026, 11, 20)


def shown(start: str) -> str:
    """What a page shows of an appointment at that moment."""
    (one,) = read_calendar(f"BEGIN:VEVENT\nSUMMARY:Visite\nDTSTART:{start}\nDTEND:{start}\nEND:VEVENT\n")
    row = {"title": one.summary, "starts": one.start, "ends": one.end, "where": "", "method": ""}
    (line,) = around_lines({"appointments": [row]}, today=TODAY)
    return line.text.replace("\xa0", " ").replace("\u202f", " ")


def test_it_works() -> None:
    assert "samedi 21 novembre, 10 h" in shown("20261121T090000Z")


@pytest.mark.parametrize("start", ["99991231T235959Z", "00010101T000000Z"])
def test_a_moment_beyond_any_clock_breaks_no_page(start: str) -> None:
    assert "Visite" in shown(start)
