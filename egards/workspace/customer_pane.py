"""The third pane of a conversation: who is speaking, what was promised to them, what else is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise as LazyText
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.accounts.queries import Access
from egards.accounts.scope import Scope
from egards.core.french import day
from egards.customers.models import Customer
from egards.workspace.dossier import Dossier, dossier_of
from egards.workspace.dossier_parts import Choice, Held, Known, NoteKept, Talk
from egards.workspace.promises import PromiseShown, promise_shown, promises_in_words, signs_in_words
from egards.workspace.story import Moment, timeline

#: How much of each the pane shows; the customer's page has the rest.
STORY = 6
SIGNS = 12
TALKS = 5
NOTES = 3
#: Why a hold stands → what it stops and until when, in a sentence. Its scope widens or narrows the first half.
_HOLDS: Final[dict[str, LazyText]] = {
    "complaint": gettext_lazy("as long as their complaint is open"),
    "repair_first": gettext_lazy("as long as something is to be put right for them"),
    "call_refused": gettext_lazy("they refused it"),
    "deceased": gettext_lazy("this person has died, or so we were told"),
    "pause": gettext_lazy("they asked for a pause"),
}
_STOPPED: Final[dict[str, LazyText]] = {
    "phone_prospecting": gettext_lazy("No offer by phone: %(why)s"),
    "prospecting": gettext_lazy("No offer: %(why)s"),
    "solicitations": gettext_lazy("No solicitation: %(why)s"),
    "everything": gettext_lazy("Nothing is sent: %(why)s"),
}
_PURPOSES: Final[dict[str, LazyText]] = {
    "survey": gettext_lazy("surveys"),
    "prospecting": gettext_lazy("offers"),
    "usage_help": gettext_lazy("advice on use"),
    "follow_up": gettext_lazy("follow-up of orders"),
}
_MEDIUMS: Final[dict[str, LazyText]] = {
    "email": gettext_lazy("by e-mail"),
    "sms": gettext_lazy("by SMS"),
    "phone": gettext_lazy("by phone"),
    "post": gettext_lazy("by post"),
}


@dataclass(frozen=True, slots=True)
class Preference:
    """What we know that a person wants, or does not."""

    icon: str
    words: str


@dataclass(frozen=True)
class Pane:
    """What stands beside a conversation. ``customer`` is None when nobody is recognised yet, or may be named here."""

    customer: Customer | None = None
    may_know: bool = True
    since: datetime | None = None
    known: Sequence[Known] = ()
    preferences: Sequence[Preference] = ()
    holds: Sequence[str] = ()
    signs: Sequence[PromiseShown] = ()
    promises_words: str = ""
    signs_words: str = ""
    talks: Sequence[Talk] = ()
    more_talks: int = 0
    notes: Sequence[NoteKept] = ()
    story: Sequence[Moment] = ()
    alike: int = 0

    @property
    def is_claimed_only(self) -> bool:
        """Whether every address was only declared: nothing of theirs may be told before it is confirmed."""
        return bool(self.known) and not any(known.is_strong for known in self.known)


def pane(
    *, customer: Customer | None, scope: Scope, access: Access, now: datetime, conversation_id: UUID | None = None
) -> Pane:
    """Return the pane of a customer (three queries), for a member who reads conversations within ``scope``.

    ``conversation_id`` is the one on screen: it is left out of the others. One who may not read customers, or not
    this one, gets an empty pane that says so.
    """
    if customer is None:
        return Pane()
    if not access.may("read customers"):
        return Pane(may_know=False)
    people = access.scope("read customers")
    known = dossier_of(customer.merged_into_id or customer.pk, people=people, talks=scope, at=now)
    if known is None:
        return Pane(may_know=False)
    return _pane(known, people, conversation_id, now)


def _pane(known: Dossier, people: Scope, conversation_id: UUID | None, now: datetime) -> Pane:
    page = timeline(known.family, people, promises=known.promises, notes=known.notes, size=STORY)
    signs = [promise_shown(promise) for promise in known.promises[-SIGNS:]]
    talks = [talk for talk in known.talks if talk.id != conversation_id]
    return Pane(
        customer=known.customer,
        since=known.since,
        known=known.known,
        preferences=preferences(known.agreed, known.refused),
        holds=[hold_in_words(hold, now) for hold in known.holds],
        signs=signs,
        promises_words=promises_in_words(known.promises),
        signs_words=signs_in_words(signs),
        talks=talks[:TALKS],
        more_talks=max(len(talks) - TALKS, 0),
        notes=known.notes[:NOTES],
        story=page.rows,
        alike=len(known.alike),
    )


def preferences(agreed: Sequence[Choice], refused: Sequence[Choice]) -> list[Preference]:
    """Return what a person refused, then what they agreed to, in words."""
    no = [Preference("bell-off", _("Does not want %(what)s") % {"what": _choice(choice)}) for choice in refused]
    yes = [Preference("check", _("Agreed to %(what)s") % {"what": _choice(choice)}) for choice in agreed]
    return no + yes


def _choice(choice: Choice) -> str:
    purpose = str(_PURPOSES.get(choice.purpose, choice.purpose))
    return f"{purpose} {_MEDIUMS[choice.medium]}" if choice.medium in _MEDIUMS else purpose


def hold_in_words(hold: Held, now: datetime) -> str:
    """Return what a hold stops, and why: « Aucune sollicitation tant que sa réclamation est ouverte »."""
    stopped = _STOPPED.get(hold.scope, _STOPPED["everything"])
    why = str(_HOLDS.get(hold.why, hold.why))
    if hold.until:
        why = _("%(why)s, until %(day)s") % {
            "why": why,
            "day": day(localtime(hold.until).date(), today=localtime(now).date()),
        }
    return str(stopped) % {"why": why}
