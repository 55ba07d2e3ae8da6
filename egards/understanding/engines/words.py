"""Cutting a text into words and what separates them, and folding words."""

from __future__ import annotations

import re
import unicodedata

# U+0300–U+036F: combining accents, when a text arrives decomposed (NFD), as macOS writes it.
# Begins with one plain set of characters rather than a repetition, which ``re`` would try at every place.
_SEPARATOR = re.compile(r"([^\w\u0300-\u036f][^\w\u0300-\u036f]*)")
_LONG_RUN = re.compile(r"(\w)\1{2,}")
_LIGATURES = {ord("œ"): "oe", ord("æ"): "ae", ord("ß"): "ss"}
_HARD = re.compile(r"[.!?…;]|\n\s*\n")
_SOFT = re.compile(r"[,:()\n/«»]|\s[-–—]|[-–—]\s")

NUMBER = "<n>"
NO_BREAK, SOFT, HARD = 0, 1, 2
GLUED = 3  # a lone « . » or « , »: a decimal mark after digits, a break otherwise
MOOD = 4  # added to the level of a separator that holds an emoji
_WITHOUT_MOOD = bytes(level & ~MOOD for level in range(256))


def split(text: str) -> list[str]:
    """Words at even places, what follows each at odd ones; the first and the last word may be empty."""
    parts = _SEPARATOR.split(text)
    parts.append("")
    return parts


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


def break_level(separator: str) -> int:
    """How much a separator cuts: ``HARD`` ends a sentence, ``SOFT`` a clause; ``GLUED`` depends on the word before."""
    if separator in {".", ","}:
        return GLUED
    if _HARD.search(separator):
        return HARD
    return SOFT if _SOFT.search(separator) else NO_BREAK


def settled(words: list[str], separators: list[str], levels: bytes) -> bytes:
    """The levels without ``MOOD``, and the glued ones decided: « 3,5 » does not cut, « bien.Merci » does."""
    plain = bytearray(levels.translate(_WITHOUT_MOOD))
    at = plain.find(GLUED)
    while at >= 0:
        plain[at] = NO_BREAK if words[at].isdigit() else HARD if separators[at] == "." else SOFT
        at = plain.find(GLUED, at + 1)
    return bytes(plain)
