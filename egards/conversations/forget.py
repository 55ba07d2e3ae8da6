"""Where conversations hold personal words: needs, promises, notes, drafts. The rest is ids and dates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from egards.conversations.models import Conversation, Draft, DraftFile, Link, Note, Promise
from egards.core.clock import now
from egards.core.forget import ErasablePlace, Person, Place, SilentPlace


def conversations_of(person: Person) -> QuerySet[Conversation]:
    """Return a person's conversations; those with nobody's customer are reached by the words they hold."""
    theirs = Q(customer_id__in=person.customer_ids)
    held = Q(customer=None, turns__interaction_id__in=person.interaction_ids)
    rows = Conversation.objects.filter(pk__in=Conversation.objects.filter(theirs | held).values("pk"))
    return rows.filter(opened_at__lte=person.until) if person.until else rows


def erase_needs(person: Person) -> int:
    """Take away what the conversations were about."""
    return conversations_of(person).exclude(need="").update(need="")


def erase_promises(person: Person) -> int:
    """Take away what was promised, in words; dates and outcomes stay."""
    return _in(Promise.objects.all(), person).exclude(what="").update(what="")


def erase_notes(person: Person) -> int:
    """Delete what we wrote among us about this person."""
    return _in(Note.objects.all(), person).delete()[0]


def erase_drafts(person: Person) -> int:
    """Delete what was being written to them."""
    return _in(Draft.objects.all(), person).delete()[0]


def erase_draft_files(person: Person) -> int:
    """Delete the files that would have gone with it."""
    drafts = _in(Draft.objects.all(), person)
    return DraftFile.objects.filter(draft__in=drafts).delete()[0]


def close_links(person: Person) -> int:
    """Close the ways to their follow-up pages."""
    return _in(Link.objects.all(), person).filter(revoked_at=None).update(revoked_at=now())


def export_conversations(person: Person) -> Sequence[dict[str, object]]:
    """Give what we understood they needed, and what became of it."""
    return [
        {
            "conversation": str(c.pk),
            "number": c.number,
            "need": c.need,
            "state": c.state,
            "opened_at": c.opened_at.isoformat(),
            "answered_at": c.answered_at.isoformat() if c.answered_at else None,
        }
        for c in conversations_of(person).order_by("opened_at", "id")
    ]


def export_promises(person: Person) -> Sequence[dict[str, object]]:
    """Give what we promised them, by when, and whether it was kept."""
    return [
        {
            "conversation": str(p.conversation_id),
            "kind": p.kind,
            "what": p.what,
            "made_at": p.made_at.isoformat(),
            "due_at": p.due_at.isoformat() if p.due_at else None,
            "status": p.status,
        }
        for p in _in(Promise.objects.all(), person).order_by("made_at", "id")
    ]


def export_notes(person: Person) -> Sequence[dict[str, object]]:
    """Give what we wrote among us about them, word for word."""
    rows = _in(Note.objects.select_related("by"), person).order_by("at", "id")
    return [
        {"conversation": str(n.conversation_id), "at": n.at.isoformat(), "by": n.by.name, "text": n.text} for n in rows
    ]


def export_drafts(person: Person) -> Sequence[dict[str, object]]:
    """Give what is being written to them."""
    rows = _in(Draft.objects.all(), person).order_by("at", "id")
    return [
        {"conversation": str(d.conversation_id), "at": d.at.isoformat(), "text": d.text, "note": d.note} for d in rows
    ]


def _nothing(person: Person) -> Sequence[dict[str, object]]:
    del person
    return ()


def _in(rows: QuerySet[Any], person: Person) -> QuerySet[Any]:
    return rows.filter(conversation__in=conversations_of(person).values("pk"))


PLACES: tuple[Place, ...] = (
    ErasablePlace("conversations_draftfile", erase_draft_files, _nothing),
    ErasablePlace("conversations_draft", erase_drafts, export_drafts, "Ce que nous étions en train de vous écrire"),
    ErasablePlace("conversations_note", erase_notes, export_notes, "Nos notes sur nos échanges"),
    ErasablePlace("conversations_promise", erase_promises, export_promises, "Ce que nous vous avons promis"),
    ErasablePlace("conversations_conversation", erase_needs, export_conversations, "Vos demandes"),
    ErasablePlace("conversations_link", close_links, _nothing),
    SilentPlace("conversations_turn", "identifiants, dates et codes"),
    SilentPlace("conversations_event", "identifiants, dates et codes"),
    SilentPlace("conversations_callback", "heures choisies et identifiants ; le numéro est dans les adresses"),
    SilentPlace("conversations_savedreply", "nos propres phrases"),
    SilentPlace("conversations_savedview", "filtres d’un membre"),
)
