"""What the composer of a conversation offers: ways, moments to promise, saved replies with their fields filled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from egards.accounts.models import Member
from egards.conversations.hours import working_calendar
from egards.conversations.models import Conversation, Draft
from egards.conversations.queries.opened import Address, DraftRow, Opened, PromiseRow
from egards.conversations.queries.views import ZONE
from egards.conversations.rules.merge_fields import fill
from egards.conversations.rules.moments import aside_moments, promise_moments
from egards.conversations.rules.note_hints import Hint, hints
from egards.core.french import dated, deadline
from egards.workspace.thread_shown import promise_words


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment to choose: as forms send it, and in words."""

    value: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class ReplyShown:
    """A saved reply, ready to be made one's own."""

    id: UUID
    title: str
    shortcut: str
    text: str
    missing: Sequence[str]


@dataclass(frozen=True)
class Composer:
    """Everything the composer shows."""

    draft: DraftRow | None
    via: str
    addresses: Sequence[Address]
    gone: str
    can_mail: bool
    can_page: bool
    phones: Sequence[Address]
    moments: Sequence[Moment]
    promised_by: str
    other_date: bool
    thens: Sequence[tuple[str, str]]
    running: Sequence[PromiseRow]
    replies: Sequence[ReplyShown]
    hints: Sequence[Hint]
    is_refused: bool
    version: int
    leaving: DraftRow | None
    blocked: str


def composer(found: Opened, *, member: Member, at: datetime, customer: str) -> Composer:
    """Return the composer of a conversation for one member."""
    draft, conversation = found.draft, found.conversation
    can_mail = bool(found.emails) and conversation.customer_id is not None
    ways = [Draft.Via.EMAIL] * can_mail + [Draft.Via.PAGE] * found.has_page
    if not found.is_proved:
        ways.reverse()  # an e-mail would wait in the house: the page first, where the customer does read the answer
    via = draft.via if draft and draft.via in ways else (ways[0] if ways else "note")
    noted = hints(draft.note) if draft and draft.note.strip() else []
    moments = _moments(conversation, at, draft)
    return Composer(
        draft=draft,
        via=str(via),
        addresses=found.emails,
        gone=_gone(found),
        can_mail=can_mail,
        can_page=found.has_page,
        phones=found.phones,
        moments=moments,
        promised_by=draft.promised_by.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
        if draft and draft.promised_by
        else "",
        other_date=bool(draft and draft.promised_by) and not any(moment.is_chosen for moment in moments),
        thens=[(str(value), str(label)) for value, label in Draft.Then.choices],
        running=[promise for promise in found.promises if promise.is_running],
        replies=_replies(found, member, customer, at),
        hints=noted,
        is_refused=any(hint.blocks for hint in noted),
        version=conversation.version,
        leaving=found.leaving,
        blocked=_blocked(found, member),
    )


def _gone(found: Opened) -> str:
    """Say which address does not receive any more, and by what else this customer can be reached."""
    gone = [address.value for address in found.emails if address.is_gone]
    if not gone:
        return ""
    said = {"address": gone[0], "other": "", "phone": found.phones[0].value if found.phones else ""}
    if len(gone) < len(found.emails):
        said["other"] = found.emails[0].value
        return _("%(address)s does not receive any more. Write to %(other)s instead.") % said
    if found.phones:
        return _("%(address)s does not receive any more. Call %(phone)s instead.") % said
    if found.has_page:
        return _("%(address)s does not receive any more. Answer on the follow-up page instead.") % said
    return _("%(address)s does not receive any more, and nothing else is known of this customer.") % said


def aside(found: Opened, at: datetime) -> list[Moment]:
    """Return until when the conversation may be put aside."""
    words = {"tonight": _("Tonight"), "tomorrow": _("Tomorrow morning"), "monday": _("Monday morning")}
    calendar = working_calendar(found.conversation.brand, found.conversation.team)
    local = at.astimezone(ZONE)
    return [
        Moment(one.at.isoformat(), f"{words[one.code]}, {deadline(one.at.astimezone(ZONE), now=local).split(', ')[-1]}")
        for one in aside_moments(calendar, at)
    ]


def running_in_words(promises: Sequence[PromiseRow], at: datetime) -> PromiseRow | None:
    """Return the promise that leads: the one that is due first, among those that ``promises`` still has to keep."""
    dated_ones = [promise for promise in promises if promise.due_at and promise.is_running]
    return min(dated_ones, key=lambda promise: promise.due_at or at, default=None)


def _moments(conversation: Conversation, at: datetime, draft: DraftRow | None) -> list[Moment]:
    calendar = working_calendar(conversation.brand, conversation.team)
    local = at.astimezone(ZONE)
    chosen = draft.promised_by if draft else None
    return [
        Moment(one.isoformat(), deadline(one.astimezone(ZONE), now=local), one == chosen)
        for one in promise_moments(calendar, at)
    ]


def _blocked(found: Opened, member: Member) -> str:
    """Why nothing may be sent just now, or nothing."""
    if found.leaving is None or found.leaving.member_id == member.pk:
        return ""
    return _("%(name)s is answering: it leaves in a moment.") % {"name": found.leaving.member}


def _replies(found: Opened, member: Member, customer: str, at: datetime) -> list[ReplyShown]:
    values = _values(found, member, customer, at)
    filled = [(reply, fill(reply.text, values)) for reply in found.replies]
    return [ReplyShown(r.id, r.title, r.shortcut, f.text, f.missing) for r, f in filled]


def _values(found: Opened, member: Member, customer: str, at: datetime) -> dict[str, str]:
    conversation: Any = found.conversation
    known = conversation.customer.name if conversation.customer and found.may_name else ""
    first, _space, last = known.partition(" ")
    leading = running_in_words(found.promises, at)
    due = leading.due_at if leading else None
    return {
        "prénom": first if last else "",
        "nom": last or first,
        "client": customer if known else "",
        "numéro": str(conversation.number),
        "moi": member.name,
        "équipe": conversation.team.name if conversation.team else "",
        "téléphone": member.phone or (conversation.team.phone if conversation.team else "") or conversation.brand.phone,
        "marque": conversation.brand.name,
        "promesse": _promised(leading, due, at),
    }


def _promised(leading: PromiseRow | None, due: datetime | None, at: datetime) -> str:
    if leading is None or due is None:
        return ""
    said = {"what": promise_words(leading), "when": dated(due.astimezone(ZONE), now=at.astimezone(ZONE))}
    return _("%(what)s before %(when)s") % said
