"""When the house may write by itself (reliability S17, RFC 3834): rarely, and never in a circle. Pure.

One automatic answer per conversation and day; one per address and hour, and few a day, whoever the address says to be:
forged mail must not have us fill somebody's mailbox, and a machine that answers each of our answers must find silence.
What the law wants acknowledged is exempt, once our own server vouches for the very word that asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CONVERSATION_RESTS = timedelta(hours=24)
ADDRESS_RESTS = timedelta(hours=1)
A_DAY = timedelta(hours=24)
#: How many letters of the house's own accord one address gets in a day.
MOST_A_DAY = 3


@dataclass(frozen=True, slots=True)
class Told:
    """What the house wrote by itself of late: last in this conversation, and to this address."""

    here: datetime | None
    there: Sequence[datetime]


def may_answer_by_itself(at: datetime, told: Told, *, is_vouched: bool, is_due_by_law: bool) -> bool:
    """Say whether the house may answer a word by itself. ``is_vouched``: the word is proved to be its author's."""
    if is_due_by_law and is_vouched:
        return True
    if told.here is not None and at - told.here < CONVERSATION_RESTS:
        return False
    today = [moment for moment in told.there if at - moment < A_DAY]
    return len(today) < MOST_A_DAY and all(at - moment >= ADDRESS_RESTS for moment in today)
