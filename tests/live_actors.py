"""Who acts in a house while its live stream is tried: ``python -m tests.live_actors settle | write …``.

``settle`` brings members in and prints their sessions; ``write`` publishes events in transactions that wait a while
before they COMMIT, so that they commit in another order than they wrote in; some of them are rolled back.
"""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction

from egards.accounts.actions import add_member, brand_named, give_role
from egards.accounts.models import Member
from egards.core import live
from egards.touchpoints.actions import open_touchpoint

NORTH, SOUTH, MEMBER = "north", "south", "member"
#: Of ten events: for whoever sees the northern touchpoint, the southern one, or for one member alone.
SHARES = (NORTH,) * 7 + (SOUTH,) * 2 + (MEMBER,)
MOST_AT_ONCE = 9
MOST_PAUSE_SECONDS = 0.03
LONG_PAUSE_SECONDS = 2.0
ROLLED_BACK = 0.03
LONG = 0.008


@dataclass(frozen=True)
class Cast:
    """The ids that events carry, and who hears what by their session."""

    north: UUID
    south: UUID
    member: UUID
    sessions: dict[str, str]

    @classmethod
    def read(cls, text: str) -> Cast:
        """Read what ``settle`` printed."""
        said = json.loads(text)
        return cls(UUID(said["north"]), UUID(said["south"]), UUID(said["member"]), said["sessions"])


def settle() -> str:
    """Alice advises in the north, Chloé in the south, Fatou keeps the house; return their sessions as JSON."""
    north, south = brand_named(name="Nord"), brand_named(name="Sud")
    members = {name: _member(name) for name in ("alice", "chloe", "fatou")}
    give_role(member=members["alice"], name="adviser", brand=north)
    give_role(member=members["chloe"], name="adviser", brand=south)
    give_role(member=members["fatou"], name="admin")
    said = {
        "north": open_touchpoint(brand=north, kind="api", name="Nord").pk,
        "south": open_touchpoint(brand=south, kind="api", name="Sud").pk,
        "member": members["alice"].pk,
        "sessions": {name: _session(member) for name, member in members.items()},
    }
    return json.dumps(said, default=str)


def write(cast: Cast, *, writer: int, events: int, seed: int, out: Path) -> None:
    """Publish ``events`` events that stay, and some that are rolled back; note each that stays with its moment."""
    chance = random.Random(seed * 100 + writer)
    done = number = 0
    with out.open("w") as notes:
        while done < events:
            size = min(chance.randint(1, MOST_AT_ONCE), events - done)
            kind, is_kept = chance.choice(SHARES), chance.random() >= ROLLED_BACK
            refs = [UUID(int=(writer + 1) * 10**9 + number + i) for i in range(size)]
            number += size
            with transaction.atomic():
                _publish(cast, kind, refs)
                pause = LONG_PAUSE_SECONDS if chance.random() < LONG else MOST_PAUSE_SECONDS
                time.sleep(chance.uniform(0, pause))
                transaction.set_rollback(not is_kept)
            if is_kept:
                done += size
                moment = time.time()
                notes.writelines(f"{ref} {kind} {moment:.4f}\n" for ref in refs)


def _publish(cast: Cast, kind: str, refs: list[UUID]) -> None:
    if kind == MEMBER:
        live.publish("notice", member_id=cast.member, refs=refs)
    else:
        live.publish("words", touchpoint_id=cast.north if kind == NORTH else cast.south, refs=refs)


def _member(name: str) -> Member:
    return add_member(email=f"{name}@maison.example", name=name.capitalize(), password="quatre-tasses-de-tisane")


def _session(member: Member) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return str(session.session_key)


if __name__ == "__main__":
    if sys.argv[1] == "settle":
        sys.stdout.write(settle() + "\n")
    else:
        writer, events, seed = (int(word) for word in sys.argv[2:5])
        write(Cast.read(sys.argv[6]), writer=writer, events=events, seed=seed, out=Path(sys.argv[5]))
