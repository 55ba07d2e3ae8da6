"""What somebody typed in the search field, understood: words, numbers written in several ways, a conversation's number.

Pure but for the query objects, which are plain values that Django writes as SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_

import phonenumbers
from django.contrib.postgres.search import SearchQuery, SearchQueryCombinable

from egards.core.text import plain
from egards.interactions.rules import normalised_phone

LONGEST_QUERY = 200
#: A word shorter than this begins too many others.
SHORTEST_PREFIX = 3
_MOST_NAME_WORDS = 6
_CONFIG = "egards_fr"
#: People quote as they write; PostgreSQL knows the straight mark only, and takes « for a word in some locales.
_QUOTATION_MARKS = str.maketrans("«»“”„", '"""""')
_NUMBER_SIGN = re.compile(r"^(?:conversation\s+)?(?:n\s*[°ºo]\.?|no\.?|#)\s*", re.IGNORECASE)
_DIGITS = re.compile(r"\+?[\d\s.\-/()\u00a0\u202f]*\d[\d\s.\-/()\u00a0\u202f]*\Z")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
#: A reference such as « OR-48213 »: « OR » is not « or », and its hyphen leaves nothing out.
_REFERENCE = re.compile(r"(?<![\w\"-])(?=[\w-]*\d)(?=[\w-]*[^\W\d_])\w+(?:-\w+)+", re.UNICODE)
_HYPHENS = re.compile(r"(?<=[^\W\d_])-(?=[^\W\d_])")
_PLAIN_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_NAME_BREAKS = re.compile(r"[\s\-'’.,]+")
_TOO_BIG = 10**15


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed: the text as shown again, the digits when it is a number, and the number said."""

    text: str
    digits: str = ""
    number: int | None = None

    @property
    def is_too_short(self) -> bool:
        """Whether it is one letter: the beginning of a name, and nothing to look for in what was said."""
        return len(self.text) < 2 and not self.digits


def wanted_of(typed: str) -> Wanted:
    """Read what was typed. ``n° 12 874`` is a number; so is a telephone number, however it is spaced."""
    text = " ".join(typed.replace("\x00", "").split())[:LONGEST_QUERY]
    bare = _NUMBER_SIGN.sub("", text)
    if not _DIGITS.match(bare):
        return Wanted(text)
    digits = re.sub(r"\D", "", bare)
    has_sign = bare != text
    number = int(digits) if digits and (has_sign or not digits.startswith("0")) else None
    return Wanted(text, digits, number if number is not None and number < _TOO_BIG else None)


def name_words(text: str) -> list[str]:
    """Return the words of a name as sort keys hold them: « Jean-Françoïs » gives jean, francois."""
    words = [word for word in _NAME_BREAKS.split(text) if word]
    return [plain(word) for word in words[:_MOST_NAME_WORDS]]


def query_of(wanted: Wanted, *, is_prefix: bool = False) -> SearchQueryCombinable | None:
    """Return the full-text question, None when there is nothing to look for.

    Quotation marks, ``OR`` and a minus sign are understood; a number is looked for in every way people write it.
    With ``is_prefix``, every word may go on.
    """
    if not wanted.text or wanted.is_too_short:
        return None
    if wanted.digits:
        return reduce(or_, (SearchQuery(way, config=_CONFIG, search_type="phrase") for way in _ways(wanted)))
    if is_prefix:
        return _beginnings(wanted.text)
    text = wanted.text.translate(_QUOTATION_MARKS)
    text = text if text.count('"') % 2 == 0 else text.replace('"', " ")
    parts = text.split('"')
    parts[::2] = [_HYPHENS.sub(" ", _REFERENCE.sub(lambda m: f'"{m.group()}"', part)) for part in parts[::2]]
    return SearchQuery('"'.join(parts), config=_CONFIG, search_type="websearch")


def _beginnings(text: str) -> SearchQueryCombinable | None:
    words = [word for word in _PLAIN_WORD.findall(text) if len(word) >= SHORTEST_PREFIX]
    asked = [SearchQuery(f"{word}:*", config=_CONFIG, search_type="raw") for word in words]
    return reduce(and_, asked) if asked else None


def _ways(wanted: Wanted) -> list[str]:
    """A number as typed, in one run, and, for a telephone number, in pairs, dotted and international."""
    # PostgreSQL reads « OR-48213 » as a word and a number below zero.
    ways = [_NUMBER_SIGN.sub("", wanted.text), wanted.digits, f"-{wanted.digits}"]
    if len(wanted.digits) in (4, 5, 6):
        ways.append(f"{wanted.digits[:-3]} {wanted.digits[-3:]}")
    called = normalised_phone(_NUMBER_SIGN.sub("", wanted.text), "FR") if len(wanted.digits) >= 9 else None
    if called:
        number = phonenumbers.parse(called)
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        bare = re.sub(r"\D", "", national)
        ways += [national, bare, national.replace(" ", "."), national.replace(" ", "-"), called]
        ways.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    return list(dict.fromkeys(_SPACES.sub(" ", way).strip() for way in ways))
