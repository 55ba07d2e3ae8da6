"""What a person wrote this time, apart from what their program repeated, signed and announced.

Never a loss: what is not kept is in ``quoted``, and a mail made only of others' words is kept whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .quotes import ENDS_WORDS, INTRODUCES, Break, Kind, find_break, is_quote
from .signatures import end_of_words

MAX_LINES = 20_000  # lines looked at; a longer text is kept whole
MAX_TURNS = 4  # introductions above any words of the person: forwards of forwards
LONGEST_ANSWERED = 8  # lines of a quote that a person leaves above their answer
_NOTHING = f" \t\u00a0{INTRODUCES}{ENDS_WORDS}"
_UNMARKED = {ord(INTRODUCES): None, ord(ENDS_WORDS): None}


@dataclass(frozen=True, slots=True)
class Split:
    """The words of the person, the rest, and where a forwarded message begins (its break and the lines of the text)."""

    reply: str
    quoted: str
    forward: Break | None = None
    lines: tuple[str, ...] = ()


def reply_text(text: str) -> str:
    """Return what the person wrote this time; the whole text when nothing else is in it. Never raises."""
    return split_reply(text).reply


def split_reply(text: str, *, is_forward: bool = False) -> Split:
    """Part a text. ``is_forward`` says that its subject announces a forward: copied headers then open one."""
    text = text.replace("\r\n", "\n")
    original = text.split("\n")
    lines = text.replace("\u00a0", " ").split("\n") if "\u00a0" in text else original
    if len(lines) > MAX_LINES:
        return Split(text.strip("\n "), "")
    kept, forward, _folded_from = _search(lines, is_forward=is_forward)
    if not kept and forward:  # only handed on: the other's words are what there is to read
        return Split(forwarded_text(original, forward), "", forward, tuple(original))
    if not kept:
        return Split(_clean(original), "", forward, tuple(original) if forward else ())
    reply, quoted = _parted(original, kept)
    return Split(_clean(reply), _clean(quoted), forward, tuple(original) if forward else ())


def folded_lines(text: str) -> list[bool]:
    """For each line, whether it is others' words under an introduction or copied headers: a page folds it away.

    Signatures are the person's own: they are not folded. Nothing is when there is nothing else to read.
    """
    lines = text.replace("\u00a0", " ").split("\n")
    if len(lines) > MAX_LINES or find_break(lines) is None:
        return [False] * len(lines)
    kept, _forward, start = _search(lines, is_forward=False)
    said = set(kept)
    return [bool(kept) and number >= start and number not in said for number in range(len(lines))]


def _search(lines: Sequence[str], *, is_forward: bool) -> tuple[list[int], Break | None, int]:
    """The lines to keep, the forward that was met, and where the words of others begin."""
    start = 0
    forward: Break | None = None
    for _turn in range(MAX_TURNS):
        found = find_break(lines, start)
        if found and forward is None and (found.kind == Kind.FORWARD or (is_forward and found.kind == Kind.HEADERS)):
            forward = found
        kept = _kept(lines, start, found)
        if kept or found is None or found.stop >= len(lines):
            break
        start = found.stop
    return kept, forward, len(lines) if found is None else found.start


def forwarded_text(lines: Sequence[str], forward: Break) -> str:
    """The words under a forward's headers, without the quote marks that some programs put before each line."""
    words = lines[forward.stop :]
    if all(is_quote(line) for line in words if line.strip()):
        words = [line.lstrip()[1:].removeprefix(" ") if line.strip() else line for line in words]
    return _clean(words)


def _parted(lines: Sequence[str], kept: Sequence[int]) -> tuple[list[str], list[str]]:
    first, last = kept[0], kept[-1] + 1
    if last - first == len(kept):  # one piece, as nearly always
        return list(lines[first:last]), [*lines[:first], *lines[last:]]
    wanted = set(kept)
    said = [line for number, line in enumerate(lines) if number in wanted]
    return said, [line for number, line in enumerate(lines) if number not in wanted]


def _clean(lines: Sequence[str]) -> str:
    first, last = 0, len(lines)
    while first < last and lines[first].strip(_NOTHING) == "":
        first += 1
    while last > first and lines[last - 1].strip(_NOTHING) == "":
        last -= 1
    text = "\n".join(lines[first:last]).rstrip()
    return text.translate(_UNMARKED) if INTRODUCES in text or ENDS_WORDS in text else text


def _kept(lines: Sequence[str], start: int, found: Break | None) -> list[int]:
    """The numbers of the lines to keep; none when the words of the person are further down, or nowhere."""
    stop = len(lines) if found is None else found.start
    before = _without_trailing_quotes(lines, start, stop)
    has_words = _has_words(lines, start, before)
    if found is None and has_words and (top := _under_introduced_quote(lines, start, before)):
        return list(range(top, before))
    if found is None or found.kind is not Kind.INTRODUCTION or not _quote_follows(lines, found.stop):
        return list(range(start, before)) if has_words else []
    after = _answers(lines, found, has_words=has_words)
    if has_words and after:  # with the empty line that stood between them
        return [*range(start, min(before + 1, found.start)), *after]
    return list(range(start, before)) if has_words else after


def _under_introduced_quote(lines: Sequence[str], start: int, stop: int) -> int:
    """Where the words begin under one quote that holds its own introduction, as telephones write it; 0 when not so."""
    runs = _runs(lines, start, stop)
    if len(runs) != 2 or not runs[0].is_quote:
        return 0
    inside = [line.lstrip()[1:].lstrip() for line in lines[runs[0].start : runs[0].start + 6] if is_quote(line)]
    opening = find_break([*inside, "", "> "])
    is_introduced = opening is not None and opening.kind is Kind.INTRODUCTION and opening.start == 0
    return runs[1].start if is_introduced else 0


def _without_trailing_quotes(lines: Sequence[str], start: int, stop: int) -> int:
    """Where words end once signatures and quotes at the end are left out, in whatever order they come."""
    while True:
        end = end_of_words(lines, start, stop)
        while end > start and is_quote(lines[end - 1]):
            end -= 1
            while end > start and not lines[end - 1].strip():
                end -= 1
        if end == stop:
            return end
        stop = end


def _has_words(lines: Sequence[str], start: int, stop: int) -> bool:
    return any(line.strip() and not is_quote(line) for line in lines[start:stop])


def _quote_follows(lines: Sequence[str], place: int) -> bool:
    while place < len(lines) and not lines[place].strip():
        place += 1
    return place < len(lines) and is_quote(lines[place])


def _answers(lines: Sequence[str], found: Break, *, has_words: bool) -> list[int]:
    """What was written under or between the quoted lines, with the quotes that it answers."""
    again = find_break(lines, found.stop)
    stop = len(lines) if again is None else again.start
    end = _without_trailing_quotes(lines, found.stop, stop)
    runs = _runs(lines, found.stop, end)
    answers = [run for run in runs if not run.is_quote]
    if not answers:
        return []
    first = runs[0]
    if len(answers) == 1 and not has_words:
        return list(range(answers[0].start, answers[0].stop))  # under the whole quote
    if len(answers) == 1 and first.stop - first.start > LONGEST_ANSWERED:
        # a long quote under the words, then lines: an answer says something, the rest is a signature without dashes
        return list(range(answers[0].start, answers[0].stop)) if _says_something(lines, answers[0]) else []
    return list(range(first.start, answers[-1].stop))


@dataclass(frozen=True, slots=True)
class _Run:
    is_quote: bool
    start: int
    stop: int


def _runs(lines: Sequence[str], start: int, stop: int) -> list[_Run]:
    """Lines by turns: quoted, said. Empty ones belong to what comes before."""
    runs: list[_Run] = []
    for number in range(start, stop):
        line = lines[number]
        if not line.strip():
            continue
        quoted = is_quote(line)
        if runs and runs[-1].is_quote == quoted:
            runs[-1] = _Run(quoted, runs[-1].start, number + 1)
        else:
            runs.append(_Run(quoted, number, number + 1))
    return runs


def _says_something(lines: Sequence[str], run: _Run) -> bool:
    """Whether lines under a long quote are sentences rather than a name, a title and a telephone number."""
    return any(
        len(line.split()) >= 4 and line.rstrip().endswith((".", "!", "?", "…")) for line in lines[run.start : run.stop]
    )
