"""Mails of ours, written as real programs write them: each has what must be read beside it, under the documented names.

A change that gains on other people's samples and loses here is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from egards.touchpoints.mime import as_json, parse

CASES = Path(__file__).parent / "mime"
#: Names in the expectations that are not those of fields.
CONTAINS = ("quoted_has", "forwarded_when_has", "forwarded_text_has", "forwarded_at")


def mails(folder: str) -> list[Path]:
    return sorted((CASES / folder).glob("*.eml"))


def read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    found = as_json(parse(path.read_bytes(), authserv_id="mx.boutique.example"))
    return json.loads(json.dumps(found)), json.loads(path.with_suffix(".json").read_text())


def holds(found: Any, expected: Any) -> bool:
    """Whether what is expected is there: dictionaries by the keys that they name, lists item by item."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(holds(found.get(name), value) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(holds, found, expected))
    return bool(found == expected)


def differences(path: Path) -> list[str]:
    found, expected = read(path)
    first = (found["forwarded"] or [{}])[0]
    parts = {
        "quoted_has": found["quoted_text"],
        "forwarded_when_has": first.get("when", ""),
        "forwarded_text_has": first.get("text", ""),
    }
    wrong = [name for name, whole in parts.items() if expected.get(name, "") not in whole]
    if "forwarded_at" in expected and first.get("at") != expected["forwarded_at"]:
        wrong.append("forwarded_at")
    fields = {name: value for name, value in expected.items() if name not in CONTAINS}
    wrong += [f"{name}: {found[name]!r}" for name, value in fields.items() if not holds(found[name], value)]
    return wrong + [problem for problem in found["problems"] if "analysé" in problem]


@pytest.mark.parametrize("path", mails("replies"), ids=lambda path: path.stem)
def test_what_a_person_wrote_this_time(path: Path) -> None:
    assert differences(path) == []


@pytest.mark.parametrize("path", mails("pages"), ids=lambda path: path.stem)
def test_what_a_person_wrote_in_a_page(path: Path) -> None:
    assert differences(path) == []


@pytest.mark.parametrize("path", mails("forwards"), ids=lambda path: path.stem)
def test_what_a_person_hands_on(path: Path) -> None:
    assert differences(path) == []


@pytest.mark.parametrize("path", mails("automatic"), ids=lambda path: path.stem)
def test_what_no_person_wrote(path: Path) -> None:
    assert differences(path) == []


@pytest.mark.parametrize("path", mails("bounces"), ids=lambda path: path.stem)
def test_what_came_back(path: Path) -> None:
    assert differences(path) == []


@pytest.mark.parametrize("path", mails("shapes"), ids=lambda path: path.stem)
def test_what_a_mail_is_made_of(path: Path) -> None:
    assert differences(path) == []


def test_the_full_text_is_always_kept() -> None:
    whole = [as_json(parse(path.read_bytes())) for path in mails("replies")]
    lost = [
        line
        for mail in whole
        for line in f"{mail['reply_text']}\n{mail['quoted_text']}".split()
        if line not in mail["text"]
    ]
    assert lost == []
