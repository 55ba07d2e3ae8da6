"""Reads what we wrote: ``texts/situations/*.toml`` (one file, one situation), ``texts/shared/*.toml``, the causes.

A pool is a list of blocks under a name; ``what_lamp`` joins the pool ``what`` for a product, or a person, that
has the trait ``lamp``. docs: docs/town-words.md.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from egards.demo.words.blocks import INTENTS, THEMES, BadBlock, Block, read_block
from egards.demo.words.nouns import Kind, Mood

TEXTS: Final = Path(__file__).resolve().parent / "texts"
#: What a product, a person, a situation may have; a situation's themes and tone count too.
TRAITS: Final = THEMES | frozenset(
    "furniture textile lamp kitchen table electric decor kit fragile wood bed seat sofa pot appliance dear"
    " young adult senior morning daytime evening advent pending settled"
    " owned ordered received asking prospect again problem request praise unclear".split()
)
POOLS: Final = frozenset(
    "subject what detail ask line review note angry ironic funny mixed happy delighted worried disappointed"
    " answer curt internal en_what en_ask en_subject".split()
)
TONES: Final[dict[str, dict[Mood, int]]] = {
    "problem": {
        Mood.CALM: -1,
        Mood.WORRIED: -1,
        Mood.DISAPPOINTED: -1,
        Mood.ANGRY: -2,
        Mood.IRONIC: -2,
        Mood.FUNNY: -1,
        Mood.MIXED: -1,
    },
    "request": {Mood.CALM: 0, Mood.WORRIED: 0, Mood.HAPPY: 1, Mood.FUNNY: 0, Mood.DISAPPOINTED: -1},
    "praise": {Mood.CALM: 1, Mood.HAPPY: 1, Mood.DELIGHTED: 2, Mood.FUNNY: 1, Mood.MIXED: 1},
    "unclear": {Mood.CALM: 0, Mood.FUNNY: 0},
}
Pools = dict[str, tuple[Block, ...]]


@dataclass(frozen=True, slots=True)
class Situation:
    """What happened to a customer, and the ways we wrote to tell it.

    ``themes`` are said by every text (the first is the main one); ``intents`` are held by every text, and
    « complaint » by those whose polarity is negative. ``products`` are the traits it suits (any when empty);
    ``facts`` those without which it is not told; ``traits`` let shared sentences fit it. ``days`` is
    the wait that makes sense, ``share`` how often it happens beside the others, ``polarity`` what every mood has.
    """

    key: str
    label: str
    tone: str
    kinds: tuple[Kind, ...]
    themes: tuple[str, ...]
    intents: tuple[str, ...]
    products: tuple[str, ...]
    facts: tuple[str, ...]
    moods: tuple[Mood, ...]
    traits: frozenset[str]
    days: tuple[int, int]
    share: int
    polarity: int | None
    pools: Pools


@dataclass(frozen=True, slots=True)
class Cause:
    """A hidden cause: what insiders call it, and what customers see of it."""

    key: str
    label: str
    situations: tuple[str, ...]
    said: tuple[Block, ...]


@cache
def situations() -> dict[str, Situation]:
    """Every situation by its key, read once.

    Raises BadBlock when a file cannot be read as we mean it.
    """
    return {path.stem: read_situation(path) for path in sorted((TEXTS / "situations").glob("*.toml"))}


@cache
def shared() -> Pools:
    """The pools every situation draws from: « greeting.formal », « feeling.angry »…"""
    told: dict[str, list[str]] = {}
    for path in sorted((TEXTS / "shared").glob("*.toml")):
        for name, group in _load(path).items():
            told |= (
                {f"{name}.{part}": lines for part, lines in group.items()} if isinstance(group, dict) else {name: group}
            )
    return read_pools(told)


@cache
def causes() -> dict[str, Cause]:
    """Every hidden cause by its key."""
    return {
        key: Cause(key, told["label"], tuple(told["situations"]), tuple(map(read_block, told["said"])))
        for key, told in _load(TEXTS / "causes.toml").items()
    }


def read_situation(path: Path) -> Situation:
    """Read one file of ``texts/situations``."""
    told = _load(path)
    head, pools = told["situation"], read_pools(told["pools"])
    if (unknown := pools.keys() - POOLS) or head["tone"] not in TONES:
        raise BadBlock(f"{path.name}: unknown pools {sorted(unknown)} or tone {head['tone']}")
    if not THEMES.issuperset(head["themes"]) or not INTENTS.issuperset(head.get("intents", ())):
        raise BadBlock(f"{path.name}: unknown themes or intents")
    return Situation(
        key=path.stem,
        label=head["label"],
        tone=head["tone"],
        kinds=tuple(Kind(kind) for kind in head["kinds"]),
        themes=tuple(head["themes"]),
        intents=tuple(head.get("intents", ())),
        products=tuple(head.get("products", ())),
        facts=tuple(head.get("facts", ())),
        moods=tuple(Mood(mood) for mood in head.get("moods", TONES[head["tone"]])),
        traits=TRAITS & {*head["traits"], *head["themes"], head["tone"]},
        days=tuple(head.get("days", (2, 30))),
        share=head["share"],
        polarity=head.get("polarity"),
        pools=pools,
    )


def read_pools(told: dict[str, list[str]]) -> Pools:
    """Join ``what`` and ``what_lamp`` into one pool whose blocks know the traits they need."""
    pools: dict[str, list[Block]] = defaultdict(list)
    for name, lines in told.items():
        stem, traits = name, set()
        while "_" in stem and stem.rpartition("_")[2] in TRAITS:
            stem, _, trait = stem.rpartition("_")
            traits.add(trait)
        pools[stem] += [read_block(line, also_needs=traits) for line in lines]
    return {name: tuple(blocks) for name, blocks in pools.items()}


def count_blocks() -> int:
    """How many distinct sentences we wrote."""
    written = [block for situation in situations().values() for pool in situation.pools.values() for block in pool]
    written += [block for pool in shared().values() for block in pool]
    written += [block for cause in causes().values() for block in cause.said]
    return len({block.source for block in written})


def _load(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))
