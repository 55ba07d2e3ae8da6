"""Needs: what somebody asked, message after message, and when we answered. Threads by Message-ID, then by subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from egards.bilan.words import Word

#: Two messages of one person under one subject speak of one need when no more time than this lies between them.
SAME_SUBJECT = timedelta(days=30)
_PREFIX = re.compile(r"^\s*(?:(?:re|ré|rép|réf|fw|fwd|tr|aw|wg|sv|antw)\s*(?:\[\d+\])?\s*:\s*)+", re.I)
_THANKS = re.compile(r"\b(?:merci|remercie|thanks?|thank you)\b", re.I)
_SHORT = 200  # characters under which a word of thanks after our answer asks for nothing more


@dataclass(frozen=True, slots=True)
class Need:
    """What one person asked before we answered: ``asked`` in order of date, ``answered_at`` None while it waits."""

    person: str
    asked: tuple[Word, ...]
    answered_at: datetime | None

    @property
    def since(self) -> datetime:
        """When the person first asked."""
        first = self.asked[0].at
        assert first is not None, "a need is made of dated words"
        return first

    def wait(self, until: datetime) -> float:
        """Seconds waited, up to the answer or, without one, up to ``until``."""
        return ((self.answered_at or until) - self.since).total_seconds()


def needs(words: Sequence[Word]) -> list[Need]:
    """Return every need in dated mail, in the order of its first message. A closing « merci » opens none."""
    found: list[Need] = []
    exchanged = [word for word in words if word.at and not word.is_row and word.side in ("customer", "ours")]
    for thread in _threads(exchanged):
        found += _needs_of(thread)
    return sorted(found, key=lambda need: (need.since, need.person))


def base_subject(subject: str) -> str:
    """Return a subject without « Re: » and the like, in lower case."""
    return " ".join(_PREFIX.sub("", subject).split()).lower()


def _needs_of(thread: Iterable[Word]) -> list[Need]:
    found: list[Need] = []
    waiting: dict[str, list[Word]] = {}
    answered: set[str] = set()
    for word in thread:
        if word.side == "customer":
            if not (word.author in answered and word.author not in waiting and _only_thanks(word)):
                waiting.setdefault(word.author, []).append(word)
            continue
        named = [person for person in waiting if person in word.to] or _cited(waiting, word)
        for person in named:
            found.append(Need(person, tuple(waiting.pop(person)), word.at))
        answered.update(named, word.to)
    return found + [Need(person, tuple(asked), None) for person, asked in waiting.items()]


def _cited(waiting: dict[str, list[Word]], word: Word) -> list[str]:
    """Whom an answer cites without naming them: it went to another address of theirs (Reply-To). Not a forward."""
    return [person for person, asked in waiting.items() if any(one.key in word.answers[:1] for one in asked)]


def _only_thanks(word: Word) -> bool:
    return len(word.text) <= _SHORT and bool(_THANKS.search(word.text)) and "?" not in word.text


def _threads(words: Sequence[Word]) -> list[list[Word]]:
    """Group words that cite one another, or that one person and we exchanged under one subject, by date."""
    links = _Links()
    dated = sorted(words, key=lambda word: (word.at is not None and word.at.timestamp(), word.key))
    for word in dated:
        for other in word.answers:
            links.join(f"id:{word.key}", f"id:{other}")
    last: dict[tuple[str, str], Word] = {}
    for word in dated:
        if subject := base_subject(word.subject):
            for person in (word.author,) if word.side == "customer" else word.to:
                before = last.get((person, subject))
                if before and before.at and word.at and word.at - before.at <= SAME_SUBJECT:
                    links.join(f"id:{word.key}", f"id:{before.key}")
                last[person, subject] = word
    groups: dict[str, list[Word]] = defaultdict(list)
    for word in dated:
        groups[links.root(f"id:{word.key}")].append(word)
    return list(groups.values())


class _Links:
    """Disjoint sets with path halving (Tarjan & van Leeuwen, JACM 31, 1984)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, one: str) -> str:
        """Return the name of the set that holds ``one``."""
        parent = self._parent
        while (above := parent.get(one, one)) != one:
            parent[one] = parent.get(above, above)
            one = above
        return one

    def join(self, one: str, other: str) -> None:
        """Make one set of two."""
        self._parent[self.root(one)] = self.root(other)
