"""The whole reading of a verbatim, as ``egards read FILE`` gives it: one reader, two modes with the same fields.

Mass: words alone, thousands of texts a second. Fine: sentence vectors as well, a hundred and more a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from egards.understanding.engines.clauses import Balance
from egards.understanding.engines.embedding import embed
from egards.understanding.engines.entities import Entity, find_entities
from egards.understanding.engines.intent_reader import IntentReader, IntentsRead
from egards.understanding.engines.lexicon import Examined, LexiconEngine
from egards.understanding.engines.passages import Passage, passages_of
from egards.understanding.engines.plan import Plan
from egards.understanding.engines.polarity import Numbers, Polarity, load_head, margin, polarity_from
from egards.understanding.engines.spoken import spoken_language
from egards.understanding.engines.words import split
from egards.understanding.reading import Reason, Span, Text, ThemeReading, Urgency

Mode = Literal["mass", "fine"]
_AT_ONCE: Final = 512
_SENSITIVE: Final = "sensitive:"
# The seven intents of the lexicon: the finer ones have reasons of their own.
_COARSE: Final = ("intent:", "subject:intent:")
_READ_LANGUAGES: Final = frozenset({"fr", "en", "und"})
_DOUBTS: Final = frozenset({"irony", "score-disagrees"})


class Clause(NamedTuple):
    """A passage with its own themes and polarity."""

    span: Span
    themes: tuple[str, ...]
    polarity: Polarity


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Everything read of one text. Places are character offsets into it; ``sensitive`` names kinds, never the datum."""

    language: str
    polarity: Polarity
    clauses: tuple[Clause, ...]
    themes: tuple[ThemeReading, ...]
    intents: IntentsRead
    urgency: Urgency
    entities: tuple[Entity, ...]
    sensitive: tuple[tuple[str, Span], ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class FirstPass:
    """What the encoder said of texts, so that nothing goes over them twice: log-odds of favourable ones, and what each
    vector weighs towards each intent (no column in mass mode)."""

    odds: Numbers
    meanings: Numbers

    def at(self, rows: slice | NDArray[np.int64]) -> FirstPass:
        """The same of some texts, in that order."""
        return FirstPass(self.odds[rows], self.meanings[rows])


class Learner(Protocol):
    """What was learnt from a file or from labels: it has the last word on log-odds."""

    def log_odds(self, texts: Sequence[str], taught: Numbers) -> Numbers:
        """Log-odds of favourable texts, from their words and what the engine already thought."""
        ...


class VerbatimReader:
    """Reads batches with one plan. ``learner`` may be set once texts have been gone through."""

    def __init__(self, plan: Plan, mode: Mode = "fine", *, default_language: str = "fr") -> None:
        self.mode: Mode = mode
        self.default_language = default_language
        self.learner: Learner | None = None
        self._lexicon = LexiconEngine(plan)
        self._patterns = plan.patterns
        self._head = load_head()
        self._intents = IntentReader(plan, mode)

    @property
    def version(self) -> str:
        """What a reading came from: mode, lexicon and plan, weights when they serve."""
        weights = f"{self._head.version}-{self._intents.version}"
        return f"{self.mode}-{self._lexicon.version}-{weights}{'+learnt' if self.learner else ''}"

    def read(self, texts: Sequence[Text], *, taught: FirstPass | None = None) -> list[Verbatim]:
        """One reading per text, in order. Never raises on a text.

        ``taught``: what ``first_pass`` already said of these texts.
        """
        examined = [self._lexicon.examine(text) for text in texts]
        languages = [self._language(seen) for seen in examined]
        first = self._first_pass(texts, examined, languages) if taught is None else taught
        odds = first.odds
        if self.learner is not None:
            odds = self.learner.log_odds([seen.own.read for seen in examined], odds)
        intents = self._intents.read(
            [seen.parts for seen in examined],
            first.meanings,
            subjects=[split(text.subject) if text.subject else [] for text in texts],
        )
        return [
            self._verbatim(text, seen, language, float(odd), said)
            for text, seen, language, odd, said in zip(texts, examined, languages, odds, intents, strict=True)
        ]

    def first_pass(self, texts: Sequence[Text]) -> FirstPass:
        """What is said of texts before any learner: log-odds above 0 favourable, below not, 0 when nothing says."""
        found = [self._first_pass([], [], [])]
        for start in range(0, len(texts), _AT_ONCE):
            batch = texts[start : start + _AT_ONCE]
            examined = [self._lexicon.examine(text) for text in batch]
            found.append(self._first_pass(batch, examined, [self._language(seen) for seen in examined]))
        return FirstPass(np.concatenate([one.odds for one in found]), np.concatenate([one.meanings for one in found]))

    def _language(self, seen: Examined) -> str:
        return spoken_language(seen.own.read, seen.votes, default=self.default_language)

    def _first_pass(self, texts: Sequence[Text], examined: Sequence[Examined], languages: Sequence[str]) -> FirstPass:
        margins = np.array([_margin(seen, said) for seen, said in zip(examined, languages, strict=True)], dtype=float)
        if self.mode == "mass":
            return FirstPass(self._head.quick(margins), np.zeros((len(texts), 0)))
        whole = [f"{t.subject}\n{seen.own.read}".strip() for t, seen in zip(texts, examined, strict=True)]
        vectors = embed(whole)
        odds = self._head.fine(vectors, margins)
        odds[[not said for said in whole]] = 0.0
        return FirstPass(odds, self._intents.meanings(vectors))

    def _verbatim(self, text: Text, seen: Examined, language: str, odds: float, intents: IntentsRead) -> Verbatim:
        reading = seen.reading
        entities = find_entities(text.text, self._patterns)
        places = passages_of(seen.scan, seen.parts, [entity.span for entity in entities])
        clauses = tuple(self._clause(passage) for passage in places)
        doubtful = any(reason.code in _DOUBTS for reason in reading.reasons)
        return Verbatim(
            language=language,
            polarity=polarity_from(odds, doubtful=doubtful, is_mixed=_is_mixed(clauses)),
            clauses=clauses,
            themes=reading.themes,
            intents=intents,
            urgency=reading.urgency,
            entities=entities,
            sensitive=tuple(
                (reason.code.removeprefix(_SENSITIVE), reason.span)
                for reason in reading.reasons
                if reason.code.startswith(_SENSITIVE)
            ),
            reasons=_without_coarse(reading.reasons) + intents.reasons,
        )

    def _clause(self, passage: Passage) -> Clause:
        polarity = polarity_from(self._head.mass * passage.margin)
        return Clause(passage.span, passage.themes, polarity)


def _without_coarse(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """Neither what is sensitive, told apart, nor the seven intents of the lexicon."""
    return tuple(reason for reason in reasons if not reason.code.startswith((_SENSITIVE, *_COARSE)))


def _margin(seen: Examined, language: str) -> float:
    """The margin of the words, subject included; 0 in a language that the plan does not speak."""
    if language not in _READ_LANGUAGES:
        return 0.0
    praise, blame = seen.scan.balance.praise, seen.scan.balance.blame
    if seen.aside is not None:
        praise += seen.aside.balance.praise
        blame += seen.aside.balance.blame
    return margin(Balance(praise, blame))


def _is_mixed(clauses: Sequence[Clause]) -> bool:
    """Whether some clause praises and another blames."""
    return {"positive", "negative"} <= {clause.polarity.label for clause in clauses}
