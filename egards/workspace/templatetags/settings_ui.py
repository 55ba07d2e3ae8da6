"""The settings' own navigation, by what the member may do."""

from __future__ import annotations

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

register = template.Library()


@register.inclusion_tag("workspace/settings/nav.html", takes_context=True)
def settings_nav(context: template.Context) -> Mapping[str, object]:
    """List the pages of the settings; those who answer see the replies only."""
    request = context["request"]
    here = request.path
    pages = [("answer customers", "saved_replies", _("Saved replies"), "bolt")]
    if request.access.may("keep house"):
        pages = [
            ("keep house", "settings", _("Overview"), "list-details"),
            ("keep house", "settings_hours_all", _("Hours"), "clock"),
            ("keep house", "settings_places", _("Places"), "map-pin"),
            ("keep house", "settings_teams", _("Teams"), "users"),
            ("keep house", "settings_members", _("Members"), "user"),
            ("keep house", "settings_touchpoints", _("Touchpoints"), "plug"),
            *pages,
        ]
    entries = [
        {"url": (url := reverse(route)), "label": label, "icon": icon, "current": _is_here(url, here, route)}
        for act, route, label, icon in pages
        if request.access.may(act)
    ]
    return {"entries": entries}


def _is_here(url: str, here: str, route: str) -> bool:
    if route == "settings":  # every other page lies below it; the brands' have no entry of their own
        return here == url or here.startswith(f"{url}marques/")
    return here.startswith(url)
