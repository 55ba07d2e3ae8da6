"""The members' navigation, by what each may do."""

from __future__ import annotations

from functools import cache, partial
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from egards.accounts.models import Member
from egards.workspace.notices import calls_count

#: Pages that belong under another's entry.
SECTION_OF = {
    "conversation": "conversations",
    "word": "words",
    "word_trace": "words",
    "word_reading": "words",
    "customer": "customers",
    "touchpoint": "touchpoints",
    "reading_quality": "pulse",
}

#: Pages a thumb away on a phone; the others are under « Plus ».
ON_BAR = ("conversations", "notices")

#: Pages that a sequence of keys leads to.
KEYS = {"conversations": "g c", "words": "g v", "pulse": "g p"}


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Give templates ``nav``, the pages this member may open (``on_bar``: also at the bottom of a phone), and
    ``may_search``.
    """
    access = getattr(request, "access", None)
    if access is None:
        return {"nav": [], "may_search": False}
    entries = [
        ("read conversations", "conversations", _("Conversations"), "messages"),
        ("read conversations", "notices", _("For you"), "bell"),
        ("read words", "words", _("Interactions"), "message-2"),
        ("read customers", "customers", _("Customers"), "users"),
        ("read numbers", "pulse", _("The pulse"), "activity"),
        ("read numbers", "touchpoints", _("Touchpoints"), "plug"),
        ("see outgoing", "outgoing", _("Outgoing"), "send"),
        ("replay arrivals", "quarantine", _("Quarantine"), "hourglass"),
        ("", "rules", _("Rules"), "scale"),
        ("keep house", "settings", _("Settings"), "settings"),
        *([] if access.may("keep house") else [("answer customers", "saved_replies", _("Saved replies"), "bolt")]),
    ]
    here = request.resolver_match.view_name if request.resolver_match else ""
    here = SECTION_OF.get(here, here)
    if here.startswith(("settings", "saved_repl")):
        here = "settings" if access.may("keep house") else "saved_replies"
    # Asked when the navigation is drawn, not before: most answers are fragments without it.
    counted = {"notices": {"count": cache(partial(calls_count, cast(Member, request.user), access)), "is_live": True}}
    nav = [
        {
            "url": reverse(route),
            "label": label,
            "icon": icon,
            "current": here == route,
            "on_bar": route in ON_BAR or (route == "pulse" and not access.may("read conversations")),
            "key": KEYS.get(route, ""),
            **counted.get(route, {}),
        }
        for act, route, label, icon in entries
        if not act or access.may(act)
    ]
    return {"nav": nav, "may_search": access.may("read words")}
