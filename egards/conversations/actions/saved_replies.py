"""Replies ready to be made one's own. Their fields are checked when they are kept: no customer reads a brace."""

from __future__ import annotations

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from egards.accounts.actions import note
from egards.accounts.models import Brand, Member
from egards.conversations.actions.errors import ConversationError
from egards.conversations.models import SavedReply
from egards.conversations.rules.merge_fields import Problem, check
from egards.core.clock import now
from egards.core.text import storable


class TitleTaken(ConversationError):
    """The brand has a reply of this title."""


class UnknownFields(ConversationError):
    """Fields that would not be filled, and where they stand in the text."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


@transaction.atomic
def save_reply(
    *, brand: Brand, title: str, text: str, by: Member | None, shortcut: str = "", reply: SavedReply | None = None
) -> SavedReply:
    """Keep a reply of a brand, a new one or ``reply`` changed. Raises ``UnknownFields`` and ``TitleTaken``."""
    if problems := check(text):
        raise UnknownFields(problems)
    others = SavedReply.objects.exclude(pk=reply.pk) if reply else SavedReply.objects.all()
    if others.filter(brand=brand, title=title).exists():
        raise TitleTaken(_("Another reply of this brand has this title."))
    reply = reply or SavedReply(brand=brand)
    reply.title, reply.shortcut, reply.text = title, slugify(shortcut)[:40], storable(text)
    reply.by, reply.at = by, now()
    reply.save()
    note(by=by, verb="reply saved", subject="saved reply", subject_id=reply.pk)
    return reply


@transaction.atomic
def remove_reply(*, reply: SavedReply, by: Member | None) -> None:
    """Let go of a reply; what was sent with it stays."""
    note(by=by, verb="reply removed", subject="saved reply", subject_id=reply.pk)
    reply.delete()
