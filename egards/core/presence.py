"""Who looks at what, right now: told from process to process by NOTIFY, kept in memory for less than a minute.

Presence is never stored: no table, no log, no file. A screen says it again every quarter of a minute; what is not
said again is forgotten. ``what`` is any row's id, and ``fence`` the touchpoint without which nobody may hear of it.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import connection

CHANNEL = "egards_presence"
#: What a screen has not said again for so long is over (screens repeat it every 15 s).
KEPT_SECONDS = 40.0
#: So many changes are remembered for streams that are behind; one that is further behind hears everything again.
MOST_CHANGES = 2000

READS, WRITES, LEAVES = "reads", "writes", "leaves"
STATES = (READS, WRITES, LEAVES)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One screen says what its member does. ``screen`` tells the tabs of one member apart."""

    what: str
    fence: str
    member: str
    name: str
    screen: str
    state: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who is there: ``state`` is ``reads`` or ``writes``."""

    id: str
    name: str
    state: str


def tell(sighting: Sighting) -> None:
    """Tell every process of the house, once this transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(asdict(sighting))])


@dataclass(frozen=True, slots=True)
class Place:
    """Something that is looked at, and the touchpoint it stands behind."""

    what: str
    fence: UUID


class Presence:
    """What one process knows of who is where. Moments are seconds of any steady clock, given by the caller.

    ``mark`` counts the changes, so that each stream can ask for those it has not told yet.
    """

    def __init__(self) -> None:
        self._seen: dict[Place, dict[tuple[str, str], tuple[Sighting, float]]] = {}
        self._changes: deque[tuple[int, Place]] = deque(maxlen=MOST_CHANGES)
        self.mark = 0

    def hear(self, payload: str, moment: float) -> None:
        """Take one notification in. A screen that was not there makes a change even when its member already was:
        it has to be told who else is. Raises ``ValueError`` or ``TypeError`` on what is no sighting."""
        sighting = Sighting(**json.loads(payload))
        place, screen = Place(sighting.what, UUID(sighting.fence)), (sighting.member, sighting.screen)
        here = self._seen.setdefault(place, {})
        before = here.pop(screen, None)
        if sighting.state != LEAVES:
            here[screen] = (sighting, moment + KEPT_SECONDS)
        if not here:
            del self._seen[place]
        if (before[0].state if before else LEAVES) != sighting.state:
            self._change(place)

    def expire(self, moment: float) -> None:
        """Forget what was not said again in time."""
        for place, here in list(self._seen.items()):
            over = [screen for screen, (_sighting, until) in here.items() if until <= moment]
            for screen in over:
                del here[screen]
            if over:
                self._change(place)
            if not here:
                del self._seen[place]

    def people(self, place: Place, *, but: UUID) -> list[Person]:
        """Return who is there, by name, without the member ``but``. Who writes on one screen writes."""
        found: dict[str, Person] = {}
        for sighting, _until in self._seen.get(place, {}).values():
            known = found.get(sighting.member)
            if sighting.member != str(but) and (known is None or known.state != WRITES):
                found[sighting.member] = Person(sighting.member, sighting.name, sighting.state)
        return sorted(found.values(), key=lambda person: person.name)

    def everywhere(self) -> list[Place]:
        """Return all that somebody looks at."""
        return list(self._seen)

    def changed_since(self, mark: int) -> list[Place]:
        """Return what changed after a mark, once each; where somebody is, when that is too long ago."""
        if self._changes and self._changes[0][0] > mark + 1:
            return self.everywhere()
        return list(dict.fromkeys(self._newer(mark)))

    def _newer(self, mark: int) -> Iterator[Place]:
        for number, place in reversed(self._changes):
            if number <= mark:
                return
            yield place

    def _change(self, place: Place) -> None:
        self.mark += 1
        self._changes.append((self.mark, place))
