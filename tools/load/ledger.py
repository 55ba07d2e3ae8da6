"""Every word that somebody tried to say, and what the house said of it; at the end each is looked for in the base."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: How a word is known again, whatever its door: a reference at its end, as customers write one.
REFERENCE = re.compile(r"LL-[0-9a-f]{6}-\d{6}")


def reference(run: str, number: int) -> str:
    """Return the reference of a run's word. ``run``: six hexadecimal figures."""
    return f"LL-{run}-{number:06d}"


@dataclass(frozen=True)
class Account:
    """What became of words: ``lost`` were taken and are not there, ``doubled`` are there more than once.

    ``unsure`` had no answer that one can rely on (an error, a broken link): there once or not at all, both are right.
    """

    taken: int
    refused: int
    unsure: int
    unsure_kept: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass
class Ledger:
    """References by what the house said: the last answer counts, since a program tries again with the same word."""

    _said: dict[str, str] = field(default_factory=dict)
    by_door: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def take(self, ref: str, door: str) -> None:
        """The house said that it has it."""
        with self._lock:
            self.by_door[door] += self._said.get(ref) != "taken"
            self._said[ref] = "taken"

    def refuse(self, ref: str) -> None:
        """The house said that it does not take it."""
        self._note(ref, "refused")

    def doubt(self, ref: str) -> None:
        """The house said nothing, or that it failed."""
        self._note(ref, "unsure")

    @property
    def taken(self) -> int:
        """How many words the house said it has."""
        return sum(self.by_door.values())

    def settle(self, found: Iterable[tuple[str, int]]) -> Account:
        """Hold what was said against how often each reference is in the base."""
        kept: Mapping[str, int] = dict(found)
        by_end: dict[str, list[str]] = {"taken": [], "refused": [], "unsure": []}
        for ref, end in self._said.items():
            by_end[end].append(ref)
        return Account(
            taken=len(by_end["taken"]),
            refused=len(by_end["refused"]),
            unsure=len(by_end["unsure"]),
            unsure_kept=sum(ref in kept for ref in by_end["unsure"]),
            lost=tuple(sorted(ref for ref in by_end["taken"] if ref not in kept)),
            doubled=tuple(sorted(ref for ref, n in kept.items() if n > 1)),
            unknown=tuple(sorted(ref for ref in kept if self._said.get(ref, "refused") == "refused")),
        )

    def _note(self, ref: str, end: str) -> None:
        with self._lock:
            if self._said.get(ref) != "taken":
                self._said[ref] = end
