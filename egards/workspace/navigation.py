"""The members' navigation, by what each may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

#: Pages that belong under another's entry.
SECTION_OF = {
    "word": "words",
    "word_trace": "words",
    "search": "words",
    "customer": "customers",
    "touchpoint": "touchpoints",
}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``nav``: the pages this member may open."""
    access = getattr(request, "access", None)
    if access is None:
        return {"nav": []}
    entries = [
        ("read words", "words", _("Interactions"), "message-2"),
        ("read customers", "customers", _("Customers"), "users"),
        ("read numbers", "touchpoints", _("Touchpoints"), "plug"),
        ("replay arrivals", "quarantine", _("Quarantine"), "hourglass"),
        ("", "rules", _("Rules"), "scale"),
    ]
    here = request.resolver_match.view_name if request.resolver_match else ""
    here = SECTION_OF.get(here, here)
    nav = [
        {"url": reverse(route), "label": label, "icon": icon, "current": here == route}
        for act, route, label, icon in entries
        if not act or access.may(act)
    ]
    return {"nav": nav}
