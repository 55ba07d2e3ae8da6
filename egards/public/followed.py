"""What a link shows, and nothing more: the whole correspondence, or only what was said through it.

A link that was mailed shows the conversation, but words whose author is not known to be the customer; notes, never.
A link shown on a screen belongs to whoever wrote the form, in whatever name: it shows what was said through it, both
ways, and what was promised for it. Where two conversations were joined, each link shows what was said with its address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from egards.accounts.models import Member, Team
from egards.conversations.models import CallBack, Conversation, Event, Link, Promise, Turn
from egards.core.text import shortened
from egards.interactions.models import Attachment, Content
from egards.public.rules import own_words, paragraphs
from egards.public.taking import conversation_of

State = Conversation.State
_NEED_CHARACTERS = 90
#: Words that were said here, or letters that have left: what waits in the house was said to nobody.
_REACHED = Q(interaction__delivery=None) | Q(interaction__delivery__sent_at__isnull=False)


@dataclass(frozen=True, slots=True)
class Letter:
    """One word of the correspondence. ``kind`` is its touchpoint's; ``by`` who of us wrote it."""

    at: datetime
    is_ours: bool
    is_program: bool
    by: str
    kind: str
    paragraphs: Sequence[str]
    files: Sequence[Attachment]


@dataclass(frozen=True, slots=True)
class Followed:
    """A follow-up page's contents."""

    link: Link
    conversation: Conversation
    title: str
    letters: Sequence[Letter]
    promises: Sequence[Promise]
    call: CallBack | None
    answered_elsewhere_at: datetime | None

    @property
    def owner(self) -> Member | None:
        """Who follows it."""
        return self.conversation.owner

    @property
    def team(self) -> Team | None:
        """Whose team follows it."""
        return self.conversation.team

    @property
    def is_whole(self) -> bool:
        """Whether the page shows the conversation and not only what went through the link."""
        return self.link.level == Link.Level.MAILED

    @property
    def phone(self) -> str:
        """The nearest line to whoever follows it."""
        owner, team = self.owner, self.team
        return (owner.phone if owner else "") or (team.phone if team else "") or self.conversation.brand.phone


def followed(link: Link) -> Followed:
    """Return what a valid link shows."""
    conversation = conversation_of(link)
    there = _shown(link, conversation).select_related("interaction__touchpoint", "interaction__delivery", "by")
    turns = sorted(there.order_by("at", "pk"), key=_reached_at)
    letters = _letters(turns)
    promises = _promises(link, conversation, turns)
    calls = {p.pk for p in promises if p.kind == Promise.Kind.CALL}
    call = CallBack.objects.filter(promise_id__in=calls, ended_at=None).order_by("starts_at").first()
    return Followed(
        link=link,
        conversation=conversation,
        title=_title(link, conversation, letters),
        letters=letters,
        promises=promises,
        call=call,
        answered_elsewhere_at=None if _was_joined(link, conversation) else _elsewhere(conversation, turns),
    )


def shows_file(link: Link, attachment: Attachment) -> bool:
    """Say whether a file came with a word that the link shows."""
    shown = _shown(link, conversation_of(link))
    return shown.filter(interaction_id=attachment.interaction_id).exists()


def _shown(link: Link, conversation: Conversation) -> QuerySet[Turn]:
    """The words that a link shows, whatever became of its conversation."""
    through = Q(link=link)
    rows = Turn.objects.filter(_REACHED, conversation=conversation)
    if link.level == Link.Level.SCREEN:
        return rows.filter(through)
    whole = rows.filter(is_to_confirm=False)
    if not _was_joined(link, conversation):
        return whole
    return whole.filter(through | Q(interaction__participations__handle=link.handle)).distinct()


def _was_joined(link: Link, conversation: Conversation) -> bool:
    return link.conversation_id != conversation.pk or conversation.joined.exists()


def _letters(turns: Sequence[Turn]) -> list[Letter]:
    ids = [turn.pk for turn in turns]
    contents = Content.objects.in_bulk(ids)
    files: dict[object, list[Attachment]] = {}
    for attachment in Attachment.objects.filter(interaction_id__in=ids).select_related("blob").order_by("id"):
        files.setdefault(attachment.interaction_id, []).append(attachment)
    return [_letter(turn, contents.get(turn.pk), files.get(turn.pk, [])) for turn in turns]


def _letter(turn: Turn, content: Content | None, files: Sequence[Attachment]) -> Letter:
    is_ours = turn.interaction.direction == "out"
    text = content.text if content else ""
    if not is_ours and turn.interaction.touchpoint.kind == "mail":
        text = own_words(text)
    by = turn.by.name if turn.by else ""
    kind = turn.interaction.touchpoint.kind
    return Letter(_reached_at(turn), is_ours, turn.is_program, by, kind, paragraphs(text), files)


def _promises(link: Link, conversation: Conversation, turns: Sequence[Turn]) -> list[Promise]:
    """What was promised, as far as the link may know: what was said elsewhere stays there."""
    rows = Promise.objects.filter(conversation=conversation).select_related("owner", "call_back")
    rows = rows.order_by("made_at", "pk")
    if link.level == Link.Level.MAILED and not _was_joined(link, conversation):
        return list(rows)
    shown = {turn.pk for turn in turns}
    told = Event.objects.filter(promise__in=rows, kind=Event.Kind.MADE).values_list("promise_id", "interaction_id")
    said: set[object] = {promise for promise, interaction in told if interaction in shown}
    parties = Turn.objects.filter(pk__in=shown).values_list("interaction__participations__handle_id", flat=True)
    handles: set[object] = {handle for handle in parties if handle is not None}
    if link.level == Link.Level.SCREEN and _was_joined(link, conversation):
        handles = set()  # whoever typed somebody's number must not move that person's call
    return [promise for promise in rows if _may_know(promise, said, handles)]


def _may_know(promise: Promise, said: set[object], handles: set[object]) -> bool:
    if promise.kind == Promise.Kind.ANSWER:
        return not promise.what or promise.pk in said
    if promise.kind == Promise.Kind.CALL:
        call = getattr(promise, "call_back", None)
        return call is not None and call.handle_id in handles
    return promise.pk in said


def _title(link: Link, conversation: Conversation, letters: Sequence[Letter]) -> str:
    """What it is about: as a person named it, for whoever may read it all; else in the words said here first."""
    if link.level == Link.Level.MAILED and not _was_joined(link, conversation):
        return conversation.need
    own = next((letter.paragraphs for letter in letters if not letter.is_ours and letter.paragraphs), ())
    lines = [line for part in own for line in part.splitlines() if line.strip()]
    line = next((line for line in lines if len(line.split()) > 2), lines[0] if lines else "")  # past « Bonjour, »
    return shortened(" ".join(line.split()), _NEED_CHARACTERS)


def _elsewhere(conversation: Conversation, shown: Sequence[Turn]) -> datetime | None:
    """When a person last answered by a way that the page does not show: that it was done is ours to say.

    A letter that never left the house answered nobody.
    """
    ours = Turn.objects.filter(_REACHED, conversation=conversation, interaction__direction="out", is_program=False)
    elsewhere = ours.exclude(pk__in=[turn.pk for turn in shown]).select_related("interaction__delivery")
    return max((_reached_at(turn) for turn in elsewhere), default=None)


def _reached_at(turn: Turn) -> datetime:
    """When a word was said to the other side: for a letter of ours, when it left."""
    delivery = getattr(turn.interaction, "delivery", None)
    return delivery.sent_at if delivery is not None and delivery.sent_at else turn.at
