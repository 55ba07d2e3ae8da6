"""What a part of the town is, and how parts are found: one file in ``parts/``, one class (docs/town.md)."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar
from uuid import UUID

from egards.demo import parts as folder
from egards.demo.house import House
from egards.demo.plan.story import Acts, Says, Story
from egards.demo.plan.town import Town
from egards.interactions.models import Mode
from egards.touchpoints.models import Touchpoint


@dataclass(frozen=True, slots=True)
class Parcel:
    """A word as it stands at a door: where, its bytes, and whether it is of today or a history."""

    touchpoint: Touchpoint
    raw: bytes
    mode: Mode = Mode.LIVE


@dataclass(slots=True)
class Thread:
    """Where a story stands in the house: how many of its steps were told, and the conversation it opened."""

    story: Story
    told: int = 0
    conversation_id: UUID | None = None


class Part:
    """One way in which the town speaks and is spoken to. Subclass it in ``parts/<name>.py``.

    ``name`` is unique. ``figures`` are the names of the figures that its words let an examiner check.
    ``is_poured``: its words are a history that calls for no answer, read by the thousand.
    """

    name: ClassVar[str]
    is_poured: ClassVar[bool] = False
    figures: ClassVar[tuple[str, ...]] = ()

    def stories(self, town: Town, day: int) -> Iterable[Story]:
        """Plan what begins on a day, by ``town.chance(self.name, day)`` alone: pure, the same each time."""
        raise NotImplementedError

    def settle(self, house: House) -> None:
        """Open in the house what the part needs: touchpoints, hours… May run twice."""

    def parcel(self, house: House, thread: Thread, said: Says) -> Parcel:
        """Return a customer's word as it comes to its door."""
        raise NotImplementedError

    def act(self, house: House, thread: Thread, done: Acts) -> None:
        """Do what one of us does, through the house's own verbs; the clock stands at ``done.at``."""
        raise NotImplementedError


@cache
def parts() -> dict[str, Part]:
    """Return every part by its name, in the order of their names."""
    found: dict[str, Part] = {}
    for module in pkgutil.iter_modules(folder.__path__):
        members = vars(importlib.import_module(f"{folder.__name__}.{module.name}")).values()
        for member in members:
            if isinstance(member, type) and issubclass(member, Part) and "name" in vars(member):
                found[member.name] = member()
    return dict(sorted(found.items()))
