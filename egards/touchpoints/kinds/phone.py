"""Calls that members write down: nothing comes in here by itself, so there is nothing to read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from egards.touchpoints.inbound import Inbound, Meta, Unreadable
from egards.touchpoints.kind import Kind


class Phone(Kind):
    """The telephone. What was said is written down by the member who called (``conversations.actions.calls``)."""

    kind = "phone"
    label = _("Telephone")
    icon = "phone"
    opens_conversations = False

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Refuse: a call is written down by a person, it does not arrive in bytes."""
        del raw, meta
        raise Unreadable("Un appel est écrit par la personne qui l’a passé : rien ne se lit ici.")
