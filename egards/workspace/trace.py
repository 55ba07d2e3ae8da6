"""« Suivez un mot »: the whole way of one word, each app telling its own part."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from egards.accounts.scope import Scope
from egards.consent import trace as consent
from egards.conversations import trace as conversations
from egards.core.trace import Line
from egards.customers import trace as customers
from egards.intake import trace as intake
from egards.interactions import trace as interactions
from egards.interactions.models import Interaction
from egards.understanding import trace as understanding

Teller = Callable[[Interaction, Scope], Sequence[Line]]


@dataclass(frozen=True)
class Chapter:
    """What one app tells: its title, its icon, its lines."""

    title: str | Promise
    icon: str
    lines: Sequence[Line]


#: In the order in which a word travels.
TELLERS: tuple[tuple[str | Promise, str, Teller], ...] = (
    (_("What arrived"), "inbox", interactions.trace_lines),
    (_("Whose word it is"), "user", customers.trace_lines),
    (_("What was understood"), "quote", understanding.trace_lines),
    (_("Which need it belongs to"), "messages", conversations.trace_lines),
    (_("What rules allowed"), "scale", consent.trace_lines),
    (_("Who was told"), "bolt", intake.trace_lines),
)


def trace(interaction: Interaction, scope: Scope) -> list[Chapter]:
    """Tell the whole way of one word, as far as ``scope`` may know it."""
    told = [Chapter(title, icon, teller(interaction, scope)) for title, icon, teller in TELLERS]
    return [chapter for chapter in told if chapter.lines]
