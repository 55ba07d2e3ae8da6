"""Affairs under way: how far each story was lived, and which steps may be lived together."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from egards.demo.plan.story import Acts, Says, Step, Story

#: A step must come before what it speaks of: a date promised, a day put aside.
MARGIN = timedelta(minutes=1)


@dataclass
class Held:
    """What a customer holds of us: the last letter's way back, and the page that the form led to."""

    page: str = ""
    link: str = ""
    reply_to: str = ""
    message_id: str = ""


@dataclass
class Affair:
    """One story on its way. ``conversation``: its id in the house; ``is_answered``: a person has spoken.

    ``shown_due`` is the date of the promise at the top of the page when somebody last opened it (« - »: none).
    """

    story: Story
    told: int = 0
    conversation: str = ""
    is_answered: bool = False
    promised: str = ""
    shown_due: str = ""
    held: Held = field(default_factory=Held)

    @property
    def next(self) -> Step | None:
        """What happens next."""
        return self.story.steps[self.told] if self.told < len(self.story.steps) else None

    @property
    def address(self) -> str:
        """Where its customer is written to."""
        first = self.story.steps[0]
        if not isinstance(first, Says):
            return ""
        return first.sender.phone if first.call_from else first.sender.email or first.sender.phone


@dataclass(frozen=True)
class Together:
    """Steps of different people that nothing orders: lived at one moment."""

    at: datetime
    affairs: Sequence[Affair]


class Agenda:
    """Affairs by the moment of their next step."""

    def __init__(self, affairs: Iterable[Affair]) -> None:
        self._heap = [(one.next.at, n, one) for n, one in enumerate(affairs) if one.next]
        self._n = len(self._heap)
        heapq.heapify(self._heap)

    def take(self, *, until: datetime, within: timedelta, after: datetime) -> Together | None:
        """Return the steps of the first moments before ``until``, no two of one address; None when there is none."""
        taken: list[Affair] = []
        waiting: list[Affair] = []
        addresses: set[str] = set()
        at, limit = after, until
        while self._heap and self._heap[0][0] < limit:
            moment, _n, affair = heapq.heappop(self._heap)
            if taken and moment > taken[0].next.at + within:  # type: ignore[union-attr]
                self._put(moment, affair)
                break
            if affair.address and affair.address in addresses:
                waiting.append(affair)
                continue
            limit = min(limit, _limit(affair.next))
            addresses.add(affair.address)
            taken.append(affair)
            at = max(at, moment)
        for affair in waiting:
            self.put_back(affair)
        return Together(at, taken) if taken else None

    def put_back(self, affair: Affair) -> None:
        """Put an affair back at its next step, unless it is over."""
        if affair.next:
            self._put(affair.next.at, affair)

    def _put(self, at: datetime, affair: Affair) -> None:
        self._n += 1
        heapq.heappush(self._heap, (at, self._n, affair))


def _limit(step: Step | None) -> datetime:
    """Until when a step still means what it says."""
    if isinstance(step, Acts) and step.until:
        return max(step.until - MARGIN, step.at + MARGIN)
    if isinstance(step, Says) and step.call_from:
        return max(step.call_from - timedelta(hours=1), step.at + MARGIN)
    return datetime.max.replace(tzinfo=step.at.tzinfo if step else None)
