"""A few of the customers' own words as proof: one sentence a theme, from different people, with people hidden."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from egards.bilan.counting import blames, tone
from egards.bilan.masking import holes, masked
from egards.bilan.words import Word
from egards.core.typography import glued

SHORTEST, LONGEST, BEST = 35, 165, 95  # characters of a sentence that can be shown
_MOST_HOLES = 2
_PLAIN = 2  # how hard a sentence blames before nobody could take it for a question
_COMMON = 3  # people who write a word in lower case before it is taken for a word and not for a name
_LOOKED_AT = 400  # words looked at for one theme
_END = re.compile(r"[.!?…](?=\s)|\n\s*\n")
_LOWER = re.compile(r"\b[a-zà-ÿœ][\wà-ÿœ’'-]*")
_NAME = re.compile(r"[^\W\d_]{2,}")
_PARTICLES = frozenset("de du des la le les von van der den da di el al ben service client clients contact".split())


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of a customer, masked."""

    theme: str
    text: str


def usual_words(words: Sequence[Word]) -> frozenset[str]:
    """Return the words that several people write without a capital: they name nobody."""
    seen: dict[str, set[str]] = defaultdict(set)
    for place, word in enumerate(words):
        who = word.author or f"#{place}"
        for found in set(_LOWER.findall(word.text)):
            if len(seen[found]) < _COMMON:
                seen[found].add(who)
    return frozenset(word for word, people in seen.items() if len(people) >= _COMMON)


def quotes(customers: Sequence[Word], themes: Sequence[str]) -> list[Quote]:
    """Return at most one quote per theme, in their order, each of another person; the clearest complaint first."""
    usual = usual_words(customers)
    everybody = frozenset(part for word in customers for part in _name_parts(word)) - usual
    found: list[Quote] = []
    taken: set[str] = set()
    for theme in themes:
        some = [word for word in customers if tone(word) == "unhappy" and theme in blames(word)]
        best = min(_candidates(some[:_LOOKED_AT], theme, everybody, usual, taken), default=None)
        if best is not None:
            taken.update(best[1:])
            found.append(Quote(theme, best[1]))
    return found


def _candidates(
    some: Sequence[Word], theme: str, everybody: frozenset[str], usual: Collection[str], taken: Collection[str]
) -> Iterator[tuple[tuple[int, int, int, int], str, str]]:
    """Yield (how far from the best, the masked sentence, who): fewest holes, of that theme alone, plain, readable."""
    for place, word in enumerate(some):
        who = word.author or f"#{theme}{place}"
        if who in taken or word.reading is None or "sensitive" in word.reading.intents:
            continue
        for sentence, force in _sentences(word, theme):
            shown = glued(masked(sentence, names=everybody | _name_parts(word), usual=usual).replace("'", "’"))
            if shown not in taken and SHORTEST <= len(shown) <= LONGEST and (gaps := holes(shown)) <= _MOST_HOLES:
                unsure = 0 if word.reading.language == "fr" and word.reading.margin >= 0.5 else 1
                yield (gaps + unsure + (force < _PLAIN), len(blames(word)), -force, abs(len(shown) - BEST)), shown, who


def _sentences(word: Word, theme: str) -> Iterator[tuple[str, int]]:
    """Yield the sentences in which a theme is blamed, whole, and how hard they blame (0…3)."""
    text, reading = word.text, word.reading
    for one in reading.themes if reading else ():
        if reading is None or one.theme != theme or one.polarity >= 0:
            continue
        ends = [found.end() for found in _END.finditer(text)]
        for span in one.spans:
            start = max((end for end in ends if end <= span.start), default=0)
            end = min((end for end in ends if end > span.start), default=len(text))
            inside = (reason.weight for reason in reading.reasons if start <= reason.span.start < end)
            yield text[start:end].strip(), max(0, min(3, round(-sum(inside))))


def _name_parts(word: Word) -> frozenset[str]:
    local = word.author.partition("@")[0]
    parts = (part.lower() for name in (*word.names, local) for part in _NAME.findall(name))
    return frozenset(parts) - _PARTICLES
