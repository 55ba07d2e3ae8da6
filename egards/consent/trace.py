"""« Suivez un mot »: which rule allowed what left the house."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.accounts.scope import Scope
from egards.consent.models import Permit
from egards.core.trace import Line
from egards.interactions.models import Delivery, Interaction


def trace_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    """Return the permit of an outgoing word, and the permits that an incoming one gave rise to."""
    carried = Delivery.objects.within(scope).filter(interaction=interaction).values("permit_id")
    permits = Permit.objects.within(scope).select_related("rule")
    lines = [_line(_("Contact permitted"), permit) for permit in permits.filter(pk__in=carried)]
    followed = permits.filter(cause_id=interaction.pk).order_by("id")
    return lines + [_line(_("Contact permitted because of this word"), permit) for permit in followed]


def _line(what: str, permit: Permit) -> Line:
    rule = permit.rule
    return Line(permit.made_at, what, f"{rule.text_fr} ({rule.code}, version {rule.version})", permit.pk)
