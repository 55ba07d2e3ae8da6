"""From where we answer: the touchpoint the customer wrote to when it can send, else the brand's own mailbox."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.conversations.models import Conversation, Turn
from egards.core.text import shortened
from egards.interactions.models import Interaction
from egards.touchpoints.actions import touchpoint_of_kind
from egards.touchpoints.models import Touchpoint
from egards.touchpoints.no_reply import invites_silence

_SUBJECT_CHARACTERS = 120


def touchpoint_for(conversation: Conversation) -> Touchpoint:
    """Return where an e-mail leaves from. A brand without a mailbox gets one that holds letters until it is set."""
    here = conversation.touchpoint
    if here.kind == "mail" and here.is_open:
        return here
    return touchpoint_of_kind(brand=conversation.brand, kind="mail", name=_("E-mail"))


def house_subject(conversation: Conversation) -> str:
    """Return the subject of what the house writes by itself: ours alone, whatever the customer's was."""
    return _("Your request n° %(number)s") % {"number": conversation.number}


def word_to_answer(conversation: Conversation) -> Interaction | None:
    """Return the last word of the conversation that is surely its customer's, which an answer follows from.

    Somebody who is still to be confirmed may have spoken since: their words do not stop us from answering.
    """
    turns = Turn.objects.filter(conversation=conversation, is_to_confirm=False, interaction__direction="in")
    turn = turns.exclude(interaction__is_automatic=True).select_related("interaction__content").order_by("-at").first()
    return turn.interaction if turn else conversation.last_in


def subject_of(conversation: Conversation) -> str:
    """Return the subject of an answer: the customer's own, or what they need."""
    last = word_to_answer(conversation)
    subject = last.content.subject.strip() if last is not None and hasattr(last, "content") else ""
    subject = next((s for s in (subject, conversation.need) if s and not invites_silence(s)), _("Your request"))
    said = subject if subject.lower().startswith("re") and ":" in subject[:5] else _("Re: %s") % subject
    return shortened(said, _SUBJECT_CHARACTERS)
