"""What we write to customers, as they receive it: our answer, the acknowledgement, a fresh link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from egards.accounts.models import Brand, Member
from egards.conversations.models import Conversation, Promise
from egards.conversations.tokens import reply_token
from egards.core.clock import now
from egards.core.french import dated
from egards.interactions.letters import Letter, Picture, Quoted, Signature, letter


@dataclass(frozen=True, slots=True)
class Said:
    """A letter's words, kept as what we said, and the letter itself."""

    subject: str
    text: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class Answer:
    """What a member writes: ``promise`` is a sentence, or empty; what it quotes, and the pictures that it shows."""

    text: str
    promise: str = ""
    quoted: Quoted | None = None
    pictures: Sequence[Picture] = ()


def answer_letter(conversation: Conversation, answer: Answer, *, by: Member, page: str, subject: str) -> Said:
    """Dress a member's answer. ``page`` is the address of the follow-up page."""
    return Said(
        subject,
        answer.text,
        letter(
            brand=conversation.brand,
            greeting="",
            paragraphs=_paragraphs(answer.text),
            promise=answer.promise or None,
            button=(_("Follow this request"), page),
            signature=signature(conversation, by),
            why=_("You receive this because you wrote to us."),
            quoted=answer.quoted,
            pictures=answer.pictures,
            token=reply_token(conversation.pk),
        ),
    )


def acknowledgement(conversation: Conversation, *, promise: Promise | None, page: str, subject: str) -> Said:
    """Say at once that a word arrived, who answers and by when."""
    told = promise_sentence(promise) if promise else ""
    # The promise says that a person answers: it is not said twice.
    said = (
        _("We have received your message.")
        if told
        else _("We have received your message. A person reads it and answers you.")
    )
    return Said(
        subject,
        "\n\n".join(part for part in (said, told) if part),
        letter(
            brand=conversation.brand,
            greeting=_("Hello,"),
            paragraphs=[said],
            promise=told or None,
            button=(_("Follow this request"), page),
            signature=signature(conversation, conversation.owner),
            why=_("You receive this because you wrote to us."),
            token=reply_token(conversation.pk),
        ),
    )


def fresh_link(conversation: Conversation, *, page: str, subject: str) -> Said:
    """Send the way to a follow-up page again."""
    said = _("Here is a new link to follow your request n° %(number)s. It opens for 90 days.")
    said %= {"number": conversation.number}
    return Said(
        subject,
        said,
        letter(
            brand=conversation.brand,
            greeting=_("Hello,"),
            paragraphs=[said],
            promise=None,
            button=(_("Follow this request"), page),
            signature=signature(conversation, conversation.owner),
            why=_("You receive this because you asked for it on our site."),
        ),
    )


def promise_sentence(promise: Promise) -> str:
    """Say who does what, by when, as the customer reads it."""
    who = promise.owner.name if promise.owner else _somebody_of(promise.conversation)
    when = due_words(promise.due_at) if promise.due_at else ""
    sentences = {
        Promise.Kind.ANSWER: _("%(who)s answers you before %(when)s."),
        Promise.Kind.CALL: _("%(who)s calls you before %(when)s."),
        Promise.Kind.OTHER: _("Promised before %(when)s: %(what)s."),
    }
    return sentences[Promise.Kind(promise.kind)] % {"who": who, "when": when, "what": promise.what}


def due_words(due_at: datetime) -> str:
    """Return a due moment in words that stay true whenever the letter is read."""
    return dated(localtime(due_at), now=localtime(now()))


def signature(conversation: Conversation, by: Member | None) -> Signature:
    """Return who signs: a named person with their line, or the team with its own."""
    team = conversation.team
    brand: Brand = conversation.brand
    phone = (by.phone if by else "") or (team.phone if team else "") or brand.phone
    return Signature(name=by.name if by else _team_name(conversation), team=_team_name(conversation), phone=phone)


def _somebody_of(conversation: Conversation) -> str:
    if conversation.team is None:
        return _("A person")
    return _("A person of the team %(team)s") % {"team": conversation.team.name}


def _team_name(conversation: Conversation) -> str:
    return conversation.team.name if conversation.team else _("Customer service")


def _paragraphs(text: str) -> list[str]:
    return [part for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
