"""Whether this house is somebody's own or a demo: one mark in its base, put once and never changed.

A demo lets nothing leave (``touchpoints/actions.py``, ``api/webhooks.py``, and a trigger in the base) and says on every
page what it is. A house that was made with ``egards new`` is marked as real: it never becomes a demo.
"""

from __future__ import annotations

from django.db import DatabaseError

from egards.core.clock import now
from egards.core.models import HouseMark

#: What pages say, learnt once when the web process starts; None: the base could not be asked yet.
_is_shown: bool | None = False


class MarkedOtherwise(Exception):
    """The house already bears the other mark."""


def mark_house(*, is_demo: bool) -> HouseMark:
    """Say what this house is, for good. Raises ``MarkedOtherwise``."""
    mark, _made = HouseMark.objects.get_or_create(pk=1, defaults={"is_demo": is_demo, "at": now()})
    if mark.is_demo != is_demo:
        raise MarkedOtherwise
    return mark


def is_marked() -> bool:
    """Say whether it is known what this house is."""
    return HouseMark.objects.exists()


def is_demo() -> bool:
    """Say whether this house is a demo, as its base says now."""
    return HouseMark.objects.filter(is_demo=True).exists()


def learn_mark() -> None:
    """Read the mark for this process's pages: it does not change while the house is open."""
    global _is_shown
    try:
        _is_shown = is_demo()
    except DatabaseError:
        _is_shown = None


def is_shown_as_demo() -> bool:
    """Say whether pages show that this is a demo, without asking the base for each page."""
    if _is_shown is None:
        learn_mark()
    return bool(_is_shown)
