"""The fence as conditions inside a question: what is within a scope, without asking for its touchpoints first."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from egards.accounts.scope import Scope
from egards.customers.models import TimelineEntry
from egards.interactions.models import Participation
from egards.touchpoints.models import Touchpoint


def here(scope: Scope, column: str = "touchpoint_id") -> Q:
    """Return the condition « at the scope's touchpoints » as part of the same question."""
    return Q() if scope.is_house else Q(**{f"{column}__in": Touchpoint.objects.within(scope).values("pk")})


def used_here(scope: Scope) -> Q:
    """Return the condition on rows that name a handle: it was used at the scope's touchpoints."""
    if scope.is_house:
        return Q()
    uses = Participation.objects.filter(here(scope, "interaction__touchpoint_id"), handle_id=OuterRef("handle_id"))
    return Q(Exists(uses))


def seen_here(side: str, scope: Scope) -> Q:
    """Return the condition « the customer in this column, or somebody joined to them, spoke within the scope »."""
    if scope.is_house:
        return Q()
    entries = TimelineEntry.objects.filter(here(scope))
    theirs, joined = entries.filter(customer_id=OuterRef(side)), entries.filter(customer__merged_into=OuterRef(side))
    return Q(Exists(theirs)) | Q(Exists(joined))
