"""A new house becomes the demo: Maison Lindelle moves in, and its last months are told.

The town is founded once, in one transaction. Whoever tells after that goes on from where the stories were: a fill that
was cut is taken up again, and says nothing twice. Several processes may tell at once, each its share of the customers:
stories of different customers do not depend on each other.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from zlib import crc32

from django.conf import settings
from django.db import connection, transaction

from egards.accounts.models import Member
from egards.conversations.actions.promises import settle_due
from egards.conversations.actions.states import wake_due
from egards.core.clock import moved_to, now
from egards.core.house_mark import is_marked, mark_house
from egards.demo.house import House, found_house, move_in
from egards.demo.models import TownHere
from egards.demo.part import Thread, parts
from egards.demo.plan.causes import DAYS
from egards.demo.plan.moments import at as wall
from egards.demo.plan.moments import local_day
from egards.demo.plan.story import Story
from egards.demo.plan.town import WHOLE, Town
from egards.demo.teller import Teller, begin_threads
from egards.demo.words.people import members
from egards.interactions.models import Interaction
from egards.measures.actions import recount_all
from egards.notifications.actions import mark_read

SEED = "lindelle"
#: No story lasts longer than this from its first word.
LONGEST_DAYS = 35
#: The house opens once these last days were told, with all that their customers said before; the rest follows.
OPENING_DAYS = 10
#: What called members lately they have not seen yet.
UNSEEN = timedelta(hours=20)
#: How much of the town is lived in one go: the longer, the fewer batches; the shorter, the truer the order.
WINDOW = timedelta(days=3)


class NotADemo(Exception):
    """This house is somebody's own: no town moves in."""


def may_become_demo() -> bool:
    """Say whether a house is new in every respect: unmarked, without member and without word."""
    return not (is_marked() or Member.objects.exists() or Interaction.objects.exists())


def found_town(*, size: int = WHOLE, days: int = DAYS, seed: str = SEED) -> TownHere:
    """Make a new house the demo, or return the town that already lives in it. Raises ``NotADemo``."""
    if here := TownHere.objects.first():
        return here
    if not may_become_demo():
        raise NotADemo
    drawn = passwords()
    first = local_day(now()) - timedelta(days=days)
    with transaction.atomic():
        mark_house(is_demo=True)
        with moved_to(_start_of(first)):
            house = move_in(drawn)
            for part in parts().values():
                part.settle(house)
        return TownHere.objects.create(seed=seed, first_day=first, size=size, told_until=_start_of(first))


def passwords() -> dict[str, str]:
    """Return everybody's password by login: drawn at random once, and kept beside the keys of this demo house."""
    path = settings.EGARDS_HOME / "keys" / "demo.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(json.dumps({member.login: secrets.token_urlsafe(9) for member in members()}))
    known: dict[str, str] = json.loads(path.read_text())
    return known


def plan(here: TownHere, until: datetime, *, share: int = 0, of: int = 1) -> list[Story]:
    """Plan what is still to tell before a moment: all of it, or one share of the customers."""
    town = Town(here.seed, here.first_day, here.size)
    first = max(0, town.day_of(local_day(here.told_until)) - LONGEST_DAYS)
    days = range(first, town.day_of(local_day(until)) + 1)
    stories = [story for day in days for part in parts().values() for story in part.stories(town, day)]
    return [story for story in stories if crc32(str(story.customer or story.key).encode()) % of == share]


def opening(stories: list[Story], until: datetime) -> list[Story]:
    """Return what the house opens with: histories, and all of the customers who were heard in the last days."""
    since = until - timedelta(days=OPENING_DAYS)
    heard = {s.customer for s in stories if s.steps[-1].at >= since and not parts()[s.part].is_poured}
    return [story for story in stories if parts()[story.part].is_poured or story.customer in heard]


def tell(
    here: TownHere,
    until: datetime,
    *,
    share: int = 0,
    of: int = 1,
    is_opening: bool = False,
    begins: Callable[[int], object] = lambda n: None,
    heard: Callable[[int], object] = lambda n: None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Tell a closed house one share of the town until a moment, window by window.

    ``is_opening``: only what it opens with. ``begins`` hears how many steps that is, ``heard`` of each that is told.
    """
    teller = Teller(the_house(), _threads(here, until, share, of, is_opening=is_opening), heard, is_stopped)
    begins(teller.left(until))
    end = here.told_until
    while end < until and not is_stopped():
        end = min(end + WINDOW, until)
        teller.tell_until(end)


def tell_rest(here: TownHere, until: datetime, *, is_stopped: Callable[[], bool] = lambda: False) -> None:
    """Tell an open house what is left of its past, story by story."""
    Teller(the_house(), _threads(here, until), is_stopped=is_stopped).tell_whole(until)
    if not is_stopped():
        here.told_until = until
        here.save(update_fields=["told_until"])


def _threads(here: TownHere, until: datetime, share: int = 0, of: int = 1, *, is_opening: bool = False) -> list[Thread]:
    """What is still to tell; when opening, what was begun too: it must not be found waiting."""
    stories = plan(here, until, share=share, of=of)
    threads = begin_threads(stories)
    if is_opening:
        first = {story.key for story in opening(stories, until)}
        threads = [thread for thread in threads if thread.told or thread.story.key in first]
    return [thread for thread in threads if thread.told < len(thread.story.steps)]


def finish(here: TownHere, until: datetime) -> None:
    """Make the house ready to open: clocks that ran out, notices of the past seen, figures counted."""
    house = the_house()
    with moved_to(until):
        settle_due()
        wake_due()
        for member in house.members.values():
            mark_read(member=member, before=until - UNSEEN)
    recount_all()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    here.opened_at = until
    here.save(update_fields=["opened_at"])


def the_house() -> House:
    """Return Maison Lindelle as it lives here. Raises ``NotADemo``."""
    house = found_house()
    if house is None:
        raise NotADemo
    return house


def hurry() -> None:
    """Let this process's writes not wait for the disk: what a power cut loses is told again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def _start_of(day: date) -> datetime:
    return wall(day, time())
