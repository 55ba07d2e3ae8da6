"""What conversations add to « Suivez un mot »: why it stands there, what was promised, kept or not, and what we did."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.accounts.scope import Scope
from egards.conversations.models import Event, Promise, Turn
from egards.core.trace import Line
from egards.interactions.models import Interaction


def trace_lines(interaction: Interaction, scope: Scope) -> list[Line]:
    """Return how a word found its conversation, and what followed from it there."""
    turns = Turn.objects.within(scope).filter(pk=interaction.pk)
    turn = turns.select_related("conversation__customer", "by").first()
    if turn is None:
        return []
    lines = [_placed(turn)]
    lines += [_promised(promise) for promise in _promises(turn)]
    events = turn.conversation.events.exclude(kind__in=_PROMISE_EVENTS).select_related("by").order_by("at", "id")
    lines += [_happened(event) for event in events]
    return sorted(lines, key=lambda line: line.at or turn.at)


_PROMISE_EVENTS = (
    *(Event.Kind.MADE, Event.Kind.PAUSED, Event.Kind.RESUMED, Event.Kind.RENEGOTIATED),
    *(Event.Kind.KEPT, Event.Kind.BROKEN, Event.Kind.WITHDRAWN),
)


def _placed(turn: Turn) -> Line:
    sentence = _("Conversation n° %(number)s: %(need)s") % {
        "number": turn.conversation.number,
        "need": turn.conversation.need or _("need not named"),
    }
    return Line(turn.at, sentence, str(turn.get_why_display()), turn.conversation_id)


def _promises(turn: Turn) -> list[Promise]:
    """The promises that this word opened or told, and those that were running when it came."""
    rows = Promise.objects.filter(conversation_id=turn.conversation_id).select_related("owner", "made_by")
    return list(rows.order_by("made_at", "id"))


def _promised(promise: Promise) -> Line:
    by = promise.made_by.name if promise.made_by else _("the house")
    what = promise.what or str(promise.get_kind_display())
    sentence = _("%(by)s promised: %(what)s") % {"by": by, "what": what}
    return Line(promise.made_at, sentence, str(promise.get_status_display()), promise.conversation_id)


def _happened(event: Event) -> Line:
    by = event.by.name if event.by else _("the house")
    sentence = _("%(what)s, by %(by)s") % {"what": str(event.get_kind_display()), "by": by}
    return Line(event.at, sentence, "", event.conversation_id)
