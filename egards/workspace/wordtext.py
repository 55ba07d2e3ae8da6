"""A word as it is shown: its own sentences, what it quotes folded away, the passages that weighed underlined.

Pure: text and spans in, pieces out; the template escapes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from egards.core.typography import glued
from egards.touchpoints.mime import folded_lines

#: Beyond, the page says where the rest is. A novel in one mail is rare; a browser is not made for it.
MOST_SHOWN = 100_000
#: Mailers cut lines somewhere before these: what is longer was not cut, what is shorter ended where its author said.
_LONGEST_WRAPPED = 80
_SHORTEST_WRAPPED = 60
_LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
_QUOTE_SIGNS = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage that weighed: character offsets into the text, and how it is underlined (neg, pos, amb)."""

    start: int
    end: int
    tone: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters under one underline, or none."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs that were said, or that were quoted from somebody else."""

    is_quoted: bool
    paragraphs: tuple[tuple[Piece, ...], ...]
    lines: int


def blocks(text: str, marks: Sequence[Mark] = ()) -> list[Block]:
    """Cut a text into what is said and what is quoted, each in paragraphs of pieces."""
    text = glued(text[:MOST_SHOWN])
    flat = list(_flattened(marks, len(text)))
    found = []
    for is_quoted, start, end in _stretches(text):
        paragraphs = tuple(_unquoted(text[start:end]) if is_quoted else _paragraphs(text, start, end, flat))
        if paragraphs:
            found.append(Block(is_quoted, paragraphs, text.count("\n", start, end) + (not text[:end].endswith("\n"))))
    return found


def excerpt(text: str, length: int = 320) -> str:
    """Return the beginning of what was said, on one line, without what it quotes (all of it, if it only quotes)."""
    own = " ".join(" ".join(text[a:b] for quoted, a, b in _stretches(text[: length * 8]) if not quoted).split())
    own = own or " ".join(text[: length * 2].split())
    own = glued(own)
    return own if len(own) <= length else own[: length - 1].rsplit(" ", 1)[0] + "…"


def _flattened(marks: Sequence[Mark], length: int) -> Iterator[Mark]:
    """Marks in order, without overlap: the first begun wins, what sticks out of it is kept."""
    reached = 0
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        start, end = max(mark.start, reached), min(mark.end, length)
        if start < end:
            yield Mark(start, end, mark.tone)
            reached = end


def _stretches(text: str) -> list[tuple[bool, int, int]]:
    """Runs of lines that are quoted or not, as offsets: behind ``>``, or under what a program wrote above a copy."""
    runs: list[tuple[bool, int, int]] = []
    for match, is_folded in zip(_LINE.finditer(text), folded_lines(text), strict=False):
        start, end = match.span()
        is_quoted = is_folded or match.group().lstrip().startswith(">")
        if is_quoted != (runs[-1][0] if runs else None) and not match.group().strip() and runs:
            is_quoted = runs[-1][0]  # an empty line goes with what stands above it
        if runs and runs[-1][0] == is_quoted:
            runs[-1] = (is_quoted, runs[-1][1], end)
        else:
            runs.append((is_quoted, start, end))
    return runs


def _unquoted(text: str) -> Iterator[tuple[Piece, ...]]:
    """What was quoted, without the signs that say so; nothing weighs in it."""
    plain = _QUOTE_SIGNS.sub("", text)
    return _paragraphs(plain, 0, len(plain), ())


def _paragraphs(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterator[tuple[Piece, ...]]:
    is_wrapped = max(map(len, text[start:end].split("\n")), default=0) <= _LONGEST_WRAPPED
    for match in re.finditer(r"\S(?:.|\n(?!\s*\n))*", text[start:end]):
        said = match.group().rstrip()
        yield tuple(_pieces(_unwrapped(said) if is_wrapped else said, start + match.start(), marks))


def _unwrapped(paragraph: str) -> str:
    """Lines that a mailer cut become one again; those that their author ended stay. As long as it was."""
    lines = paragraph.split("\n")
    joined = lines[:1]
    for before, line in pairwise(lines):
        word = line.partition(" ")[0]
        is_cut = before.endswith(" ") or len(before) + 1 + len(word) > _SHORTEST_WRAPPED
        joined.append((" " if is_cut else "\n") + line)
    return "".join(joined)


def _pieces(said: str, start: int, marks: Sequence[Mark]) -> Iterator[Piece]:
    """Cut what was said, ``start`` characters into the text, where marks begin and end."""
    at, end = start, start + len(said)
    for mark in marks:
        a, b = max(mark.start, at), min(mark.end, end)
        if a >= b:
            continue
        if at < a:
            yield Piece(said[at - start : a - start])
        yield Piece(said[a - start : b - start], mark.tone)
        at = b
    if at < end:
        yield Piece(said[at - start :])
