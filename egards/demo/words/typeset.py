"""French typography for what the house writes: ’ « » and the no-break spaces. Customers write as they like."""

from __future__ import annotations

import re
from typing import Final

NARROW: Final = "\u202f"
NO_BREAK: Final = "\u00a0"
_RULES: Final = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"\.\.\."), "…"),
    (re.compile(r"[ \u00a0\u202f]+([;:!?»])"), NARROW + r"\1"),
    (re.compile(r"«[ \u00a0\u202f]*"), "«" + NARROW),
    (re.compile(r"(?<=\d)[ ]?(€|%|h\b|min\b|kg\b|cm\b|W\b)[ ]?(?=\d)"), NO_BREAK + r"\1" + NO_BREAK),
    (re.compile(r"(?<=\d)[ ]?(€|%|h\b|min\b|kg\b|cm\b|W\b)"), NO_BREAK + r"\1"),
    (re.compile(r"(?<=\d) ?euros?\b"), NO_BREAK + "€"),
    (re.compile(r"\bn° ?(?=\w)"), "n°" + NO_BREAK),
)


def typeset(text: str) -> str:
    """Set a text written with plain signs: « 14 h 30 », « c’est », « Vraiment ? »."""
    for wrong, right in _RULES:
        text = wrong.sub(right, text)
    return text
