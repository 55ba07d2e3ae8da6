"""The first honest engine: a lexicon, clauses and a few rules. It says why, and says when it would not swear to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Final

from egards.understanding.engines.clauses import Balance, Hit, Scan
from egards.understanding.engines.index import Index, Piece
from egards.understanding.engines.plan import Plan, Theme, load_plan
from egards.understanding.engines.sensitive import sensitive_spans
from egards.understanding.engines.words import LEAD, PIECE
from egards.understanding.reading import Intent, Reading, Reason, Span, Text, ThemeReading, Urgency

NAME: Final = "lexique"
CODE_VERSION: Final = "1"
LONGEST_TEXT: Final = 20_000
_LONGEST_SUBJECT: Final = 300
_MOST_REASONS: Final = 12
_MOST_SPANS: Final = 4
_LANGUAGE_PIECES: Final = 80
_CLEAR_BLAME: Final = 2.0
_LOW_SCORE, _HIGH_SCORE = 0.375, 0.625
_QUOTED = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_NOWHERE = Span(0, 0)
_INTENT_ORDER: tuple[Intent, ...] = ("sensitive", "urgent", "leaving", "complaint", "question", "suggestion", "praise")


class LexiconEngine:
    """Reads with one plan. Safe to share between threads; the memory of pieces is bounded."""

    name: str = NAME

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.version: str = f"{CODE_VERSION}-{plan.sha[:12]}"
        self._index = Index(plan)

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes of the plan, with their French labels, in the order of the file."""
        return self.plan.themes

    def read(self, texts: list[Text]) -> list[Reading]:
        """One reading per text, in order. Never raises on a text."""
        return [self._read_one(text) for text in texts]

    def _read_one(self, text: Text) -> Reading:
        body = _readable(text.text)
        raw = _pieces(body)
        look_up = self._index.pieces.__getitem__
        thresholds = self.plan.thresholds
        pieces = list(map(look_up, raw))
        scan = Scan(pieces, self.plan.irony_reach, thresholds["contrast_gain"])
        scan.run()
        if text.subject:
            subject = _pieces(text.subject[:_LONGEST_SUBJECT])
            aside = Scan(list(map(look_up, subject)), self.plan.irony_reach, thresholds["contrast_gain"])
            aside.run()
        else:
            aside = None
        return _Verdict(self, text, body, raw, scan, aside).reading()

    def language_of(self, raw: Sequence[str]) -> str:
        """``fr``, ``en`` or ``und``, by counting the small words of the first pieces."""
        votes = sum(map(self._index.language.__getitem__, raw[:_LANGUAGE_PIECES]))
        french, english, other = votes % 1_000, votes // 1_000 % 1_000, votes // 1_000_000
        if french >= max(english, other) and french:
            return "fr"
        return "en" if english > other else "und"


def load_engine(plan_path: Path | None = None) -> LexiconEngine:
    """An engine ready to read, with the French plan by default. Raises PlanError when the plan cannot be used."""
    return LexiconEngine(load_plan(plan_path))


def read(texts: list[Text], plan: Plan) -> list[Reading]:
    """Read a batch with a plan, for those who hold one; keep a ``LexiconEngine`` to read many batches."""
    return LexiconEngine(plan).read(texts)


def _readable(text: str) -> str:
    """What is read of a text: its beginning, quoted lines blanked with as many spaces so that offsets hold."""
    body = text[:LONGEST_TEXT]
    if ">" in body and (body.lstrip().startswith(">") or "\n" in body):
        body = _QUOTED.sub(lambda line: " " * len(line.group()), body)
    return body


def _pieces(body: str) -> list[str]:
    """The words with what follows them; what precedes the first word is a piece of its own (a lone emoji)."""
    lead = LEAD.match(body)
    pieces = PIECE.findall(body)
    if lead is not None and lead.end():
        pieces.insert(0, lead.group())
    return pieces


class _Places:
    """From piece numbers to character offsets, computed only when asked."""

    def __init__(self, raw: list[str], pieces: Sequence[Piece | None]) -> None:
        self._raw = raw
        self._pieces = pieces
        self._starts: list[int] = []

    def span(self, first: int, last: int) -> Span:
        if not self._starts:
            self._starts = list(accumulate(map(len, self._raw), initial=0))
        piece = self._pieces[last]
        size = piece.size if piece is not None else 0
        return Span(self._starts[first], self._starts[last] + (size or len(self._raw[last].rstrip())))


class _Verdict:
    """Turns what a scan noted into a reading."""

    def __init__(
        self,
        engine: LexiconEngine,
        text: Text,
        body: str,
        raw: list[str],
        scan: Scan,
        aside: Scan | None,
    ) -> None:
        self.engine, self.text, self.body, self.raw = engine, text, body, raw
        self.scan, self.aside, self.places = scan, aside, _Places(raw, scan.pieces)
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
        if len(self.text.text) > LONGEST_TEXT:
            self.reasons.append(Reason("cut", Span(LONGEST_TEXT, LONGEST_TEXT)))
        urgency = self._urgency()
        intents = self._intents(polarity, urgency, ambiguous)
        return Reading(
            language=self.engine.language_of(self.raw),
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
            return 0, 0.0, False
        margin = min(1.0, abs(net) / (force + 0.5))
        if abs(net) < self.thresholds["neutral_below"]:
            return 0, margin, True
        strong = margin >= self.thresholds["strong_margin"] and abs(net) >= self.thresholds["strong_score"]
        size = 2 if strong else 1
        return (size if net > 0 else -size), margin, margin < self.thresholds["ambiguous_below"]

    def _push_reasons(self) -> None:
        """The strongest pushes, in the order of the text; those of the subject have no place in the text."""
        hits = [hit for hit in self.scan.hits if hit.weight]
        if len(hits) > _MOST_REASONS:
            hits = sorted(sorted(hits, key=lambda hit: -abs(hit.weight))[:_MOST_REASONS])
        self.reasons += [Reason(hit.code, self.places.span(hit.first, hit.last), round(hit.weight, 2)) for hit in hits]
        aside: list[Hit] = self.aside.hits[:_MOST_SPANS] if self.aside is not None else []
        self.reasons += [Reason(f"subject:{hit.code}", _NOWHERE, round(hit.weight, 2)) for hit in aside if hit.weight]

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
                span = self.places.span(first, last) if scan is self.scan else _NOWHERE
                self.reasons.append(Reason(f"urgency:{code}", span))
        return urgency

    def _intents(self, polarity: int, urgency: Urgency, ambiguous: bool) -> tuple[Intent, ...]:
        found: set[Intent] = set()
        for scan in (self.scan, self.aside):
            for intent, (first, last, code) in scan.intents.items() if scan is not None else ():
                if (intent == "praise" and polarity <= 0) or (intent == "complaint" and polarity > 0):
                    continue
                found.add(intent)
                span = self.places.span(first, last) if scan is self.scan else _NOWHERE
                self.reasons.append(Reason(f"intent:{intent}:{code}", span))
        if self.scan.question_at >= 0:
            found.add("question")
        if self._blames(polarity, ambiguous):
            found.add("complaint")
        if polarity == 2 and not ambiguous:
            found.add("praise")
        if urgency != "none":
            found.add("urgent")
        if self._sensitive():
            found.add("sensitive")
        return tuple(intent for intent in _INTENT_ORDER if intent in found)

    def _blames(self, polarity: int, ambiguous: bool) -> bool:
        """A clear blame, even beside a praise: « SAV nul mais vendeuse adorable » complains about something."""
        if ambiguous and self.scan.irony is None:
            return self.scan.balance.blame >= _CLEAR_BLAME
        return polarity <= -1

    def _sensitive(self) -> bool:
        """Words and numbers that call for care. The reason names the kind, never the datum."""
        before = len(self.reasons)
        self.reasons += [
            Reason("sensitive:word", self.places.span(first, last)) for first, last, _ in self.scan.sensitive
        ]
        patterns = self.engine.plan.patterns
        self.reasons += [Reason(f"sensitive:{code}", span) for code, span in sensitive_spans(self.body, patterns)]
        if self.text.subject:
            subject = sensitive_spans(self.text.subject[:_LONGEST_SUBJECT], patterns)
            self.reasons += [Reason(f"sensitive:{code}", _NOWHERE) for code, _ in subject]
        return len(self.reasons) > before

    def _themes(self) -> tuple[ThemeReading, ...]:
        """The themes in the order of their first word; those only in the subject come last, without a place."""
        found = []
        for theme, places in self.scan.theme_places.items():
            polarity, _, ambiguous = self._polarity(self.scan.themes.get(theme, Balance()))
            spans = tuple(self.places.span(at, at) for at in places[:_MOST_SPANS])
            found.append(ThemeReading(theme, polarity, ambiguous, spans))
        if self.aside is not None:
            for theme, balance in self.aside.themes.items():
                if theme not in self.scan.theme_places:
                    polarity, _, ambiguous = self._polarity(balance)
                    found.append(ThemeReading(theme, polarity, ambiguous))
        return tuple(found)
