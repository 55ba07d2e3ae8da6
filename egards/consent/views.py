"""What the software applies, and why: one page, open to every member."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from egards.accounts.http import MemberRequest
from egards.consent.models import Rule
from egards.consent.queries import LEGAL_ZONE, rules_at
from egards.core.clock import now


@require_safe
def rules(request: MemberRequest) -> HttpResponse:
    """The rules in force today, or on the day asked for (``?le=AAAA-MM-JJ``), and those still to come."""
    today = now().astimezone(LEGAL_ZONE).date()
    day = _day_of(request.GET.get("le", "")) or today
    in_force = list(rules_at(datetime(day.year, day.month, day.day, 12, tzinfo=LEGAL_ZONE)))
    coming = list(Rule.objects.filter(valid_from__gt=day).order_by("valid_from", "code"))
    context = {
        "day": day,
        "is_today": day == today,
        "any": bool(in_force),
        "groups": [
            {
                "id": "law",
                "title": _("What the law asks"),
                "about": _("Kept everywhere, and never softened by a setting."),
                "rules": [rule for rule in in_force if not rule.is_ours],
            },
            {
                "id": "house",
                "title": _("What we add"),
                "about": _("Out of courtesy. The house may be stricter."),
                "rules": [rule for rule in in_force if rule.is_ours],
            },
            {
                "id": "coming",
                "title": _("What is coming"),
                "about": _("Already written, with its date."),
                "rules": coming,
            },
        ],
    }
    return render(request, "consent/rules.html", context)


def _day_of(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None
