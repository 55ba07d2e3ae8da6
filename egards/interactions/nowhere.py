"""The way out of a house where nobody is real: what leaves by it reaches nobody, and is shown as what it is.

A demo's letters are written as left, so that its promises, its waits and its pages tell what they would tell. Nothing
is composed, no relay is asked, whatever its mailboxes are set to.
"""

from __future__ import annotations

from collections.abc import Callable

from egards.touchpoints.outbound import Receipt

#: What a delivery keeps as its provider's id when it left for nowhere.
NOWHERE = Receipt(provider_id="nowhere")


def _never() -> bool:
    return False


_asked: Callable[[], bool] = _never


def lead_nowhere_when(ask: Callable[[], bool]) -> None:
    """Tell this process how to know that the house is a demo: ``ask`` is called before each letter leaves."""
    global _asked
    _asked = ask


def leads_nowhere() -> bool:
    """Say whether what leaves this house reaches nobody."""
    return _asked()
