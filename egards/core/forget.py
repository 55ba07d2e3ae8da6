"""What may be forgotten: every place that holds a personal word has its line here, or CI fails.

An app declares its places in its own ``forget.py`` (``PLACES``); the command that forgets a person walks them from
the highest floor down. A table that holds no personal word says so, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Person:
    """Whom to forget: customers (a root and all merged into it), their handles, the words they wrote."""

    customer_ids: tuple[UUID, ...]
    handle_ids: tuple[UUID, ...]
    handle_digests: tuple[bytes, ...]
    interaction_ids: tuple[UUID, ...]
    handle_values: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class ErasablePlace:
    """One table or folder with personal words: how to erase a person there, and how to give them a copy.

    ``erase`` overwrites and deletes, returns how many rows or files it touched, and may run twice.
    ``export`` returns plain JSON-able rows of that person only.
    """

    name: str
    erase: Callable[[Person], int]
    export: Callable[[Person], Sequence[dict[str, object]]]


@dataclass(frozen=True)
class SilentPlace:
    """A table without personal words, and why."""

    name: str
    why: str
