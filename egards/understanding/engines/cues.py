"""Cues: short turns of phrase that say what a customer wants, each with the words that said it.

A cue is a line such as ``quand … @arrive ?``: words, beginnings (``livr*``), choices (``ou|où``), concepts
(``@arrive``), ``…`` for up to six words of the same sentence, ``^`` and ``$`` for the ends of the text, ``<n>`` for a
number. Each cue is filed under its rarest place, so that a text pays only for the cues whose rarest word it holds.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

from egards.understanding.engines.index import Memory
from egards.understanding.engines.words import NUMBER, fold

GAP: Final = "…"
BEGIN, END = "^", "$"
YEAR: Final = "20*"  # a year of this century
_REACH: Final = 6  # words that a gap may skip
_MARKS_REACH: Final = 25  # before « ? » and the end: the rest of the sentence
_MARKS: Final = frozenset({"?", "!", END, "."})
_STOPS: Final = frozenset({".", "?", "!", BEGIN, END})  # no cue goes past the end of a sentence
_WIDE: Final = 60
_MARK = re.compile(r"[?!.,;:…\n\U0001F300-\U0001FAFF\u2600-\u27BF]")
_AS_MARK: Final = {"\n": ".", ";": ".", "…": ".", ":": ","}
# Words so common that a cue filed under one would be tried on nearly every text.
_SMALL: Final = (
    "je tu il elle on nous vous ils elles j me m te t se s le la l les un une des de d du au aux a en y ce c cet cette "
    "ces ca cela mon ma mes ton votre vos notre nos son sa ses lui et ou que qu qui dont ne n pas plus est es suis "
    "sont ai as avez avons ont etes etre avoir pour par avec sans dans sur si quand quel quelle quels quelles comment "
    "pourquoi quoi combien va fait faire peut puis peux pouvez voudrais veux bien tout toute trop tres deja encore "
    "toujours meme autre merci bonjour"
)
_COMMON: Final = frozenset(_SMALL.split()) | _STOPS | {","}


class Found(NamedTuple):
    """A cue met in a text, from one token to another, both included."""

    cue: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue as the plan writes it: ``code`` its text, ``intent`` what it speaks for, ``weight`` 1 to 4."""

    code: str
    intent: str
    weight: float


class _Slot(NamedTuple):
    exact: frozenset[str]
    prefixes: tuple[str, ...]
    reach: int  # tokens that may stand between the slot before and this one

    def takes(self, word: str) -> bool:
        return word in self.exact or (self.prefixes != () and word.startswith(self.prefixes))


class _Pattern(NamedTuple):
    number: int
    slots: tuple[_Slot, ...]
    anchor: int


class CueIndex:
    """Compiled cues. ``shorthands`` undoes abbreviations; ``numbers`` are the words that count as ``<n>``.

    ValueError names a cue that cannot be understood.
    """

    def __init__(
        self,
        cues: Sequence[Cue],
        concepts: Mapping[str, Sequence[str]],
        *,
        shorthands: Mapping[str, str],
        numbers: Collection[str],
    ) -> None:
        self.cues = tuple(cues)
        self._concepts = {name: tuple(map(fold, words)) for name, words in concepts.items()}
        self._numbers = frozenset([NUMBER, *map(fold, numbers)])
        self._shorthands = shorthands
        self._patterns = [self._compiled(number, cue) for number, cue in enumerate(self.cues)]
        self._folded: Memory[tuple[str, ...]] = Memory(self._fold)
        self._heads: Memory[str] = Memory(lambda raw: next(iter(self._fold(raw)), ""))
        self._begun: Memory[tuple[_Pattern, ...]] = Memory(self._anchored)
        self._marks: Memory[tuple[str, ...]] = Memory(_marks_of)

    def tokens(self, parts: Sequence[str]) -> list[str]:
        """A text already cut by ``words.split`` as cues see it: folded words and marks, between ``^`` and ``$``."""
        words, marks = map(self._folded.__getitem__, parts[::2]), map(self._marks.__getitem__, parts[1::2])
        return [BEGIN, *chain.from_iterable(chain.from_iterable(zip(words, marks, strict=True))), END]

    def heads(self, parts: Sequence[str]) -> list[str]:
        """Each word of a cut text as cues see it, by its first token: "" for one that they do not see."""
        return list(map(self._heads.__getitem__, parts[::2]))

    def places(self, parts: Sequence[str]) -> list[int]:
        """For each token, the word of the text that it is or follows, counted as in ``words.split``."""
        places = [0]
        for place in range(0, len(parts) - 1, 2):
            places += [place // 2] * (len(self._folded[parts[place]]) + len(self._marks[parts[place + 1]]))
        places.append(places[-1])
        return places

    def find(self, words: Sequence[str]) -> list[Found]:
        """The cues of a text, each once, at its first place; by number of cue."""
        found: dict[int, Found] = {}
        begun = self._begun
        for place, word in enumerate(words):
            for pattern in begun[word]:
                if pattern.number not in found:
                    met = _match(pattern, words, place)
                    if met is not None:
                        found[pattern.number] = met
        return [found[number] for number in sorted(found)]

    def _fold(self, raw: str) -> tuple[str, ...]:
        if not raw:
            return ()
        if raw.isdigit():
            return (YEAR if len(raw) == 4 and raw.startswith("20") else NUMBER,)
        folded = fold(raw)
        return tuple(self._shorthands.get(folded, folded).split())

    def _anchored(self, word: str) -> tuple[_Pattern, ...]:
        return tuple(pattern for pattern in self._patterns if pattern.slots[pattern.anchor].takes(word))

    def _compiled(self, number: int, cue: Cue) -> _Pattern:
        slots: list[_Slot] = []
        reach = 0
        for item in cue.code.replace("'", " ").replace("’", " ").split():
            if item == GAP:
                reach = _REACH
                continue
            exact, prefixes = self._choices(item, cue)
            if reach and exact and exact <= _MARKS:
                reach = _MARKS_REACH
            slots.append(_Slot(exact, prefixes, reach))
            reach = 0
        if not slots or reach:
            raise ValueError(f"« {cue.code} » ({cue.intent})")
        anchor = min(range(len(slots)), key=lambda place: (*_commonness(slots[place]), place))
        return _Pattern(number, tuple(slots), anchor)

    def _choices(self, item: str, cue: Cue) -> tuple[frozenset[str], tuple[str, ...]]:
        exact: set[str] = set()
        prefixes: list[str] = []
        for choice in item.split("|"):
            if choice.startswith("@") and choice[1:] not in self._concepts:
                raise ValueError(f"« {choice} », dans « {cue.code} » ({cue.intent})")
            for word in self._concepts[choice[1:]] if choice.startswith("@") else (fold(choice),):
                if word == NUMBER:
                    exact |= self._numbers
                elif word != YEAR and len(word) > 1 and word.endswith("*"):
                    prefixes.append(word[:-1])
                elif word:
                    exact.add(word)
        return frozenset(exact), tuple(prefixes)


def _commonness(slot: _Slot) -> tuple[bool, bool]:
    return bool(slot.exact & _COMMON), len(slot.exact) + 3 * len(slot.prefixes) > _WIDE


def _marks_of(separator: str) -> tuple[str, ...]:
    return tuple(_AS_MARK.get(mark, mark) for mark in _MARK.findall(separator))


def _match(pattern: _Pattern, words: Sequence[str], place: int) -> Found | None:
    last = _rightwards(pattern.slots, words, place, pattern.anchor + 1)
    if last is None:
        return None
    first = _leftwards(pattern.slots, words, place, pattern.anchor)
    return None if first is None else Found(pattern.number, first, last)


def _rightwards(slots: Sequence[_Slot], words: Sequence[str], place: int, number: int) -> int | None:
    if number == len(slots):
        return place
    slot = slots[number]
    for at in range(place + 1, min(len(words), place + 2 + slot.reach)):
        if slot.takes(words[at]):
            last = _rightwards(slots, words, at, number + 1)
            if last is not None:
                return last
        if words[at] in _STOPS:
            return None
    return None


def _leftwards(slots: Sequence[_Slot], words: Sequence[str], place: int, number: int) -> int | None:
    if number == 0:
        return place
    slot = slots[number - 1]
    for at in range(place - 1, max(-1, place - 2 - slots[number].reach), -1):
        if slot.takes(words[at]):
            first = _leftwards(slots, words, at, number - 1)
            if first is not None:
                return first
        if words[at] in _STOPS:
            return None
    return None
