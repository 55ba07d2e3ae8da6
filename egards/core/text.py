"""Text as the base can hold it, as keys compare it and as lists sort it."""

from __future__ import annotations

import re
import unicodedata

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"\s+")


def storable(text: str) -> str:
    """Return the text without NUL and lone surrogates, which PostgreSQL refuses."""
    return _UNSAFE.sub("", text) if _UNSAFE.search(text) else text


def normalised(text: str) -> str:
    """Return the text as two copies of one word compare: NFC, one space for any run of white space, trimmed."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def plain(text: str) -> str:
    """Return the text as one compares names: accents and case folded."""
    decomposed = unicodedata.normalize("NFD", text.casefold()).replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def sort_key(text: str) -> str:
    """Return a French sort key: accents and case folded, then the text itself so that ties are stable."""
    return f"{plain(text)} {text.casefold()}"


def shortened(text: str, length: int) -> str:
    """Return at most ``length`` characters, cut at a word, with an ellipsis when something is left out."""
    if len(text) <= length:
        return text
    kept, following = text[: length - 1], text[length - 1]
    if not following.isspace() and " " in kept:
        kept = kept.rsplit(" ", 1)[0]
    return kept.rstrip() + "…"
