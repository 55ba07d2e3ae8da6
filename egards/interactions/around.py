"""What stands around the words of a mail, as ``Content.around`` keeps it: which machine wrote, appointments, bounces.

Keys: ``automatic`` (a code), ``returns_on`` (ISO day), ``appointments`` and ``came_back`` (lists of rows), ``forward``
(``when`` and what the colleague who handed it on ``said``). Absent when there is nothing to say.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from egards.core.text import storable
from egards.touchpoints.inbound import Inbound


def around_of(inbound: Inbound) -> dict[str, Any]:
    """Return what the base keeps around a word; empty for most."""
    found: dict[str, Any] = {}
    if inbound.automatic:
        found["automatic"] = inbound.automatic
    if inbound.returns_on:
        found["returns_on"] = inbound.returns_on.isoformat()
    if inbound.appointments:
        found["appointments"] = [_rows(asdict(one)) for one in inbound.appointments]
    if inbound.came_back:
        found["came_back"] = [_rows(asdict(one)) for one in inbound.came_back]
    if inbound.forwarded and any(party.role == "forwarder" for party in inbound.parties):
        found["forward"] = _rows({"when": inbound.forwarded.when, "said": inbound.forwarded.said_above})
    return found


def _rows(values: dict[str, Any]) -> dict[str, Any]:
    return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
