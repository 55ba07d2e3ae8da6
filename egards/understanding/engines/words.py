"""Cutting a text into pieces (a word and what separates it from the next) and folding words."""

from __future__ import annotations

import re
import unicodedata

# U+0300–U+036F: combining accents, when a text arrives decomposed (NFD), as macOS writes it.
_WORD = r"[\w\u0300-\u036f]"
_NOT_WORD = r"[^\w\u0300-\u036f]"
PIECE = re.compile(f"{_WORD}+{_NOT_WORD}*")
WORD = re.compile(f"{_WORD}+")
LEAD = re.compile(f"{_NOT_WORD}*")
_LONG_RUN = re.compile(r"(\w)\1{2,}")
_LIGATURES = {ord("œ"): "oe", ord("æ"): "ae", ord("ß"): "ss"}
_HARD = re.compile(r"[.!?…;]|\n\s*\n")
_SOFT = re.compile(r"[,:()\n/«»]|\s[-–—]|[-–—]\s")

NUMBER = "<n>"
NO_BREAK, SOFT, HARD = 0, 1, 2


def fold(word: str) -> str:
    """Lower case without accents: ``Très`` → ``tres``, ``cœur`` → ``coeur``."""
    lowered = word.lower()
    if lowered.isascii():
        return lowered
    decomposed = unicodedata.normalize("NFKD", lowered.translate(_LIGATURES))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def shortened(word: str) -> tuple[str, str]:
    """A stretched word with its long runs cut to one letter, and to two: ``suuuper`` → (``super``, ``suuper``)."""
    return _LONG_RUN.sub(r"\1", word), _LONG_RUN.sub(r"\1\1", word)


def is_stretched(word: str) -> bool:
    """Whether one letter is repeated three times or more."""
    return _LONG_RUN.search(word) is not None


def break_level(separator: str, *, after_digits: bool) -> int:
    """How much a separator cuts: ``HARD`` ends a sentence, ``SOFT`` a clause. « 3,5 » and « 1.500 » do not cut."""
    if separator == " " or (after_digits and separator in {".", ","}):
        return NO_BREAK
    if _HARD.search(separator):
        return HARD
    return SOFT if _SOFT.search(separator) else NO_BREAK
