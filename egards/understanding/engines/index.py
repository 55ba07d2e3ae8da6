"""The plan turned into dictionaries: from a raw piece of text to what the engine knows of it, in one lookup.

Folding accents and trying prefixes is paid once per distinct piece: ``Index.pieces`` is a dictionary that fills itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from egards.understanding.engines.plan import Plan
from egards.understanding.engines.words import HARD, NUMBER, WORD, break_level, fold, is_stretched, shortened
from egards.understanding.reading import Intent, Urgency

_REMEMBERED_PIECES = 200_000
_LONGEST_WORD = 40
_JOINERS = str.maketrans("’'-", "   ")
_STRETCH_GAIN, _CAPITALS_GAIN, _EXCLAMATION_GAIN = 1.3, 1.15, 1.1


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


class Followers(dict[str, tuple[Phrase, ...]]):
    """Second word → the expressions that a first word begins with it, computed at the first meeting."""

    def __init__(self, phrases: list[Phrase]) -> None:
        super().__init__()
        self._phrases = phrases

    def __missing__(self, second: str) -> tuple[Phrase, ...]:
        found = tuple(phrase for phrase in self._phrases if phrase.rest[0].accepts(second))
        self[second] = found
        return found


@dataclass(slots=True)
class Piece:
    """A word with its separator, as the scan sees it. ``acts`` says whether the scan must stop on it.

    ``size`` is the length of the word as written; ``effect`` and ``followers`` what it does and what it begins.
    """

    word: str
    size: int
    effect: Effect | None
    followers: Followers | None
    level: int
    question: bool
    gain: float
    mood: float
    acts: bool


class Index:
    """The compiled plan."""

    def __init__(self, plan: Plan) -> None:
        self.shorthands = plan.shorthands
        self.emoji = plan.emoji
        self.classes = {
            NUMBER: frozenset([NUMBER, *map(fold, plan.numbers)]),
            "<d>": frozenset(map(fold, plan.durations)),
        }
        self.exact: defaultdict[str, Bag] = defaultdict(Bag)
        self.prefixes: defaultdict[str, Bag] = defaultdict(Bag)
        self.lengths: tuple[int, ...] = ()
        self._effects: dict[tuple[Part, ...], Effect] = {}
        self._fill(plan)
        self.lengths = tuple(sorted({len(prefix) for prefix in self.prefixes}, reverse=True))
        self.pieces = _Pieces(self)
        self.language = _LanguageVotes(plan)

    def bags(self, word: str) -> list[Bag]:
        """What is known of a folded word: itself first, then its prefixes from the longest to the shortest."""
        found = [self.exact[word]] if word in self.exact else []
        size = len(word)
        found += [
            self.prefixes[word[:length]] for length in self.lengths if length <= size and word[:length] in self.prefixes
        ]
        return found

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
                self.exact[word]  # known words: a phrase compares only pieces that have an entry
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


class _Pieces(dict[str, Piece | None]):
    """Raw piece → what is known of it, computed at the first meeting. Unknown words give None."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index = index
        self._known_words: dict[str, tuple[Effect | None, Followers | None]] = {}

    def __missing__(self, raw: str) -> Piece | None:
        match = WORD.match(raw)
        word = match.group() if match else ""
        separator = raw[len(word) :]
        piece = self._piece(word, separator) if len(word) <= _LONGEST_WORD else self._piece("", separator)
        if len(raw) <= _LONGEST_WORD and (not word.isdigit() or len(word) <= 2):
            if len(self) >= _REMEMBERED_PIECES:
                self.clear()
                self._known_words.clear()
            self[raw] = piece
        return piece

    def _piece(self, word: str, separator: str) -> Piece | None:
        index = self._index
        digits = word.isdigit()
        folded, bags, gain = (NUMBER, index.bags(NUMBER), 1.0) if digits else self._known(word)
        level = break_level(separator, after_digits=digits)
        mood = sum(index.emoji.get(char, 0.0) for char in separator) if not separator.isascii() else 0.0
        if not bags and not level and not mood:
            return None
        effect, followers = self._knowledge(folded, bags)
        question = level == HARD and "?" in separator
        gain *= _EXCLAMATION_GAIN if "!" in separator else 1.0
        acts = effect is not None or followers is not None or bool(level or mood)
        return Piece(folded, len(word), effect, followers, level, question, gain, mood, acts)

    def _knowledge(self, folded: str, bags: list[Bag]) -> tuple[Effect | None, Followers | None]:
        """What the bags of a folded word say together; kept, because many pieces share one word."""
        if folded not in self._known_words:
            effect: Effect | None = None
            phrases: list[Phrase] = []
            for bag in bags:
                if bag.effect is not None:
                    effect = bag.effect if effect is None else _merged(effect, bag.effect)
                phrases += bag.phrases
            self._known_words[folded] = effect, Followers(phrases) if phrases else None
        return self._known_words[folded]

    def _known(self, word: str) -> tuple[str, list[Bag], float]:
        """The folded word (shorthand and stretching undone), its bags, and how strongly it was written."""
        index = self._index
        gain = _CAPITALS_GAIN if len(word) > 2 and word.isupper() else 1.0
        folded = fold(word)
        folded = index.shorthands.get(folded, folded)
        bags = index.bags(folded)
        if is_stretched(folded) and not (bags and folded in index.exact):
            for shorter in shortened(folded):
                short_bags = index.bags(shorter)
                if short_bags:
                    return shorter, short_bags, gain * _STRETCH_GAIN
        return folded, bags, gain


class _LanguageVotes(dict[str, int]):
    """Raw piece → votes: 1 for French, 1_000 for English, 1_000_000 for another language, summed in one pass."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self._languages = plan.languages

    def __missing__(self, raw: str) -> int:
        match = WORD.match(raw)
        word = fold(match.group()) if match else ""
        votes = (word in self._languages["fr"]) + 1_000 * (word in self._languages["en"])
        votes += 1_000_000 * (word in self._languages["other"])
        if len(raw) <= _LONGEST_WORD:
            if len(self) >= _REMEMBERED_PIECES:
                self.clear()
            self[raw] = votes
        return votes
