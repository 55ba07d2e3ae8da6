"""One pass over the words of a text: polar words, what turns or scales them, and the themes they fall on.

A clause ends at punctuation, at « et » and at « mais ». Each clause has its own score; a theme takes the score of the
clause where it stands, or of its neighbour in the same sentence when the clause says nothing of its own
(« Pour la livraison, c’est nul »).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, compress, count, islice
from typing import NamedTuple

from egards.understanding.engines.index import Effect, Phrase, Tokens
from egards.understanding.engines.words import HARD, SOFT
from egards.understanding.reading import Intent, Urgency

_NEGATION_REACH = 4  # words after « pas »
_NE_REACH = 3  # words between « ne » and « plus »
_VERB_REACH = 2  # words between a verb and the « pas » that follows it
_SCALE_REACH = 2  # words between « très » and what it strengthens
_NEGATED_PRAISE, _NEGATED_BLAME = -0.8, -0.5
_WISHED = 0.15
_EXCLAMATION_GAIN = 1.1
_FAR = -100


class Hit(NamedTuple):
    """A push: words ``first`` to ``last`` included, signed weight, and why."""

    first: int
    last: int
    weight: float
    code: str


@dataclass(slots=True)
class Balance:
    """Praise and blame added up apart, so that a mixed text is not taken for a neutral one."""

    praise: float = 0.0
    blame: float = 0.0

    def push(self, weight: float) -> None:
        """Add a signed weight on its side."""
        if weight >= 0:
            self.praise += weight
        else:
            self.blame -= weight


class Scan:
    """The state of the pass. Read ``hits``, ``balance``, ``themes``… once ``run`` has returned."""

    def __init__(self, tokens: Tokens, irony_reach: int, contrast_gain: float) -> None:
        self.tokens = tokens
        self.irony_reach = irony_reach
        self.contrast_gain = contrast_gain
        self.hits: list[Hit] = []
        self.balance = Balance()
        self.themes: dict[str, Balance] = {}
        self.theme_places: dict[str, list[int]] = {}
        self.intents: dict[Intent, tuple[int, int, str]] = {}
        self.urgencies: list[tuple[Urgency, int, int, str]] = []
        self.sensitive: list[tuple[int, int, str]] = []
        self.irony: Hit | None = None
        self.turns: list[int] = []  # words where « mais », « sauf que »… turn the text
        self._score = Balance()
        self._clause_themes: list[str] = []
        self._pending: list[str] = []
        self._last: list[str] = []
        self._orphan: Balance | None = None
        self._after_contrast = False
        self._negator = self._ne = self._verb = self._scale_at = _FAR
        self._scale = 1.0
        self._wish = False
        self._opener = _FAR
        self._opener_hit = -1
        self._eaten_to = -1

    def run(self) -> None:
        """Walk the words that act; the others cost nothing, and the breaks between two of them count as the hardest."""
        known, levels, moods = self.tokens.known, self.tokens.levels, self.tokens.moods
        seconds = compress(chain(islice(self.tokens.words, 1, None), ("",)), known)
        read_to = 0
        for i, second, acting in zip(compress(count(), known), seconds, filter(None, known), strict=True):
            effect, followers, gain, is_quiet = acting
            phrases = followers[second] if followers is not None else ()
            if phrases and levels[i] == HARD:
                phrases = ()
            if effect is None and not phrases and i not in moods:
                continue
            passed = levels[read_to:i]
            if HARD in passed:
                self._end_clause(HARD)
            elif SOFT in passed:
                self._end_clause(SOFT)
            read_to = i
            if phrases or i <= self._eaten_to:
                self._expression(i, effect, phrases, gain)
            elif effect is not None:
                if is_quiet:
                    self._note(i, i, effect)
                else:
                    self._apply(i, i, effect, gain)
            if i in moods:
                self._push(i, i, moods[i], "emoji")
        self._end_clause(HARD)

    def _expression(self, i: int, effect: Effect | None, phrases: tuple[Phrase, ...], gain: float) -> None:
        """A word that may begin an expression, or stands inside one."""
        eaten = i <= self._eaten_to
        last = self._phrases(i, effect, phrases, gain, eaten=eaten) if phrases else i
        if last > i:
            self._eaten_to = last
        elif effect is not None and eaten:
            self._note(i, i, effect)
        elif effect is not None:
            self._apply(i, i, effect, gain)

    def _phrases(self, i: int, effect: Effect | None, phrases: tuple[Phrase, ...], gain: float, *, eaten: bool) -> int:
        """Apply the expressions that begin here; the last word eaten by the longest of them, or ``i``.

        Inside an expression already read (``eaten``), themes and intents still count, polarity does not.
        """
        best: Effect | None = None
        last = i
        for phrase in phrases:
            end = self._matches(i, phrase)
            if not end:
                continue
            if eaten or not phrase.effect.consumes():
                apply = self._note if eaten else self._apply_plainly
                apply(i, end, phrase.effect)
            elif end > last:
                best, last = phrase.effect, end
        if best is not None:
            if effect is not None:
                self._note(i, i, effect)
                if effect.opener:
                    self._opener, self._opener_hit = i, -1
            self._apply(i, last, best, gain)
        return last

    def _matches(self, i: int, phrase: Phrase) -> int:
        """Index of the last word of the expression, or 0; its second word is already known to fit."""
        rest = phrase.rest
        words, levels, folded = self.tokens.words, self.tokens.levels, self.tokens.folded
        if i + len(rest) >= len(words):
            return 0
        i += 1
        for part in rest[1:]:
            if levels[i] == HARD or not part.accepts(folded[words[i + 1]]):
                return 0
            i += 1
        return i

    def _note(self, first: int, last: int, effect: Effect) -> None:
        """Themes, intents and urgency, without polarity."""
        if effect.themes:
            self._note_themes(first, effect.themes)
        if effect.intents or effect.urgency or effect.sensitive:
            self._note_signals(first, last, effect)

    def _apply_plainly(self, first: int, last: int, effect: Effect) -> None:
        self._apply(first, last, effect, 1.0)

    def _apply(self, first: int, last: int, effect: Effect, gain: float) -> None:
        if effect.contrast:
            self.turns.append(first)
            self._end_clause(SOFT)
            self._after_contrast = True
        elif effect.join:
            self._end_clause(SOFT)
        self._note(first, last, effect)
        if effect.wish:
            self._wish = True
        if effect.ne:
            self._ne = first
        if effect.target and first - self._opener <= self.irony_reach:
            self._turn_into_irony(first)
        if effect.polar is not None:
            self._polar(first, last, effect, gain)
        if effect.scale:
            self._scale, self._scale_at = effect.scale, last
        if effect.negator and (not effect.needs_ne or first - self._ne <= _NE_REACH):
            self._negate(first)
        if effect.opener:
            self._opener, self._opener_hit = first, len(self.hits) - 1 if effect.polar else -1

    def _polar(self, first: int, last: int, effect: Effect, gain: float) -> None:
        weight = (effect.polar or 0.0) * gain
        if not weight:
            return
        if "!" in self.tokens.separators[last]:
            weight *= _EXCLAMATION_GAIN
        code = f"word:{effect.code}"
        if not effect.closed and first - self._negator <= _NEGATION_REACH:
            weight *= _NEGATED_PRAISE if weight > 0 else _NEGATED_BLAME
            code = f"negated:{effect.code}"
            self._negator = _FAR
        elif first - self._scale_at <= _SCALE_REACH:
            weight *= self._scale
        self._scale_at = _FAR
        if self._wish and weight > 0:
            weight *= _WISHED
            code = f"wished:{effect.code}"
        if effect.verb:
            self._verb = last
        self._push(first, last, weight, code)

    def _push(self, first: int, last: int, weight: float, code: str) -> None:
        if self._after_contrast:
            weight *= self.contrast_gain
        self.hits.append(Hit(first, last, weight, code))
        self._score.push(weight)

    def _negate(self, at: int) -> None:
        """« ne recommande pas »: the verb came first; otherwise the negation waits for the words that follow."""
        if at - self._verb > _VERB_REACH or not self.hits or self.hits[-1].last != self._verb:
            self._negator = at
            return
        turned = self.hits.pop()
        self._take_back(turned.weight)
        self._verb = _FAR
        if turned.code.startswith("word:"):
            factor = _NEGATED_PRAISE if turned.weight > 0 else _NEGATED_BLAME
            code = f"negated:{turned.code.removeprefix('word:')}"
            turned = Hit(turned.first, at, turned.weight * factor, code)
        self.hits.append(turned)
        self._score.push(turned.weight)

    def _turn_into_irony(self, target: int) -> None:
        """« Merci pour votre incompétence »: the thanks becomes a blame, and nobody would swear to it."""
        if 0 <= self._opener_hit < len(self.hits):
            thanks = self.hits[self._opener_hit]
            if thanks.first == self._opener and thanks.weight > 0:
                self._take_back(thanks.weight)
                self.hits[self._opener_hit] = thanks._replace(weight=0.0)
        self.irony = Hit(self._opener, target, -2.0, "irony")
        self._push(*self.irony)
        self._opener = _FAR

    def _take_back(self, weight: float) -> None:
        if weight >= 0:
            self._score.praise = max(0.0, self._score.praise - weight)
        else:
            self._score.blame = max(0.0, self._score.blame + weight)

    def _note_themes(self, at: int, themes: tuple[str, ...]) -> None:
        for theme in themes:
            if theme not in self._clause_themes:
                self._clause_themes.append(theme)
            self.theme_places.setdefault(theme, []).append(at)

    def _note_signals(self, first: int, last: int, effect: Effect) -> None:
        if first - self._negator <= _SCALE_REACH and not effect.closed and effect.polar is None:
            return  # « sans danger », « pas urgent », « pas question de résilier »
        for intent in effect.intents:
            self.intents.setdefault(intent, (first, last, effect.code))
        if effect.urgency:
            self.urgencies.append((effect.urgency, first, last, effect.code))
        if effect.sensitive:
            self.sensitive.append((first, last, effect.code))

    def _end_clause(self, level: int) -> None:
        score, themes = self._score, self._clause_themes
        if score.praise or score.blame or themes:
            self._share(score, themes)
            self.balance.praise += score.praise
            self.balance.blame += score.blame
            self._score, self._clause_themes = Balance(), []
        if level == HARD:
            self._orphan = None
            self._pending, self._last = [], []
            self._after_contrast = False
            self._opener = _FAR
            self._wish = False
        self._negator = self._ne = self._verb = self._scale_at = _FAR

    def _share(self, score: Balance, themes: list[str]) -> None:
        """Who the score of this clause speaks of: its own themes, those left waiting, or those just before."""
        scored = bool(score.praise or score.blame)
        if themes and scored:
            self._give(score, themes + self._pending)
            self._pending, self._orphan, self._last = [], None, themes
        elif themes:
            if self._orphan is not None:
                self._give(self._orphan, themes)
                self._orphan = None
            else:
                self._give(score, themes)
                self._pending = self._pending + themes
            self._last = themes
        elif self._pending or self._last:
            self._last = self._pending or self._last
            self._give(score, self._last)
            self._pending = []
        else:
            self._orphan = score

    def _give(self, score: Balance, themes: list[str]) -> None:
        for theme in themes:
            balance = self.themes.setdefault(theme, Balance())
            balance.praise += score.praise
            balance.blame += score.blame
