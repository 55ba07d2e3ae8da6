"""What an answer quotes: the last words of the very person it is written to, and nobody else's."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from egards.conversations.models import Conversation, Turn
from egards.core.french import hour, long_day
from egards.core.text import shortened
from egards.interactions.letters import Quoted
from egards.interactions.models import Handle
from egards.touchpoints.mime import reply_text

#: A longer word is quoted by its beginning: the whole stands on the follow-up page.
QUOTED_CHARACTERS = 2_000
#: A letter is read again in years: its days say theirs.
_ANOTHER_YEAR: Final = date.min


def quoted_for(conversation: Conversation, handle: Handle) -> Quoted | None:
    """Return the last word that came from an address, as a letter to that address quotes it; None without words.

    Words of others in the conversation, and words whose author is to be confirmed, are never shown to anybody else.
    """
    theirs = Turn.objects.filter(conversation=conversation, is_to_confirm=False, interaction__direction="in")
    theirs = theirs.filter(interaction__participations__role="author", interaction__participations__handle=handle)
    turn = theirs.exclude(interaction__is_automatic=True).select_related("interaction__content").order_by("-at").first()
    if turn is None or not hasattr(turn.interaction, "content"):
        return None
    own = reply_text(turn.interaction.content.text).strip()
    if not own:
        return None
    at = localtime(turn.at)
    intro = _("On %(day)s at %(hour)s, you wrote:") % {"day": long_day(at, today=_ANOTHER_YEAR), "hour": hour(at)}
    return Quoted(intro, shortened(own, QUOTED_CHARACTERS) if len(own) > QUOTED_CHARACTERS else own)
