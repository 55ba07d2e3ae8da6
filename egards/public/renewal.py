"""Fresh links to an address that asks for them: to that address alone, of its own conversations, once an hour.

The page answers before anything is looked up: the worker does, so that nothing tells an address that we know from one
that we do not.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from egards import jobnames
from egards.conversations.actions.acknowledge import renew_link
from egards.conversations.actions.errors import ConversationError
from egards.conversations.models import Link
from egards.core.clock import now
from egards.core.ids import new_id
from egards.core.jobs import ask_for
from egards.interactions.actions import handle_digest
from egards.interactions.models import Handle
from egards.interactions.rules import normalised_email

REST = timedelta(hours=1)
#: The newest requests of an address; older ones are reached by writing to us.
MOST = 3
_RECENT = timedelta(days=365)


def ask_for_links(email: str) -> None:
    """Ask the worker to send fresh links to an address. A job is asked for in any case: an unknown one does nothing."""
    value = normalised_email(email)
    known = Handle.objects.filter(digest=handle_digest("email", value)).first() if value else None
    handle_id = known.pk if known else new_id()
    ask_for(jobnames.SEND_LINKS, about=str(handle_id), handle=str(handle_id))


def send_links(*, handle_id: UUID) -> int:
    """Send a fresh link of each of the newest requests of an address; return how many left. At most once an hour."""
    links = Link.objects.filter(handle_id=handle_id, level=Link.Level.MAILED, revoked_at=None)
    if links.filter(made_at__gt=now() - REST).exists():
        return 0
    newest = (
        links.filter(made_at__gt=now() - _RECENT).order_by("conversation_id", "-made_at").distinct("conversation_id")
    )
    last = sorted(newest.select_related("conversation", "handle"), key=lambda link: link.made_at, reverse=True)
    return sum(_renew(link) for link in last[:MOST])


def _renew(link: Link) -> bool:
    try:
        renew_link(link=link)
    except ConversationError:
        return False
    return True
