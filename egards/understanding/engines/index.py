"""The plan turned into dictionaries: from a word of a text to what the engine knows of it, in one lookup.

Folding accents and trying prefixes is paid once per distinct word: the memories fill themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from egards.understanding.engines.plan import Plan
from egards.understanding.engines.plan_values import ENGLISH_MARK
from egards.understanding.engines.words import (
    HARD,
    MOOD,
    NO_BREAK,
    NUMBER,
    SOFT,
    break_level,
    fold,
    is_stretched,
    settled,
    shortened,
)
from egards.understanding.reading import Intent, Urgency

V = TypeVar("V")

_SETTLED = bytes((NO_BREAK, SOFT, HARD))
_REMEMBERED, _REMEMBERED_SECONDS = 200_000, 5_000
_LONGEST_WORD = 40
_LONGEST_STEM = 3  # most words share their first letters with no prefix of the plan: no need to look further
_JOINERS = str.maketrans("’'-", "   ")
_STRETCH_GAIN, _CAPITALS_GAIN = 1.3, 1.15


@dataclass(slots=True)
class Effect:
    """What a word or an expression does. ``code`` is the expression as the plan writes it."""

    code: str = ""
    polar: float | None = None
    verb: bool = False
    closed: bool = False
    ne: bool = False
    negator: bool = False
    needs_ne: bool = False
    scale: float = 0.0
    contrast: bool = False
    join: bool = False
    wish: bool = False
    opener: bool = False
    target: bool = False
    sensitive: bool = False
    themes: tuple[str, ...] = ()
    intents: tuple[Intent, ...] = ()
    urgency: Urgency | None = None

    def consumes(self) -> bool:
        """Whether the words of this expression must not be read again one by one."""
        return self.polar is not None or self.scale > 0 or self.contrast

    def is_quiet(self) -> bool:
        """Whether it notes themes, intents, urgency or sensitivity, and acts on nothing else."""
        noted = Effect(self.code, themes=self.themes, intents=self.intents, urgency=self.urgency)
        noted.sensitive = self.sensitive
        return noted == self

    def add(self, other: Effect) -> None:
        """Take what ``other`` brings and this one lacks: the first to speak of polarity keeps it."""
        if self.polar is None:
            self.polar, self.verb, self.closed = other.polar, other.verb, other.closed
            self.code = other.code if other.polar is not None or not self.code else self.code
        for name in ("ne", "negator", "needs_ne", "contrast", "join", "wish", "opener", "target", "sensitive"):
            if getattr(other, name):
                setattr(self, name, True)
        self.scale = self.scale or other.scale
        self.themes += tuple(theme for theme in other.themes if theme not in self.themes)
        self.intents += tuple(intent for intent in other.intents if intent not in self.intents)
        self.urgency = self.urgency or other.urgency


@dataclass(frozen=True, slots=True)
class Part:
    """One place of an expression: exact folded words, or prefixes."""

    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    def accepts(self, word: str) -> bool:
        """Whether a folded word may stand here."""
        return word in self.exact or (bool(self.prefixes) and word.startswith(self.prefixes))


@dataclass(slots=True)
class Phrase:
    """The words that follow the first one, and what the whole does."""

    rest: tuple[Part, ...]
    effect: Effect


@dataclass(slots=True)
class Bag:
    """Everything known under one word or prefix: its own effect and the expressions it begins."""

    effect: Effect | None = None
    phrases: list[Phrase] = field(default_factory=list)


class Memory(dict[str, V], Generic[V]):
    """A dictionary that fills itself with ``compute(key)`` at the first meeting, and starts afresh when too large."""

    def __init__(self, compute: Callable[[str], V], *, most: int = _REMEMBERED) -> None:
        super().__init__()
        self._compute, self._most = compute, most

    def __missing__(self, key: str) -> V:
        value = self._compute(key)
        if len(key) <= _LONGEST_WORD and (len(key) <= 2 or not key.isdigit()):
            if len(self) >= self._most:
                self.clear()
            self[key] = value
        return value


class Followers(Memory[tuple[Phrase, ...]]):
    """Second word, as written → the expressions that a first word begins with it."""

    def __init__(self, phrases: list[Phrase], fold_word: Callable[[str], str]) -> None:
        super().__init__(self._accepting, most=_REMEMBERED_SECONDS)
        self._phrases, self._fold_word = phrases, fold_word

    def _accepting(self, second: str) -> tuple[Phrase, ...]:
        folded = self._fold_word(second)
        return tuple(phrase for phrase in self._phrases if phrase.rest[0].accepts(folded))


class Known(NamedTuple):
    """A word that acts: what it does, what it begins, and how strongly it was written.

    ``is_quiet``: its effect only notes (themes, intents, urgency); the commonest case has its short way.
    """

    effect: Effect | None
    followers: Followers | None
    gain: float
    is_quiet: bool


_INERT = Known(None, None, 1.0, is_quiet=False)


@dataclass(slots=True)
class Tokens:
    """A text as the scan sees it. ``known[i]`` is None for a word that does nothing and has no emoji after it.

    ``levels[i]`` is the break after word ``i``; ``moods`` the weight of the emoji after a word.
    """

    words: list[str]
    separators: list[str]
    known: list[Known | None]
    levels: bytes
    moods: dict[int, float]
    folded: Mapping[str, str]


class Index:
    """The compiled plan; with ``english_only``, of the expressions that the plan marks « en: » and nothing else."""

    def __init__(self, plan: Plan, *, english_only: bool = False) -> None:
        self.english_only = english_only
        self.shorthands = {} if english_only else plan.shorthands
        self.emoji = plan.emoji
        self.classes = {
            NUMBER: frozenset([NUMBER, *map(fold, plan.numbers)]),
            "<d>": frozenset(map(fold, plan.durations)),
        }
        self.exact: defaultdict[str, Bag] = defaultdict(Bag)
        self.prefixes: defaultdict[str, Bag] = defaultdict(Bag)
        self._effects: dict[tuple[Part, ...], Effect] = {}
        self._fill(plan)
        self._lengths = tuple(sorted({len(prefix) for prefix in self.prefixes}, reverse=True))
        self._stem = min((_LONGEST_STEM, *self._lengths))
        self._stems = frozenset(prefix[: self._stem] for prefix in self.prefixes)
        self.folded = Memory(self._fold)
        self._known = Memory(self._know)
        self._entries = Memory(self._entry)
        self._levels = Memory(self._level)

    def tokens(self, parts: list[str]) -> Tokens:
        """What is known of a text already split into words and separators."""
        words, separators = parts[::2], parts[1::2]
        levels = bytes(map(self._levels.__getitem__, separators))
        moods: dict[int, float] = {}
        if unsettled := levels.translate(None, _SETTLED):
            if max(unsettled) >= MOOD:
                moods = {i: self._mood(separators[i]) for i, level in enumerate(levels) if level >= MOOD}
            levels = settled(words, separators, levels)
        known = list(map(self._known.__getitem__, words))
        for i in moods:
            known[i] = known[i] or _INERT
        return Tokens(words, separators, known, levels, moods, self.folded)

    def _level(self, separator: str) -> int:
        return break_level(separator) | (MOOD if self._mood(separator) else 0)

    def _mood(self, separator: str) -> float:
        return sum(self.emoji.get(char, 0.0) for char in separator)

    def bags(self, word: str) -> list[Bag]:
        """What is known of a folded word: itself first, then its prefixes from the longest to the shortest."""
        found = [self.exact[word]] if word in self.exact else []
        if word[: self._stem] in self._stems:
            prefixes = self.prefixes
            found += [prefixes[start] for length in self._lengths if (start := word[:length]) in prefixes]
        return found

    def _fold(self, raw: str) -> str:
        """The folded word, shorthand and stretching undone."""
        if raw.isdigit():
            return NUMBER
        if len(raw) > _LONGEST_WORD:
            return ""
        folded = fold(raw)
        folded = self.shorthands.get(folded, folded)
        if is_stretched(folded) and folded not in self.exact:
            return next((shorter for shorter in shortened(folded) if self.bags(shorter)), folded)
        return folded

    def _know(self, raw: str) -> Known | None:
        folded = self._fold(raw)
        effect, followers = self._entries[folded]
        if effect is None and followers is None:
            return None
        gain = _CAPITALS_GAIN if len(raw) > 2 and raw.isupper() else 1.0
        if is_stretched(raw.lower()) and not is_stretched(folded):
            gain *= _STRETCH_GAIN
        return Known(effect, followers, gain, effect is not None and effect.is_quiet())

    def _entry(self, folded: str) -> tuple[Effect | None, Followers | None]:
        """What the bags of a folded word say together; kept, because « Bien » and « BIEN » share it."""
        effect: Effect | None = None
        phrases: list[Phrase] = []
        for bag in self.bags(folded):
            if bag.effect is not None:
                effect = bag.effect if effect is None else _merged(effect, bag.effect)
            phrases += bag.phrases
        return effect, Followers(phrases, self._fold) if phrases else None

    def _fill(self, plan: Plan) -> None:
        for word, weight in plan.polarity:
            self._enter(word, Effect(polar=weight))
        for word, weight in plan.verbs:
            self._enter(word, Effect(polar=weight, verb=True))
        for word, weight in plan.idioms:
            self._enter(word, Effect(polar=weight, closed=True))
        for word, factor in plan.scales:
            self._enter(word, Effect(scale=factor))
        for theme in plan.themes:
            self._enter_all(theme.words, Effect(themes=(theme.code,)))
        for intent, words in plan.intents.items():
            self._enter_all(words, Effect(intents=(intent,)))
        self._enter_all(plan.neutral, Effect(polar=0.0, closed=True))
        self._enter_all(plan.ne, Effect(ne=True))
        self._enter_all(plan.negators, Effect(negator=True))
        self._enter_all(plan.negators_with_ne, Effect(negator=True, needs_ne=True))
        self._enter_all(plan.contrasts, Effect(contrast=True))
        self._enter_all(plan.joins, Effect(join=True))
        self._enter_all(plan.wishes, Effect(wish=True))
        self._enter_all(plan.openers, Effect(opener=True))
        self._enter_all(plan.targets, Effect(target=True))
        self._enter_all(plan.urgent_now, Effect(urgency="now"))
        self._enter_all(plan.urgent_soon, Effect(urgency="soon"))
        self._enter_all(plan.sensitive, Effect(sensitive=True))

    def _enter_all(self, expressions: tuple[str, ...], effect: Effect) -> None:
        for expression in expressions:
            self._enter(expression, effect)

    def _enter(self, expression: str, effect: Effect) -> None:
        """File an expression under its first word; the same expression in two sections has one merged effect."""
        if self.english_only and not expression.startswith(ENGLISH_MARK):
            return
        expression = expression.removeprefix(ENGLISH_MARK)
        items = expression.translate(_JOINERS).split()
        parts = tuple(self._part(item) for item in items)
        merged = self._effects.get(parts)
        if merged is None:
            merged = self._effects[parts] = Effect(code=expression)
            self._file(parts, merged)
        merged.add(effect)
        merged.code = merged.code or expression

    def _file(self, parts: tuple[Part, ...], effect: Effect) -> None:
        for part in parts[1:]:
            for word in part.exact:
                self.exact[word]  # known words, so that stretching is undone inside expressions too
            for prefix in part.prefixes:
                self.prefixes[prefix]
        first = parts[0]
        bags = [self.exact[word] for word in first.exact] + [self.prefixes[prefix] for prefix in first.prefixes]
        for bag in bags:
            if len(parts) == 1:
                bag.effect = effect if bag.effect is None else _merged(bag.effect, effect)
            else:
                bag.phrases.append(Phrase(parts[1:], effect))

    def _part(self, item: str) -> Part:
        if item in self.classes:
            return Part(exact=self.classes[item])
        choices = [fold(choice) for choice in item.split("|")]
        return Part(
            exact=frozenset(choice for choice in choices if not choice.endswith("*")),
            prefixes=tuple(choice[:-1] for choice in choices if choice.endswith("*")),
        )


def _merged(first: Effect, second: Effect) -> Effect:
    both = Effect()
    both.add(first)
    both.add(second)
    return both


def language_votes(plan: Plan) -> Memory[int]:
    """Word → votes: 1 for French, 1_000 for English, 1_000_000 for another language, so that one sum counts all."""
    french, english, other = (plan.languages[key] for key in ("fr", "en", "other"))

    def votes(raw: str) -> int:
        word = fold(raw)
        return (word in french) + 1_000 * (word in english) + 1_000_000 * (word in other)

    return Memory(votes)
