"""Where the words of others begin in a mail: introductions, copied headers, separators. Pure, linear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from .quote_words import ABOVE, FORWARDED, LABELS, OPENERS, ORIGINAL, WROTE, WROTE_UNSPACED
from .signatures import is_rule

#: Marks that ``quoted_html`` leaves in a text made from a page; no mail text holds them, they are taken out before.
INTRODUCES = "\ue0a1"
ENDS_WORDS = "\ue0a2"
LONGEST_INTRODUCTION = 5  # lines
LONGEST_JOINED = 500  # characters
MAX_HEADER_LINES = 40


class Kind(Enum):
    """How the words of others are introduced."""

    INTRODUCTION = "introduction"  # « Le … a écrit : »
    HEADERS = "headers"  # « De : … Envoyé : … »
    SEPARATOR = "separator"  # « ----- Message d’origine ----- »
    FORWARD = "forward"  # « ---------- Forwarded message --------- »
    ABOVE = "above"  # « Répondez au-dessus de cette ligne »


@dataclass(frozen=True, slots=True)
class Break:
    """Lines ``start`` to ``stop`` introduce words of others; ``headers`` says by label what the copied headers say."""

    kind: Kind
    start: int
    stop: int
    headers: tuple[tuple[str, str], ...] = ()


_QUOTE = re.compile(r"\s{0,3}(?:>|\|(?:\s|$))")
_WROTE = re.compile(rf"(?:^|[\s,>)\"”»])(?:{WROTE})(?:[\s:：(]|$)|(?:{WROTE_UNSPACED})\s?[:：]?\s*$", re.I)
_QUOTING = re.compile(
    r"[\s>*_]*(?:quoting|zitat von|citando|citation de|citat|citazione di)\s.{0,80}@.{0,80}:\s*$", re.I
)
_OPENER = re.compile(rf"[\s>*_–—-]*(?:(?:{OPENERS})\b|[在于於]\s?\d)", re.I)
_MAIL = re.compile(r"[^\s<>()\[\]:;,\"]{1,200}@[^\s<>()\[\]:;,\"]{2,200}|<\s*mailto:|\[mailto:", re.I)
_CLOCK = re.compile(r"\b\d{1,2}\s?[:.hH]\s?\d{2}\b|\d{1,2} ?(?:h|Uhr|[ap]\.?m\.?)\b")
_DAY = re.compile(r"\b\d{4}\b|\b\d{1,2}\s?[./-]\s?\d{1,2}\b|\b\d{1,2}\.? \w{3}|\w{3,} \d{1,2}\b|年|년")
_VIA = re.compile(r"[\s>*_]*\S.{0,80}\svia\s.{2,80}\swrote\s?:\s*$", re.I)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_STAMPED = re.compile(r"[\s>*_]*20\d\d-\d\d-\d\d \d\d:\d\d (?:GMT|UTC)?[+-]\d\d:?\d\d\b.{2,80}:\s*$")
_DATED_START = re.compile(r"[\s>*_]*(?:\w{2,12}\.?,?\s+(?:den\s+)?)?\d{1,4}[\s./年-]")
_NAME_START = re.compile(r"[\s>*_]*(?:[\"“«']?[^\W\d_][^:!?]{0,100})?[<(\[\"]?[^\s<>]{0,100}@")
_COLON_END = re.compile(r"[:：]\s*[*_]*\s*$")
_AFTER_COLON = " \t*_\u202f"
_BEFORE_WORDS = " \t*>"
_AROUND_LABEL = " \t*_>|\u202f\ufeff"
_DRAWN = frozenset(f" \t*-_=~─—–#{INTRODUCES}{ENDS_WORDS}")
_LAST = frozenset(":： \t*_\u202f>")
_DIGIT = re.compile(r"\d")
_VERBS = frozenset(words.split("\\")[0].split()[-1] for words in WROTE.split("|"))
_UNSPACED_VERBS = tuple(WROTE_UNSPACED.split("|"))
_FIRST_WORDS = frozenset(word.split()[0] for word in OPENERS.split("|"))
_RULES = frozenset(f"-_=~─—–#{INTRODUCES}{ENDS_WORDS}")
_BY_LABEL = {word: kind for kind, words in LABELS.items() for word in words.split("|")}
_HEADER = re.compile(r"[\s>|*_\ufeff]{0,8}([^\W\d_][^:：\n]{0,24}?)\s?[*_]*\s?[:：](?!//)[*_]*(?:\s|$|(?=[^\s]))(.*)$")
_ORIGINAL = re.compile(rf"[\s*>_]*[-_=~─—–]{{2,}}+[\s>*]*+(?:(?:{ORIGINAL})\b.{{0,60}}|original[ -]*)$", re.I)
_FORWARD = re.compile(
    rf"[\s*>_]*(?:[-_=~─—–]{{2,}}+[\s>*]*+(?:{FORWARDED})\b.{{0,80}}|(?:begin|début|anfang|inicio|inizio"
    rf"|início).{{0,12}}?"
    rf"(?:{FORWARDED}).{{0,10}}|(?:{FORWARDED})\s?:)\s*$",
    re.I,
)
# Looking for a word is much faster than for all the sentences that it may stand in.
_ORIGINAL_WORDS = (*ORIGINAL.split("|"), "original-", "original -")
_FORWARD_WORDS = tuple(FORWARDED.split("|"))
_ABOVE_WORDS = ("above", "dessus", "oberhalb", "über dieser", "encima", "sopra", "boven", "acima")
_KEYS = frozenset(words.split()[0] for words in (*_ORIGINAL_WORDS, *_FORWARD_WORDS)) | frozenset(
    ("begin", "anfang", "inicio", "inizio", *(word for words in _ABOVE_WORDS for word in words.split()))
)
_ABOVE = re.compile(rf"[^\w]{{0,12}}.{{0,40}}(?:{ABOVE}).{{0,60}}$", re.I)


def is_quote(line: str) -> bool:
    """Whether a line carries a quote mark: « > », or the bar of some programs."""
    mark = line[:1]
    return mark == ">" or (mark in " \t|" and bool(_QUOTE.match(line)))


def find_break(lines: Sequence[str], start: int = 0) -> Break | None:
    """Return the first place from ``start`` on where the words of others are introduced outside of quote marks."""
    for place, may_open in _worth_a_look(lines, start):
        line = lines[place]
        if not line.isspace() and not is_quote(line) and (found := _break_at(lines, place, may_open=may_open)):
            return found
    return None


def _worth_a_look(lines: Sequence[str], start: int) -> Iterator[tuple[int, bool]]:
    """The few lines that may begin a break, and whether it may be an introduction: all after is slower than this."""
    for place in range(start, len(lines)):
        line = lines[place]
        mark = line[:1]
        if mark == ">":
            continue
        if ":" in line or line[-1:] == ">" or "：" in line:
            if line.rstrip(_AFTER_COLON)[-1:] in (":", "：", ">"):
                for opening in _openings(lines, start, place):
                    yield opening, True
            elif _may_label(line):
                yield place, False
        if mark in _DRAWN and line.lstrip(_BEFORE_WORDS)[:1] in _RULES:
            yield place, False


def _openings(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    """Where an introduction that ends on this line may begin, if it has a date, an address, or a quote just after."""
    top = end
    while top > start and end - top < LONGEST_INTRODUCTION - 1 and lines[top - 1].strip():
        top -= 1
    near = " ".join(lines[top : end + 1])
    if _may_introduce(near, is_quoted_after=_is_quoted(lines, end + 1)):
        above = range(max(start, end - LONGEST_INTRODUCTION), top)
        yield from (place for place in above if lines[place] and _first_word(lines[place]) in _FIRST_WORDS)
        yield from range(top, end)
    yield end


def _may_introduce(near: str, *, is_quoted_after: bool) -> bool:
    """Whether the lines up to a colon hold what an introduction cannot do without."""
    if near.rstrip(_AFTER_COLON)[-1] == ">":  # old Gmail: « 2013/7/20 Sam <sam@…> »
        return is_quoted_after and "@" in near
    has_mail, has_digit = "@" in near, bool(_DIGIT.search(near))
    if (has_mail and has_digit) or (is_quoted_after and (has_mail or has_digit)):
        return True
    return (has_mail or has_digit or is_quoted_after or " via " in near) and (
        _may_say_wrote(near) or bool(_QUOTING.match(near))
    )


def _first_word(line: str) -> str:
    return line[:40].lstrip(' \t>*_–—-"[').partition(" ")[0].lower()


def _may_label(line: str) -> bool:
    head = (line if line.isascii() else line[:60].replace("：", ":")).partition(":")[0]
    return len(head) < 36 and head.strip(_AROUND_LABEL).lower() in _BY_LABEL


def _break_at(lines: Sequence[str], place: int, *, may_open: bool) -> Break | None:
    line = lines[place]
    if line[0] == ENDS_WORDS:
        return _marked(lines, place)
    if separator := _separator(lines, place):
        return separator
    if line[0] == INTRODUCES:
        last = place
        while last + 1 < len(lines) and lines[last + 1].startswith(INTRODUCES):
            last += 1
        return Break(Kind.INTRODUCTION, place, last + 1)
    if _may_label(line) and (headers := _headers(lines, place)):
        return headers
    return _introduction(lines, place) if may_open else None


def _marked(lines: Sequence[str], place: int) -> Break:
    """A place where the page itself says that the words end."""
    after = _next_words(lines, place + 1)
    if after < len(lines):
        stripped = [lines[after], *lines[after + 1 : after + MAX_HEADER_LINES]]
        if headers := _headers(stripped, 0):
            return Break(Kind.HEADERS, place, after + headers.stop, headers.headers)
        if separator := _separator(lines, after):
            return Break(separator.kind, place, separator.stop, separator.headers)
    return Break(Kind.SEPARATOR, place, place + 1)


def _separator(lines: Sequence[str], place: int) -> Break | None:
    line = lines[place]
    if len(line) > 160 or not _may_separate(line):
        return None
    folded = line.lower()
    if line.isascii() and _KEYS.isdisjoint(folded.replace("-", " ").replace("_", " ").replace("*", " ").split()):
        return None
    if any(map(folded.__contains__, _FORWARD_WORDS)) and _FORWARD.match(line):
        kind = Kind.FORWARD
    elif any(map(folded.__contains__, _ORIGINAL_WORDS)) and _ORIGINAL.match(line):
        kind = Kind.SEPARATOR
    elif len(line) < 120 and any(map(folded.__contains__, _ABOVE_WORDS)) and _ABOVE.match(line):
        return Break(Kind.ABOVE, place, place + 1) if line.strip()[0] in "-#=*_~—" else None
    else:
        return None
    after = _next_words(lines, place + 1)
    if after < len(lines) and (headers := _headers(lines, after, least=1)):
        return Break(kind, place, headers.stop, headers.headers)
    return Break(kind, place, place + 1)


def _may_separate(line: str) -> bool:
    """A drawn start with words after it, or a colon at the end: most lines are neither."""
    start = line.lstrip(_BEFORE_WORDS)
    if start[:1] in _RULES:
        return not is_rule(line)
    return line.rstrip(_AFTER_COLON)[-1:] in (":", "：")


def _next_words(lines: Sequence[str], place: int) -> int:
    while place < len(lines) and (not lines[place].strip() or lines[place] == ENDS_WORDS):
        place += 1
    return place


# ── copied headers ───────────────────────────────────────────────────────────────────────────────────────────────────


def _headers(lines: Sequence[str], place: int, least: int = 2) -> Break | None:
    """Headers that follow each other, of at least two kinds, one of them the author; long ones run over lines."""
    label = _label(lines[place])
    if label is None:
        return None
    found: list[tuple[str, str]] = [label]
    end = place + 1
    last = min(len(lines), place + MAX_HEADER_LINES)
    loose = 0  # lines since the last header
    for number in range(place + 1, last):
        if not lines[number].strip():
            if not _goes_on(lines, number, found):
                break
            continue
        if label := _label(lines[number]):
            found.append(label)
            end, loose = number + 1, 0
        else:
            loose += 1
            if loose > 4 or not _long_header(found[-1], lines, number, last):
                break
            found[-1] = (found[-1][0], f"{found[-1][1]} {lines[number].strip()}")
            end = number + 1
    kinds = {kind for kind, _value in found}
    is_block = "from" in kinds and len(kinds - {"other"}) > least and bool(kinds & {"date", "subject", "to"})
    pair = least == 2 and kinds >= {"from", "date"} and bool(_MAIL.search(" ".join(v for k, v in found if k == "from")))
    return Break(Kind.HEADERS, place, end, tuple(found)) if is_block or pair else None


def _label(line: str) -> tuple[str, str] | None:
    if not _may_label(line):
        return None
    match = _HEADER.match(line[:400])
    if match is None:
        return None
    kind = _BY_LABEL.get(match[1].strip(" *_\u00a0\u202f").lower())
    return None if kind is None else (kind, match[2].strip(" *_"))


def _goes_on(lines: Sequence[str], number: int, found: Sequence[tuple[str, str]]) -> bool:
    """Pages made text may have an empty line between two headers; two, or other words, end them."""
    following = number + 1
    if following >= len(lines):
        return False
    label = _label(lines[following])
    return label is not None and label[0] not in {kind for kind, _value in found}


def _long_header(last: tuple[str, str], lines: Sequence[str], number: int, stop: int) -> bool:
    """A header runs over its line when another follows, or when it lists people or is a subject cut by its width."""
    kind, value = last
    if any(_label(lines[n]) for n in range(number + 1, min(stop, number + 4)) if lines[n].strip()):
        return kind in ("to", "cc", "subject", "from", "date")
    previous = lines[number - 1]
    return kind in ("subject", "to", "cc") and 55 <= len(previous) <= 90 and not value.endswith((".", "!", "?"))


# ── introductions ────────────────────────────────────────────────────────────────────────────────────────────────────


def _introduction(lines: Sequence[str], place: int) -> Break | None:
    """A line that starts one, and ends on it or on one of the next four."""
    joined = ""
    blanks = 0
    for number in range(place, min(len(lines), place + LONGEST_INTRODUCTION + 1)):
        line = lines[number].strip()
        if number > place and is_quote(line) and joined.count("<") <= joined.count(">"):
            return None
        if not line:
            blanks += 1
            if blanks > 1 or not _may_cross_blank(joined):
                return None
            continue
        if number - place - blanks == LONGEST_INTRODUCTION:
            return None
        joined = f"{joined} {line}" if joined else line
        if len(joined) > LONGEST_JOINED:
            return None
        if number == place and not _may_open(joined):
            return None
        if _introduces(joined, lines, number + 1):
            return Break(Kind.INTRODUCTION, place, number + 1)
    return None


def _may_open(line: str) -> bool:
    if _first_word(line) not in _FIRST_WORDS and "@" not in line and not _DIGIT.search(line[:24]):
        return _may_say_wrote(line)
    opens = _OPENER.match(line) or _DATED_START.match(line) or _NAME_START.match(line)
    return bool(opens) or _may_say_wrote(line)


def _may_say_wrote(line: str) -> bool:
    words = line.lower().replace(":", " ").replace("(", " ").replace(",", " ").replace(">", " ").split()
    if not _VERBS.isdisjoint(words):
        return True
    return not line.isascii() and any(verb in line for verb in _UNSPACED_VERBS)


def _may_cross_blank(joined: str) -> bool:
    """« On Thu, 31 Mar 2016 at 11:16 Some One », then an empty line, then the address."""
    return bool(_OPENER.match(joined) and _CLOCK.search(joined) and _DAY.search(joined)) and len(joined) < 160


def _introduces(joined: str, lines: Sequence[str], after: int) -> bool:
    if joined[-1] not in _LAST:
        return False
    if _QUOTING.match(joined):
        return True
    has_mail = "@" in joined and bool(_MAIL.search(joined))
    has_clock = bool(_CLOCK.search(joined))
    if not _COLON_END.search(joined):  # old Gmail: « 2013/7/20 Sam <sam@…> »
        return has_mail and joined.endswith(">") and bool(_DATED_START.match(joined)) and _is_quoted(lines, after)
    if _may_say_wrote(joined) and _WROTE.search(joined):
        opens = bool(_OPENER.match(joined) or _DATED_START.match(joined))
        if opens:
            has_date = bool(_YEAR.search(joined) and _DAY.search(joined))
            return has_mail or has_clock or has_date or _is_quoted(lines, after)
        named = has_mail and (has_clock or bool(_NAME_START.match(joined)))
        return named or bool(_VIA.match(joined)) or _is_quoted(lines, after)
    if _STAMPED.match(joined):
        return True
    if not has_mail:
        return bool(_OPENER.match(joined)) and has_clock and bool(_DAY.search(joined)) and _is_quoted(lines, after)
    if _DATED_START.match(joined) and (has_clock or _DAY.search(joined)):
        return True
    return (has_clock or bool(_DAY.search(joined))) and _is_quoted(lines, after)


def _is_quoted(lines: Sequence[str], place: int) -> bool:
    place = _next_words(lines, place)
    return place < len(lines) and is_quote(lines[place])
