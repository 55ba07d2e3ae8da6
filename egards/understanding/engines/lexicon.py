"""The first honest engine: a lexicon, clauses and a few rules. It says why, and says when it would not swear to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from math import floor
from pathlib import Path
from typing import Final

from egards.understanding.engines.clauses import Balance, Hit, Scan
from egards.understanding.engines.index import Index, Tokens, language_votes
from egards.understanding.engines.own_text import OwnText, own_text
from egards.understanding.engines.plan import Plan, load_plan
from egards.understanding.engines.sensitive import sensitive_spans
from egards.understanding.engines.themes import Theme
from egards.understanding.engines.words import split
from egards.understanding.reading import Intent, Reading, Reason, Span, Text, ThemeReading, Urgency

NAME: Final = "lexique"
CODE_VERSION: Final = "3"
_LONGEST_SUBJECT: Final = 300
_MOST_REASONS: Final = 12
_MOST_SPANS: Final = 4
_LANGUAGE_WORDS: Final = 80
_SURE_VOTES, _SURE_RATIO = 3, 4
_CLEAR_BLAME, _STRONG_BLAME = 2.0, -2.0
_LOW_SCORE, _HIGH_SCORE = 0.375, 0.625
_QUESTION = re.compile(r"\?(?!\w)")  # not that of an address: « /page?id=3 »
_NOWHERE = Span(0, 0)
_NOTHING = Tokens([""], [""], [None], b"\0", {}, {})
_INTENT_ORDER: tuple[Intent, ...] = ("sensitive", "urgent", "leaving", "complaint", "question", "suggestion", "praise")


@dataclass(frozen=True, slots=True)
class Examined:
    """A reading and what it rests on, for an engine that goes further: the words of what the author wrote, what the
    pass noted of them and of the subject, and how many small words voted for French, English, another language."""

    reading: Reading
    own: OwnText
    parts: list[str]
    scan: Scan
    aside: Scan | None
    votes: tuple[int, int, int]


class LexiconEngine:
    """Reads with one plan. Safe to share between threads; the memory of words is bounded."""

    name: str = NAME

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.version: str = f"{CODE_VERSION}-{plan.sha[:12]}"
        self._whole = Index(plan)
        self._english = Index(plan, english_only=True)
        self._votes = language_votes(plan)
        self.failures = frozenset(theme.code for theme in plan.themes if theme.failure)

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of the plan, with their French labels, in the order of the file."""
        return self.plan.themes

    def read(self, texts: list[Text]) -> list[Reading]:
        """One reading per text, in order. Never raises on a text."""
        return [self._read_one(text) for text in texts]

    def _read_one(self, text: Text) -> Reading:
        return self.examine(text).reading

    def examine(self, text: Text) -> Examined:
        """A reading with what it rests on. Never raises on a text."""
        own = own_text(text.text)
        parts = split(own.read)
        votes = self._language_votes(parts)
        language, index = self._language(votes)
        scan = self._scan(index, parts)
        aside = self._scan(index, split(text.subject[:_LONGEST_SUBJECT])) if text.subject else None
        reading = _Verdict(self, text, own, parts, language, scan, aside).reading()
        return Examined(reading, own, parts, scan, aside, votes)

    def _language_votes(self, parts: list[str]) -> tuple[int, int, int]:
        """How many of the first small words are French, English, of another language."""
        votes = sum(map(self._votes.__getitem__, parts[: 2 * _LANGUAGE_WORDS : 2]))
        return votes % 1_000, votes // 1_000 % 1_000, votes // 1_000_000

    def _language(self, votes: tuple[int, int, int]) -> tuple[str, Index | None]:
        """``fr``, ``en`` or ``und`` by the votes, and what to read it with: None, a language that the plan does not
        speak."""
        french, english, other = votes
        if french >= max(english, other) and french:
            return "fr", self._whole
        if english > other:
            is_plain = english >= _SURE_VOTES and english > _SURE_RATIO * french
            return "en", self._english if is_plain else self._whole
        return "und", None if other >= _SURE_VOTES else self._whole

    def _scan(self, index: Index | None, parts: list[str]) -> Scan:
        tokens = index.tokens(parts) if index is not None else _NOTHING
        scan = Scan(tokens, self.plan.irony_reach, self.plan.thresholds["contrast_gain"])
        scan.run()
        return scan


def load_engine(plan_path: Path | None = None) -> LexiconEngine:
    """An engine ready to read, with the French plan by default. Raises PlanError when the plan cannot be used."""
    return LexiconEngine(load_plan(plan_path))


def read(texts: list[Text], plan: Plan) -> list[Reading]:
    """Read a batch with a plan, for those who hold one; keep a ``LexiconEngine`` to read many batches."""
    return LexiconEngine(plan).read(texts)


class _Places:
    """From word numbers to character offsets, computed only when asked."""

    def __init__(self, parts: list[str]) -> None:
        self._parts = parts
        self._starts: list[int] = []

    def words(self, first: int, last: int) -> Span:
        """From the beginning of a word to the end of another."""
        starts = self._starts or self._measured()
        return Span(starts[2 * first], starts[2 * last + 1])

    def after(self, word: int) -> Span:
        """What follows a word, without the space around it."""
        separator = self._parts[2 * word + 1]
        start = (self._starts or self._measured())[2 * word + 1]
        return Span(start + len(separator) - len(separator.lstrip()), start + len(separator.rstrip()))

    def _measured(self) -> list[int]:
        self._starts = list(accumulate(map(len, self._parts), initial=0))
        return self._starts


class _Verdict:
    """Turns what a scan noted into a reading."""

    def __init__(
        self,
        engine: LexiconEngine,
        text: Text,
        own: OwnText,
        parts: list[str],
        language: str,
        scan: Scan,
        aside: Scan | None,
    ) -> None:
        self.engine, self.text, self.own, self.language = engine, text, own, language
        self.scan, self.aside, self.places = scan, aside, _Places(parts)
        self.thresholds = engine.plan.thresholds
        self.reasons: list[Reason] = []

    def reading(self) -> Reading:
        balance = self._whole_balance()
        polarity, margin, ambiguous = self._polarity(balance)
        self._push_reasons()
        if self.scan.irony is not None:
            ambiguous = True
        if self._score_disagrees(polarity):
            ambiguous = True
            self.reasons.append(Reason("score-disagrees", self._strongest()))
        if self.own.is_cut:
            self.reasons.append(Reason("cut", Span(len(self.own.read), len(self.own.read))))
        urgency = self._urgency()
        intents = self._intents(polarity, urgency, ambiguous)
        return Reading(
            language=self.language,
            polarity=polarity,
            ambiguous=ambiguous,
            margin=round(margin, 3),
            themes=self._themes(),
            intents=intents,
            urgency=urgency,
            reasons=tuple(self.reasons),
            engine=self.engine.name,
            version=self.engine.version,
        )

    def _whole_balance(self) -> Balance:
        whole = Balance(self.scan.balance.praise, self.scan.balance.blame)
        if self.aside is not None:
            whole.praise += self.aside.balance.praise
            whole.blame += self.aside.balance.blame
        return whole

    def _polarity(self, balance: Balance) -> tuple[int, float, bool]:
        """Polarity −2..+2, margin 0..1, and whether praise and blame are too close to call."""
        blame = balance.blame * self.thresholds["negative_gain"]
        net, force = balance.praise - blame, balance.praise + blame
        if not force:
            return self._scored()
        margin = min(1.0, abs(net) / (force + 0.5))
        if abs(net) < self.thresholds["neutral_below"]:
            return 0, margin, True
        strong = margin >= self.thresholds["strong_margin"] and abs(net) >= self.thresholds["strong_score"]
        size = 2 if strong else 1
        return (size if net > 0 else -size), margin, margin < self.thresholds["ambiguous_below"]

    def _scored(self) -> tuple[int, float, bool]:
        """Without a word of opinion the score speaks alone: a press on a wall says something. Without one, nothing."""
        score = self.text.score
        if score is None:
            return 0, 0.0, False
        self.reasons.append(Reason("score-alone", _NOWHERE))
        return floor(4 * score + 0.5) - 2, abs(2 * score - 1), False

    def _push_reasons(self) -> None:
        """The strongest pushes, in the order of the text; those of the subject have no place in the text."""
        hits = [hit for hit in self.scan.hits if hit.weight]
        if len(hits) > _MOST_REASONS:
            hits = sorted(sorted(hits, key=lambda hit: -abs(hit.weight))[:_MOST_REASONS])
        self.reasons += [Reason(hit.code, self._place(hit), round(hit.weight, 2)) for hit in hits]
        aside: list[Hit] = self.aside.hits[:_MOST_SPANS] if self.aside is not None else []
        self.reasons += [Reason(f"subject:{hit.code}", _NOWHERE, round(hit.weight, 2)) for hit in aside if hit.weight]

    def _place(self, hit: Hit) -> Span:
        return self.places.after(hit.last) if hit.code == "emoji" else self.places.words(hit.first, hit.last)

    def _score_disagrees(self, polarity: int) -> bool:
        score = self.text.score
        if score is None:
            return False
        return (polarity > 0 and score < _LOW_SCORE) or (polarity < 0 and score > _HIGH_SCORE)

    def _strongest(self) -> Span:
        return max(self.reasons, key=lambda reason: abs(reason.weight)).span if self.reasons else _NOWHERE

    def _urgency(self) -> Urgency:
        urgency: Urgency = "none"
        for scan in (self.scan, self.aside):
            for level, first, last, code in scan.urgencies if scan is not None else ():
                if level == "now" or urgency == "none":
                    urgency = level
                span = self.places.words(first, last) if scan is self.scan else _NOWHERE
                self.reasons.append(Reason(f"urgency:{code}", span))
        return urgency

    def _intents(self, polarity: int, urgency: Urgency, ambiguous: bool) -> tuple[Intent, ...]:
        found: set[Intent] = set()
        for scan in (self.scan, self.aside):
            for intent, (first, last, code) in scan.intents.items() if scan is not None else ():
                if (intent == "praise" and polarity <= 0) or (intent == "complaint" and polarity > 0):
                    continue
                found.add(intent)
                span = self.places.words(first, last) if scan is self.scan else _NOWHERE
                self.reasons.append(Reason(f"intent:{intent}:{code}", span))
        if "?" in self.own.read and _QUESTION.search(self.own.read):
            found.add("question")
        if self._complains(polarity, ambiguous):
            found.add("complaint")
        if polarity == 2 and not ambiguous:
            found.add("praise")
        if urgency != "none":
            found.add("urgent")
        if self._sensitive():
            found.add("sensitive")
        return tuple(intent for intent in _INTENT_ORDER if intent in found)

    def _complains(self, polarity: int, ambiguous: bool) -> bool:
        """A clear blame beside a praise, a strong word, or a mild blame that falls on a theme of failure.

        « SAV nul mais vendeuse adorable » complains; « Je vais résilier mon contrat » only leaves.
        """
        if ambiguous and self.scan.irony is None:
            return self.scan.balance.blame >= _CLEAR_BLAME
        if polarity >= 0:
            return False
        scans = [scan for scan in (self.scan, self.aside) if scan is not None]
        if polarity == -2 or any(hit.weight <= _STRONG_BLAME for scan in scans for hit in scan.hits):
            return True
        themes = [(theme, balance) for scan in scans for theme, balance in scan.themes.items()]
        return any(theme in self.engine.failures and balance.blame > balance.praise for theme, balance in themes)

    def _sensitive(self) -> bool:
        """Words and numbers that call for care. The reason names the kind, never the datum."""
        before = len(self.reasons)
        self.reasons += [
            Reason("sensitive:word", self.places.words(first, last)) for first, last, _ in self.scan.sensitive
        ]
        patterns = self.engine.plan.patterns
        self.reasons += [Reason(f"sensitive:{code}", span) for code, span in sensitive_spans(self.own.whole, patterns)]
        if self.text.subject:
            subject = sensitive_spans(self.text.subject[:_LONGEST_SUBJECT], patterns)
            self.reasons += [Reason(f"sensitive:{code}", _NOWHERE) for code, _ in subject]
        return len(self.reasons) > before

    def _themes(self) -> tuple[ThemeReading, ...]:
        """The themes in the order of their first word; those only in the subject come last, without a place."""
        found = []
        for theme, places in self.scan.theme_places.items():
            polarity, _, ambiguous = self._polarity(self.scan.themes.get(theme, Balance()))
            spans = tuple(self.places.words(at, at) for at in places[:_MOST_SPANS])
            found.append(ThemeReading(theme, polarity, ambiguous, spans))
        if self.aside is not None:
            for theme, balance in self.aside.themes.items():
                if theme not in self.scan.theme_places:
                    polarity, _, ambiguous = self._polarity(balance)
                    found.append(ThemeReading(theme, polarity, ambiguous))
        return tuple(found)
