"""Hours in words, digits that are missing, a mail's own words."""

from __future__ import annotations

from datetime import time

import pytest

from egards.core.working_hours import Calendar
from egards.public.rules import french_digits_missing, own_words, paragraphs, week_in_words

NINE, NOON, TWO, SEVEN = time(9), time(12), time(14), time(19)


def hours(**days: tuple[tuple[time, time], ...]) -> Calendar:
    return Calendar("Europe/Paris", {int(day[1:]): slots for day, slots in days.items()})


@pytest.mark.parametrize(
    ("calendar", "words"),
    [
        (hours(), ""),
        (hours(d3=((NINE, NOON),)), "le mercredi de 9 h à 12 h"),
        (hours(d6=((NINE, NOON),), d7=((NINE, NOON),)), "le samedi et le dimanche de 9 h à 12 h"),
        (
            hours(**{f"d{n}": ((NINE, SEVEN),) for n in range(1, 6)}, d6=((time(10), time(18)),)),
            "du lundi au vendredi de 9 h à 19 h, le samedi de 10 h à 18 h",
        ),
        (
            hours(**{f"d{n}": ((TWO, SEVEN), (NINE, NOON)) for n in range(1, 8)}),
            "tous les jours de 9 h à 12 h et de 14 h à 19 h",
        ),
        (
            hours(d1=((NINE, NOON),), d3=((NINE, time(12, 30)),)),
            "le lundi de 9 h à 12 h, le mercredi de 9 h à 12 h 30",
        ),
    ],
)
def test_a_week_in_words(calendar: Calendar, words: str) -> None:
    assert week_in_words(calendar).replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ("06 39 98 41 27", 0),
        ("06.39.98.41", 2),
        ("06-39-98-41-2", 1),
        ("+33 6 39 98 41 27", 0),
        ("+33 (0)6 39 98 41 27", 0),
        ("0033 6 39 98 41", 2),
        ("06 39 98 41 27 1", -1),
        ("+44 20 7946 0958", 0),
        ("00 44 20 7946 0958", 0),
        ("odile", 0),
        ("", 0),
    ],
)
def test_digits_that_are_missing(typed: str, missing: int) -> None:
    assert french_digits_missing(typed) == missing


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Bonjour.", "Bonjour."),
        ("D’accord.\r\n\r\nLe 20 nov. 2026, Camille a écrit :\r\n> Elles partent.\r\n> Camille", "D’accord."),
        ("Oui.\n\nOn Mon, Nov 23, Camille wrote:\n\n> Elles partent.\n\nMerci.", "Oui.\n\nMerci."),
        ("> rien que du cité", "> rien que du cité"),
        ("", ""),
    ],
)
def test_a_mail_without_what_it_quotes(text: str, own: str) -> None:
    assert own_words(text) == own


def test_paragraphs() -> None:
    assert paragraphs("Un\r\ndeux\r\n\r\n \t\r\ntrois") == ["Un\ndeux", "trois"]
