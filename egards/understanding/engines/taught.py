"""What members taught by correcting: words that speak for or against a tone, a theme or an intention, beside an engine.

The engine's own say stays the starting point: a label changes only where members' corrections weigh more than it does.
How it is learnt is in ``taught_learner.py``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import exp
from typing import Any, Final, cast

from egards.understanding.engines.words import fold
from egards.understanding.reading import Engine, Intent, Reading, Reason, Span, Text, ThemeReading
from egards.understanding.rules import TONES, Say, Tone, polarity_said, tone_of

#: How sure the engine is taken to be, in log-odds: nine times in ten.
ENGINE_SAYS: Final = 2.2
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Example:
    """A text, what the engine said of it, what is right. ``weight`` is 1 when a member said so, less when supposed."""

    words: frozenset[str]
    before: Say
    said: Say
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt of one label: log-odds to add, always (``bias``) and for each word."""

    bias: float
    words: Mapping[str, float]

    def push(self, words: frozenset[str]) -> float:
        """Log-odds that these words add."""
        known = self.words
        return self.bias + reach(words) * sum(known[word] for word in words if word in known)


@dataclass(frozen=True)
class Lessons:
    """What was learnt, by label: ``tone:negative``, ``theme:delai``, ``intent:question``."""

    by_label: Mapping[str, Lesson]

    def say(self, words: frozenset[str], before: Say) -> Say:
        """What is right of a text of which the engine said ``before``."""
        return Say(
            self._tone(words, before.tone), self._kept("theme", words, before.themes),
            self._kept("intent", words, before.intents),
        )  # fmt: skip

    def sureness(self, words: frozenset[str], before: Tone) -> float:
        """How sure the tone is, 0 to 1."""
        odds = self._tones(words, before)
        best = max(odds.values())
        return 1.0 / sum(exp(one - best) for one in odds.values())

    def as_json(self) -> dict[str, Any]:
        """Plain values to be kept."""
        return {label: {"bias": one.bias, "words": dict(one.words)} for label, one in self.by_label.items()}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Lessons:
        """Read what was kept."""
        return cls({label: Lesson(one["bias"], one["words"]) for label, one in kept.items()})

    def _tones(self, words: frozenset[str], before: Tone) -> dict[Tone, float]:
        return {tone: offset(tone == before) + self._push(f"tone:{tone}", words) for tone in TONES}

    def _tone(self, words: frozenset[str], before: Tone) -> Tone:
        odds = self._tones(words, before)
        return max(TONES, key=lambda tone: (odds[tone], tone == before))

    @cached_property
    def _codes(self) -> dict[str, set[str]]:
        codes: dict[str, set[str]] = {"tone": set(), "theme": set(), "intent": set()}
        for label in self.by_label:
            family, _, code = label.partition(":")
            codes[family].add(code)
        return codes

    def _kept(self, family: str, words: frozenset[str], before: tuple[str, ...]) -> tuple[str, ...]:
        taught = self._codes[family]
        return tuple(
            sorted(
                code
                for code in taught | set(before)
                if offset(code in before) + self._push(f"{family}:{code}", words) > 0
            )
        )

    def _push(self, label: str, words: frozenset[str]) -> float:
        lesson = self.by_label.get(label)
        return lesson.push(words) if lesson else 0.0


@dataclass(frozen=True, slots=True)
class Teaching:
    """A numbered version of what was learnt."""

    number: int
    lessons: Lessons


def words_of(text: Text) -> frozenset[str]:
    """The words of a text and its pairs of neighbours, without accents, capitals nor numbers."""
    found = _folded(f"{text.subject}\n{text.text}")
    return frozenset(found) | {f"{one} {two}" for one, two in pairwise(found)}


def mistakes(found: Say, right: Say) -> int:
    """How many labels differ: the tone, each theme and each intention."""
    return (
        (found.tone != right.tone)
        + len(set(found.themes) ^ set(right.themes))
        + len(set(found.intents) ^ set(right.intents))
    )


class TaughtEngine:
    """An engine and what members taught: reads as it does, then says what they would."""

    def __init__(self, base: Engine, teaching: Teaching) -> None:
        self.name = base.name
        self.version = f"{base.version}+{teaching.number}"
        self._base, self._lessons = base, teaching.lessons

    def read(self, texts: list[Text]) -> list[Reading]:
        """One reading per text, in order."""
        return [self._taught(text, reading) for text, reading in zip(texts, self._base.read(texts), strict=True)]

    def _taught(self, text: Text, reading: Reading) -> Reading:
        words, before = words_of(text), say_of(reading)
        say = self._lessons.say(words, before)
        if say == before:
            return replace(reading, version=self.version)
        polarity, ambiguous = polarity_said(say.tone, reading.polarity), say.tone == "ambiguous"
        is_new_tone = say.tone != before.tone
        reasons = [reason for label in changed(before, say) if (reason := self._reason(label, text, words))]
        kept = {theme.theme: theme for theme in reading.themes}
        return replace(
            reading,
            version=self.version,
            polarity=polarity,
            ambiguous=ambiguous,
            margin=round(self._lessons.sureness(words, before.tone), 3) if is_new_tone else reading.margin,
            themes=tuple(kept.get(code) or ThemeReading(code, polarity, ambiguous) for code in say.themes),
            intents=cast(tuple[Intent, ...], say.intents),  # members may only say what an engine may
            reasons=(*reading.reasons, *reasons),
        )

    def _reason(self, label: str, text: Text, words: frozenset[str]) -> Reason | None:
        """The word of the text that weighed most for the change, where it stands."""
        lesson = self._lessons.by_label.get(label)
        found = [word for word in words if lesson and word in lesson.words]
        if not lesson or not found:
            return None
        strongest = max(found, key=lambda word: (abs(lesson.words[word]), word))
        return Reason(f"taught:{label}", _span(text.text, strongest), 0.0)


def say_of(reading: Reading) -> Say:
    """What may be corrected of an engine's reading."""
    tone = tone_of(reading.polarity, ambiguous=reading.ambiguous)
    return Say(tone, tuple(sorted({one.theme for one in reading.themes})), tuple(sorted(set(reading.intents))))


def changed(before: Say, said: Say) -> list[str]:
    """The labels by which two says differ."""
    tones = [f"tone:{before.tone}", f"tone:{said.tone}"] if before.tone != said.tone else []
    themes = [f"theme:{code}" for code in sorted(set(before.themes) ^ set(said.themes))]
    return [*tones, *themes, *(f"intent:{code}" for code in sorted(set(before.intents) ^ set(said.intents)))]


def holds(say: Say, label: str) -> bool:
    family, _, code = label.partition(":")
    return code == say.tone if family == "tone" else code in (say.themes if family == "theme" else say.intents)


def reach(words: frozenset[str]) -> float:
    """A word of a long text says less: what each weighs, 1 in a text of eight words and pairs."""
    return float((8 / max(len(words), 8)) ** 0.5)


def offset(says: bool) -> float:
    """The log-odds that stand for the engine's own say."""
    return ENGINE_SAYS if says else -ENGINE_SAYS


def _folded(text: str) -> list[str]:
    return [fold(word) for word in _WORD.findall(text)]


def _span(text: str, words: str) -> Span:
    """Where a word, or two neighbours, first stand in the text; nowhere when they are in the subject."""
    places = [(fold(found.group()), found) for found in _WORD.finditer(text)]
    wanted = words.split(" ")
    for i in range(len(places) - len(wanted) + 1):
        if [folded for folded, _found in places[i : i + len(wanted)]] == wanted:
            return Span(places[i][1].start(), places[i + len(wanted) - 1][1].end())
    return Span(0, 0)
