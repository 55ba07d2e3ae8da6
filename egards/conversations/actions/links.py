"""Links to follow-up pages: given, renewed to the address they belong to, taken back."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from egards.conversations.models import Conversation, Link, Turn
from egards.conversations.tokens import link_token
from egards.core.clock import now
from egards.interactions.models import Handle

#: A view link opens its page for this long (architecture §6).
LASTS = timedelta(days=90)


@transaction.atomic
def give_link(*, conversation: Conversation, level: Link.Level, handle: Handle | None = None) -> Link:
    """Make a way to the follow-up page. A screen link shows what was said through it: first, what opened it all."""
    link = Link.objects.create(conversation=conversation, level=level, handle=handle, expires_at=now() + LASTS)
    if level == Link.Level.SCREEN:
        Turn.objects.filter(conversation=conversation, why=Turn.Why.FIRST, link=None).update(link=link)
    return link


def mailed_link(*, conversation: Conversation, handle: Handle) -> Link:
    """Return the link that letters to an address carry: the one they carried before while it lasts, else a new one."""
    soon = now() + LASTS / 3
    links = Link.objects.filter(conversation=conversation, level=Link.Level.MAILED, handle=handle, revoked_at=None)
    known = links.filter(expires_at__gt=soon).order_by("-made_at").first()
    return known or give_link(conversation=conversation, level=Link.Level.MAILED, handle=handle)


def revoke_link(*, link: Link) -> None:
    """Close a link for good, at its holder's wish."""
    Link.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now())


def address_of(link: Link) -> str:
    """Return the address of a link's page, built from the house's own address."""
    return settings.EGARDS_URL + reverse("follow_up", args=[link_token(link)])
