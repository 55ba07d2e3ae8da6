"""Addresses that do not receive any more: noted when a letter came back for good, until their holder writes again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from egards.core.clock import now
from egards.interactions.models import Delivery, Unreachable


def note_unreachable(*, delivery: Delivery) -> None:
    """Say, in the caller's transaction, that the address of a letter does not receive any more; once."""
    Unreachable.objects.get_or_create(handle_id=delivery.handle_id, ended_at=None, defaults={"delivery": delivery})


def heard_from(handle_ids: Sequence[UUID]) -> None:
    """Say, in the caller's transaction, that somebody writes from these addresses: they are worth another try."""
    if handle_ids:
        Unreachable.objects.filter(handle_id__in=handle_ids, ended_at=None).update(ended_at=now())
