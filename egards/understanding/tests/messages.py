"""The development set: customer messages in French, and what each labelling pass says of them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

DATA: Final = Path(__file__).resolve().parent / "data"
CORPUS: Final = DATA.parents[1] / "corpus" / "intents_fr.jsonl"  # what teaches the intents
OUT_OF_SCOPE: Final = "out_of_scope"
CHANNELS: Final = ("chat", "email", "review", "sms", "form")


class Message(NamedTuple):
    """A message as it arrived: whose trade, by which channel."""

    id: str
    text: str
    trade: str
    channel: str


class Label(NamedTuple):
    """What one person says of a message: its main intent, or ``out_of_scope``, and those it holds besides."""

    id: str
    main: str
    also: tuple[str, ...]


def messages() -> list[Message]:
    """The messages, in the order of the file."""
    return [Message(**json.loads(line)) for line in _lines("messages_fr.jsonl")]


def labels(labeller: str = "a") -> dict[str, Label]:
    """The labels by message: pass ``a``, blind pass ``b``, or what was ``agreed``. FileNotFoundError for any other."""
    rows = map(json.loads, _lines(f"labels_{labeller}.jsonl"))
    return {row["id"]: Label(row["id"], row["main"], tuple(row["also"])) for row in rows}


def likeness(one: str, other: str) -> float:
    """The words that two texts share, over all their words (Jaccard), from 0 to 1."""
    first, second = _tokens(one), _tokens(other)
    return len(first & second) / len(first | second) if first | second else 1.0


def _lines(name: str) -> list[str]:
    return (DATA / name).read_text(encoding="utf-8").splitlines()


@cache
def _tokens(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.casefold()))
