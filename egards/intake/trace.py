"""What intake adds to « Suivez un mot »: who was told."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.accounts.scope import Scope
from egards.core.models import Happening
from egards.core.trace import Line
from egards.interactions.models import Interaction, Mode


def trace_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    """Return what was made known to those who react. History tells nobody. Ids only, so the scope changes nothing."""
    happenings = Happening.objects.filter(kind="word recorded", ref=interaction.pk).order_by("at")
    lines = [
        Line(
            happening.followed_at or happening.at,
            _("Those who react were told") if happening.followed_at else _("Those who react are about to be told"),
            ref=happening.pk,
        )
        for happening in happenings
    ]
    if not lines and interaction.mode == Mode.ARCHIVE:
        return [Line(None, _("Nobody was told: history wakes nobody"))]
    return lines
