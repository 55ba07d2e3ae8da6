"""Tells the town's stories to the house: words through its doors, deeds by its verbs, its clock moved to each.

Stories are independent, so while the house is closed time is lived window by window: in each, all first words together,
then what is done until the next words, and so on. What was told of a story is written in the transaction that tells
it: whatever cuts the telling, it goes on from there, and says nothing twice. In an open house, a story of the past is
told whole, in one transaction: nobody sees a promise that was kept long ago wait to be kept.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from egards.conversations.actions.acknowledge import acknowledge
from egards.conversations.models import Turn
from egards.core.clock import is_moved, moved_to, now
from egards.core.models import Happening
from egards.demo.deeds import post
from egards.demo.house import House
from egards.demo.models import Told
from egards.demo.part import Parcel, Thread, parts
from egards.demo.plan.story import Acts, Says, Story
from egards.intake.pipeline import load, process
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Mode, Outcome

#: What is told later than this after its moment is history: open screens need not hear of it one by one.
HISTORY = timedelta(minutes=3)
#: Acknowledgements of older words are left out: nobody reads them any more, and each takes the time of an answer.
ACKNOWLEDGED = timedelta(days=12)
#: A reader of the house may have taken a word first: it is waited for this long.
PATIENCE_SECONDS = 30.0


@dataclass
class Teller:
    """Tells some stories, as far as they have come. ``told`` hears how many steps were told each time."""

    house: House
    threads: list[Thread]
    heard: Callable[[int], object] = lambda n: None
    is_stopped: Callable[[], bool] = lambda: False

    def tell_until(self, end: datetime) -> None:
        """Tell what happens before a moment."""
        while not self.is_stopped():
            said = [(thread, step) for thread, step in self._next(end) if isinstance(step, Says)]
            if said:
                self._receive(said, end)
            done = self._act(end)
            if not said and not done:
                return

    def tell_whole(self, end: datetime) -> None:
        """Tell what happens before a moment story by story, each all at once or not at all."""
        for thread in sorted(self.threads, key=lambda thread: thread.story.begins_at):
            if self.is_stopped():
                return
            with transaction.atomic():
                Teller(self.house, [thread], self.heard).tell_until(end)

    def left(self, end: datetime) -> int:
        """Return how many steps before a moment are still to be told."""
        return sum(step.at < end for thread in self.threads for step in thread.story.steps[thread.told :])

    def _next(self, end: datetime) -> Iterator[tuple[Thread, Says | Acts]]:
        for thread in self.threads:
            steps = thread.story.steps
            if thread.told < len(steps) and steps[thread.told].at < end:
                yield thread, steps[thread.told]

    def _receive(self, said: Sequence[tuple[Thread, Says | Acts]], end: datetime) -> None:
        """Let words come in at their doors, then read them all together."""
        arrived: dict[UUID, tuple[Thread, datetime]] = {}
        poured: dict[UUID, list[tuple[Thread, Parcel]]] = defaultdict(list)
        for thread, step in sorted(said, key=lambda pair: pair[1].at):
            assert isinstance(step, Says)
            parcel = parts()[thread.story.part].parcel(self.house, thread, step)
            if parcel.mode == Mode.ARCHIVE:
                poured[parcel.touchpoint.pk].append((thread, parcel))
                continue
            with at_moment(step.at):
                (received,) = receive(touchpoint=parcel.touchpoint, deliveries=[_delivery(thread, parcel)])
            arrived[received.arrival_id] = (thread, step.at)
        for together in poured.values():
            with at_moment(end):
                deliveries = [_delivery(thread, parcel) for thread, parcel in together]
                touchpoint = together[0][1].touchpoint
                for one, (thread, _parcel) in zip(
                    receive(touchpoint=touchpoint, deliveries=deliveries, mode=Mode.ARCHIVE), together, strict=True
                ):
                    arrived[one.arrival_id] = (thread, end)
        self._read(arrived, max(at for _thread, at in arrived.values()))

    def _read(self, arrived: dict[UUID, tuple[Thread, datetime]], at: datetime) -> None:
        with at_moment(at + timedelta(seconds=1)), transaction.atomic():
            process(load(list(arrived)))
            opened = _conversations(list(arrived))
            for arrival_id, (thread, _at) in arrived.items():
                thread.told += 1
                thread.conversation_id = thread.conversation_id or opened.get(arrival_id)
            _keep([thread for thread, _at in arrived.values()])
            _follow()
        since = datetime.now(UTC) - ACKNOWLEDGED
        for arrival_id, (thread, said_at) in arrived.items():
            if thread.told == 1 and arrival_id in opened and said_at > since:
                with at_moment(said_at + timedelta(seconds=4)):
                    letter = acknowledge(conversation_id=opened[arrival_id])
                    if letter is not None and is_moved():
                        post(letter)
        self.heard(len(arrived))

    def _act(self, end: datetime) -> int:
        """Let every story go on until its next word."""
        done = 0
        for thread, step in list(self._next(end)):
            if self.is_stopped():
                break
            while isinstance(step, Acts) and step.at < end:
                with at_moment(step.at), transaction.atomic():
                    parts()[thread.story.part].act(self.house, thread, step)
                    thread.told += 1
                    _keep([thread])
                    _follow()
                done += 1
                self.heard(1)
                if thread.told == len(thread.story.steps):
                    break
                step = thread.story.steps[thread.told]
        return done


@contextmanager
def at_moment(at: datetime) -> Iterator[None]:
    """Let the house's clock stand at a moment; one of just now is lived at the real clock, so that screens follow."""
    if datetime.now(UTC) - at < HISTORY:
        yield
    else:
        with moved_to(at):
            yield


def begin_threads(stories: Iterable[Story]) -> list[Thread]:
    """Return stories with how far each was told."""
    told = {one.key: one for one in Told.objects.all()}
    threads = []
    for story in stories:
        known = told.get(story.key)
        threads.append(Thread(story, known.steps, known.conversation_id) if known else Thread(story))
    return threads


def _delivery(thread: Thread, parcel: Parcel) -> Delivery:
    return Delivery(parcel.raw, key=f"town/{thread.story.key}/{thread.told}")


def _conversations(arrival_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return arrival → the conversation where its word stands, once all are read, by us or by the house's reader."""
    until = time.monotonic() + PATIENCE_SECONDS
    while Outcome.objects.filter(pk__in=arrival_ids).count() < len(arrival_ids) and time.monotonic() < until:
        time.sleep(0.2)
    words = dict(Outcome.objects.filter(pk__in=arrival_ids).values_list("interaction_id", "pk"))
    turns = Turn.objects.filter(interaction_id__in=[word for word in words if word])
    return {words[word]: conversation for word, conversation in turns.values_list("interaction_id", "conversation_id")}


def _keep(threads: Sequence[Thread]) -> None:
    Told.objects.bulk_create(
        [Told(key=t.story.key, steps=t.told, conversation_id=t.conversation_id) for t in threads],
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["steps", "conversation_id"],
    )


def _follow() -> None:
    """Nobody reacts any more to what happened long ago: the teller has told what followed."""
    if is_moved():
        past = Happening.objects.filter(followed_at=None, at__range=(now(), now() + timedelta(minutes=1)))
        past.update(followed_at=now())
