"""The five steps, as the page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Step:
    """One step: ``url`` when one may go back to it."""

    number: int
    name: str
    url: str = ""
    is_here: bool = False
    is_done: bool = False


def steps_at(here: int, token: str = "") -> list[Step]:
    """Return the five steps as seen from one of them; with the token, those before may be gone back to."""
    names = (_("Your company"), _("First words"), _("You"), _("Mediator and hours"), _("Ready"))
    routes = ("first_company", "first_words", "first_member")
    back = {n: reverse(route, kwargs={"token": token}) for n, route in enumerate(routes, start=1) if token and n < here}
    if here == 5:
        back[4] = reverse("first_hours")
    return [
        Step(n, name, back.get(n, ""), is_here=n == here, is_done=n < here) for n, name in enumerate(names, start=1)
    ]
