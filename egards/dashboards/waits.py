"""Before speaking to a person: waits by medium, on the clock and in open hours, against what was promised."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from egards.accounts.models import Brand, Hours, weekdays_nine_to_six
from egards.core.working_hours import Calendar
from egards.dashboards.queries import Contacts
from egards.statistics.waits import WaitQuantile, wait_quantile
from egards.touchpoints.models import Touchpoint

#: Under so many people who asked, no quantile.
MINIMUM = 10


class OpenTime:
    """Open seconds between two moments of a window, counted from sums made once: thousands of waits cost little."""

    def __init__(self, calendar: Calendar, since: datetime, until: datetime) -> None:
        self._starts: list[datetime] = []
        self._sums: list[float] = [0.0]
        self._lengths: list[float] = []
        day, last = calendar.day_of(since), calendar.day_of(until)
        while day <= last:
            for opens, closes in calendar.slots_on(day):
                self._starts.append(opens)
                self._lengths.append((closes - opens).total_seconds())
                self._sums.append(self._sums[-1] + self._lengths[-1])
            day += timedelta(days=1)

    def between(self, start: datetime, end: datetime) -> float:
        """Return the open seconds from ``start`` to ``end``, both within the window."""
        return max(0.0, self._until(end) - self._until(start))

    def _until(self, at: datetime) -> float:
        slot = bisect_right(self._starts, at) - 1
        if slot < 0:
            return 0.0
        return self._sums[slot] + min((at - self._starts[slot]).total_seconds(), self._lengths[slot])


@dataclass(slots=True)
class Waits:
    """Waits in seconds: those that ended and those that have no end, on the clock and in open hours.

    ``still`` of them run on; the others were closed without an answer.
    """

    waited: list[float] = field(default_factory=list)
    running: list[float] = field(default_factory=list)
    worked: list[float] = field(default_factory=list)
    running_worked: list[float] = field(default_factory=list)
    still: int = 0

    @property
    def n(self) -> int:
        """How many people asked."""
        return len(self.waited) + len(self.running)

    @property
    def is_enough(self) -> bool:
        """Whether quantiles may be shown."""
        return self.n >= MINIMUM

    def add(self, contacts: Contacts, open_time: OpenTime, *, now: datetime) -> None:
        """Take the waits of one touchpoint in."""
        self.still += sum(until >= now for _asked, until in contacts.running)
        self.waited += contacts.waited
        self.worked += contacts.worked
        self.running += [(until - asked).total_seconds() for asked, until in contacts.running]
        self.running_worked += [open_time.between(asked, until) for asked, until in contacts.running]
        for waits in (self.waited, self.running, self.worked, self.running_worked):
            waits.sort()  # once: each quantile below sorts again, at no cost

    def on_the_clock(self, share: float) -> WaitQuantile:
        """Return a quantile of what passed on the wall."""
        return wait_quantile(self.waited, self.running, share)

    def open_hours(self, share: float) -> WaitQuantile:
        """Return a quantile of the open time that passed."""
        return wait_quantile(self.worked, self.running_worked, share)


@dataclass(slots=True)
class Medium:
    """The waits of one kind of touchpoint, and the open seconds in which an answer is promised (None: it varies)."""

    kind: str
    touchpoints: list[Touchpoint]
    promised: int | None
    waits: Waits


def all_waits(
    touchpoints: Sequence[Touchpoint], found: Mapping[UUID, Contacts], *, since: datetime, until: datetime
) -> tuple[Waits, list[Medium]]:
    """Return the waits of all touchpoints together, and by kind, the kind asked most first."""
    clocks = {t.brand_id: OpenTime(_calendar(t.brand), since, until) for t in touchpoints if t.pk in found}
    whole = Waits()
    media: dict[str, Medium] = {}
    for touchpoint in touchpoints:
        if touchpoint.pk not in found:
            continue
        medium = media.setdefault(touchpoint.kind, Medium(touchpoint.kind, [], None, Waits()))
        medium.touchpoints.append(touchpoint)
        for waits in (whole, medium.waits):
            waits.add(found[touchpoint.pk], clocks[touchpoint.brand_id], now=until)
    for medium in media.values():
        medium.promised = _promised(medium.touchpoints)
    asked = (medium for medium in media.values() if medium.waits.n)
    return whole, sorted(asked, key=lambda medium: (-medium.waits.n, medium.kind))


def _promised(touchpoints: Iterable[Touchpoint]) -> int | None:
    minutes = {touchpoint.brand.answer_minutes for touchpoint in touchpoints}
    return 60 * minutes.pop() if len(minutes) == 1 else None


def _calendar(brand: Brand) -> Calendar:
    return (brand.hours or Hours(brand=brand, week=weekdays_nine_to_six())).calendar()
