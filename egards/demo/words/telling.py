"""A text being drafted: draws blocks that its facts allow, never twice the same, and keeps the truth they tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from egards.demo.words.blocks import Block
from egards.demo.words.fields import FACTS, Telling, known
from egards.demo.words.grammar import TONES, Situation, shared
from egards.demo.words.nouns import Mood, Truth


class Draft:
    """One text under way; a bare one begins without the themes of its situation, which a relance may not name."""

    def __init__(self, telling: Telling, situation: Situation, *, is_bare: bool = False) -> None:
        self.telling = telling
        self.chance = telling.chance
        self.situation = situation
        # a theme may be called as a fact is (phone, order): it speaks of one, it does not give one
        self.known = known(telling.facts, telling.person) | (situation.traits - FACTS)
        self.used: set[str] = set()
        self.topics: set[str] = set()
        self.themes: list[str] = [] if is_bare else list(situation.themes)
        self.intents: list[str] = [] if is_bare else list(situation.intents)
        self.flags: set[str] = set()
        self.polarity: int | None = None
        self.effort_said = not is_bare and "effort" in situation.themes
        self.is_bare = is_bare
        self.heard: str | None = None

    def pick(self, pool: str | Iterable[Block], *, own: str = "", besides: frozenset[str] = frozenset()) -> str:
        """Tell one block of a pool (a shared one by its name, joined by the situation's ``own``); "" when none fits.

        ``besides`` are themes it must not touch: one does not praise what one is about to blame.
        """
        blocks = shared().get(pool, ()) if isinstance(pool, str) else pool
        if own:
            blocks = (*blocks, *self.situation.pools.get(own, ()))
        fitting = [block for block in blocks if self.fits(block)]
        if besides:
            fitting = [block for block in fitting if besides.isdisjoint(block.themes)]
        if not fitting:
            return ""
        block = fitting[int(self.chance.random() * len(fitting))]
        told = block.tell(self.telling)
        self._learn(block, told)
        return told

    def pick_of_matter(self, pool: str) -> str:
        """Tell a block of the situation's own pool: its themes are said by then."""
        told = self.pick(self.situation.pools.get(pool) or self.situation.pools["what"])
        if told:
            self.themes = [*self.situation.themes, *(them for them in self.themes if them not in self.situation.themes)]
            self.intents += [intent for intent in self.situation.intents if intent not in self.intents]
        return told

    def take(self, pool: str | Iterable[Block], many: int) -> list[str]:
        """Up to ``many`` different blocks."""
        told = (self.pick(pool) for _ in range(many))
        return [sentence for sentence in told if sentence]

    def has(self, pool: Iterable[Block]) -> bool:
        """Whether something is left to tell."""
        return any(self.fits(block) for block in pool)

    def fits(self, block: Block) -> bool:
        """Its facts are known, it was not told, and nothing told already speaks of the same thing."""
        return (
            block.needs <= self.known
            and block.source not in self.used
            and self._answers(block)
            and (not block.topics or block.topics.isdisjoint(self.topics))
        )

    def _answers(self, block: Block) -> bool:
        """Whether the person it answers has spoken of that."""
        return self.heard is None or not block.heard or bool(re.search(block.heard, self.heard))

    def feeling(self, mood: Mood) -> str:
        """A sentence of this mood: the situation's own half of the time, or everybody's."""
        own = self.situation.pools.get(str(mood), ())
        if own and self.chance.random() < 0.5:
            told = self.pick(own)
            if told:
                return told
        return self.pick(f"{self.situation.tone}.{mood}")

    def _learn(self, block: Block, told: str) -> None:
        self.used.add(block.source)
        self.topics |= block.topics
        self.effort_said |= "effort" in block.themes
        if "ease" in block.flags and "effort" not in self.themes:
            self.themes.append("effort")
        if block.themes:
            self.themes += [theme for theme in block.themes if theme not in self.themes]
        if block.intents:
            self.intents += [intent for intent in block.intents if intent not in self.intents]
        if "?" in told and "question" not in self.intents and self._is_asking(block):
            self.intents.append("question")
        if block.flags:
            self.flags |= block.flags
        if block.polarity is not None:
            self.polarity = block.polarity

    def _is_asking(self, block: Block) -> bool:
        """A question mark asks when somebody asks; elsewhere it may be anger."""
        pools = self.situation.pools
        return block in pools.get("ask", ()) or block in pools.get("en_ask", ()) or self.situation.tone == "request"

    def truth(self, mood: Mood, base: int | None = None) -> Truth:
        """What the blocks told so far say.

        Where no block decides the polarity it is ``base``, or the situation's, or the mood's.
        """
        if base is None:
            own = self.situation.polarity
            base = TONES[self.situation.tone][mood] if own is None else own
        polarity = base if self.polarity is None else self.polarity
        if base < 0 < polarity or (base == -2 and polarity < 0):
            polarity = base
        intents = list(self.intents)
        if polarity < 0 and self.situation.tone == "problem" and "complaint" not in intents:
            intents.insert(0, "complaint")
        return Truth(
            themes=tuple(self.themes),
            polarity=polarity,
            intents=tuple(intents),
            is_urgent="urgent" in self.flags,
            is_ironic=mood == Mood.IRONIC or "ironic" in self.flags,
            is_ambiguous="ambiguous" in self.flags,
            effort_said=self.effort_said,
        )
