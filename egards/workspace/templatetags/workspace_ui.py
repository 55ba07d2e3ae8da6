"""What the members' pages write of words: the icon of a touchpoint, a score on its scale, a tone in words."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from egards.conversations.models import Conversation
from egards.conversations.queries.opened import Read
from egards.core.french import number
from egards.core.templatetags.egards_ui import icon, reading
from egards.interactions.models import Interaction
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading
from egards.understanding.rules import CONFIRMED
from egards.understanding.wording import tone
from egards.workspace.dossier_parts import Talk
from egards.workspace.queries import icon_of, icon_of_kind

register = template.Library()
#: ``reading`` is also the name that templates give to what was understood: the chip gets its own.
register.simple_tag(reading, name="reading_chip")


@register.simple_tag
def touchpoint_icon(touchpoint: Touchpoint) -> SafeString:
    """Show the icon of a touchpoint's kind."""
    return icon(icon_of(touchpoint))


@register.simple_tag
def kind_icon(kind: str) -> SafeString:
    """Show the icon of a kind of touchpoint, by its name."""
    return icon(icon_of_kind(kind))


@register.filter
def first_name(name: str) -> str:
    """``Camille`` of ``Camille Thévenin``."""
    return name.partition(" ")[0]


@register.filter
def is_confirmed(understood: Reading | Read) -> bool:
    """Whether a member's reading says what the engine had said."""
    return understood.version.startswith(CONFIRMED)


@register.filter
def state_words(talk: Talk) -> str:
    """Say whose turn it is in a conversation: « à nous », « attend le client »…"""
    return str(Conversation.State(talk.state).label)


@register.filter(expects_localtime=True)
def month(value: datetime | None) -> str:
    """``mars 2019``"""
    return "" if value is None else date_format(value, "F Y")


@register.simple_tag
def score(interaction: Interaction) -> str:
    """Write a score on its scale: « 3 sur 10 »."""
    if interaction.score is None:
        return ""
    value = number(interaction.score, decimals=0 if interaction.score == int(interaction.score) else 1)
    if interaction.scale_high is None:
        return value
    return _("%(value)s out of %(top)s") % {"value": value, "top": number(interaction.scale_high)}


@register.filter
def quoted(words: str) -> str:
    """« words », as the reader's language quotes what somebody said."""
    return _("“%(words)s”") % {"words": words}


@register.filter
def tone_words(understood: Reading) -> str:
    """Say the tone of a reading."""
    return tone(understood.polarity, ambiguous=understood.is_ambiguous)
