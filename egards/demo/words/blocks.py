"""A building block: one sentence or two written by us, with alternatives, facts to fill in, and its truth.

``[a|b|c]`` draws one; ``{le_produit}`` is a fact (see ``fields``); what follows `` ## `` says what the sentence
adds to the truth: themes and intents of the reading plan, ``urgent``, ``ironic``, ``ambiguous``, ``effort``
(the person says what it costs them), ``ease`` (the same theme, praised), ``=-2`` (its polarity for the whole text),
``~carton`` (a topic: no two sentences of a text share one), ``@photo|capture`` (in an answer: told only to somebody
whose words, folded to plain small letters, hold one of these).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from egards.demo.words.fields import FIELDS, Telling

THEMES: Final = frozenset(
    "delivery price quality welcome phone answers wait refund returns website store order invoice aftersales"
    " contract advice effort safety".split()
)
INTENTS: Final = frozenset("question complaint praise suggestion leaving".split())
FLAGS: Final = frozenset("urgent ironic ambiguous ease".split())
#: Facts that begin by a vowel or by a small letter, whatever stands before them in the sentence.
JOINED: Final = re.compile(r"\{(duree|conseiller)\}")
_ELIDED: Final = re.compile(r"\b([Dd])e (?=une?\b|Inès|Aminata)")
_CAPITAL: Final = re.compile(r"(?<=[.!?] )[a-zé]")
POLARITIES: Final = {f"={value}": value for value in range(-2, 3)}


class BadBlock(ValueError):
    """A block that cannot be read: the sentence and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact to fill in, with what follows its colon."""

    fill: Callable[[Telling, str], str]
    argument: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several ways to go on."""

    ways: tuple[tuple[Node, ...], ...]


Node = str | Field | Choice


@dataclass(frozen=True, slots=True)
class Block:
    """A sentence ready to be told. ``needs`` are the facts without which it cannot be."""

    source: str
    nodes: tuple[Node, ...]
    needs: frozenset[str]
    themes: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    flags: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    polarity: int | None = None
    is_joined: bool = False
    heard: str = ""

    def tell(self, telling: Telling) -> str:
        """Draw its alternatives, fill its facts; the first letter is a capital unless it was written small."""
        text = _tell(self.nodes, telling).strip()
        if self.is_joined:
            text = _CAPITAL.sub(lambda found: found[0].upper(), _ELIDED.sub(r"\1'", text))
        if not isinstance(self.nodes[0], str) and text[:1].islower():
            return text[0].upper() + text[1:]
        return text


def _tell(nodes: Sequence[Node], telling: Telling) -> str:
    parts: list[str] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif isinstance(node, Field):
            parts.append(node.fill(telling, node.argument))
        else:
            parts.append(_tell(node.ways[int(telling.chance.random() * len(node.ways))], telling))
    return "".join(parts)


def read_block(source: str, *, also_needs: Iterable[str] = ()) -> Block:
    """Read one sentence as written in a file; ``also_needs`` are traits asked of the product, person or situation."""
    text, _, marks = source.partition(" ## ")
    needs = set(also_needs)
    nodes, end = _read(source, text, 0, needs)
    if end != len(text):
        raise BadBlock(f"outside of brackets: {text[end]} in {source}")
    topics = frozenset(word for word in marks.split() if word.startswith("~"))
    heard = "|".join(word[1:] for word in marks.split() if word.startswith("@"))
    words = [word for word in marks.split() if word[0] not in "~@"]
    unknown = set(words) - THEMES - INTENTS - FLAGS - POLARITIES.keys()
    if unknown or not text.strip():
        raise BadBlock(f"unknown marks {sorted(unknown)}: {source}")
    return Block(
        source=text,
        nodes=nodes,
        needs=frozenset(needs),
        themes=tuple(word for word in words if word in THEMES),
        intents=tuple(word for word in words if word in INTENTS),
        flags=frozenset(word for word in words if word in FLAGS),
        is_joined=bool(JOINED.search(text)),
        topics=topics,
        heard=heard,
        polarity=next((POLARITIES[word] for word in words if word in POLARITIES), None),
    )


def _read(source: str, text: str, at: int, needs: set[str]) -> tuple[tuple[Node, ...], int]:
    """Read until the end, or until the ``|`` or ``]`` that ends an alternative."""
    nodes: list[Node] = []
    plain = at
    while at < len(text) and text[at] not in "|]":
        if text[at] not in "[{":
            at += 1
            continue
        if plain < at:
            nodes.append(text[plain:at])
        node, at = (_read_choice if text[at] == "[" else _read_field)(source, text, at + 1, needs)
        nodes.append(node)
        plain = at
    if plain < at:
        nodes.append(text[plain:at])
    return tuple(nodes), at


def _read_choice(source: str, text: str, at: int, needs: set[str]) -> tuple[Node, int]:
    ways: list[tuple[Node, ...]] = []
    while True:
        nodes, at = _read(source, text, at, needs)
        ways.append(nodes)
        if at >= len(text):
            raise BadBlock(f"a bracket is not closed: {source}")
        at += 1
        if text[at - 1] == "]":
            return Choice(tuple(ways)), at


def _read_field(source: str, text: str, at: int, needs: set[str]) -> tuple[Node, int]:
    end = text.find("}", at)
    name, _, argument = text[at:end].partition(":")
    if end < 0 or name not in FIELDS:
        raise BadBlock(f"unknown fact {name!r}: {source}")
    need, fill = FIELDS[name]
    if need:
        needs.add(need)
    return Field(fill, argument), end + 1
