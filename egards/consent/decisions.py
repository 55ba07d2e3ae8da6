"""What the gate answers: allowed, with its permit; or refused, with the rule that says no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from egards.consent.models import Permit
from egards.consent.rules.facts import RuleFact


@dataclass(frozen=True)
class Allowed:
    """The contact may take place. ``permit.pk`` is what the delivery carries; ``conditions`` must be kept.

    Conditions: ``stop_link`` (a free and simple way to refuse the next ones), ``sender_named`` (who we are, said),
    ``purpose_said`` (why we call, said at once).
    """

    permit: Permit
    rule: RuleFact
    sentence: str
    conditions: tuple[str, ...] = ()
    is_allowed: Literal[True] = True

    @property
    def permit_id(self) -> UUID:
        """The id that a delivery needs."""
        return self.permit.pk


@dataclass(frozen=True)
class Refusal:
    """The contact may not take place. ``sentence`` and ``detail`` are French, to be shown to the member."""

    rule: RuleFact
    sentence: str
    detail: str = ""
    is_allowed: Literal[False] = False


Decision = Allowed | Refusal
