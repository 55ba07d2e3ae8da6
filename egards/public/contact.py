"""What the contact page tells: whether somebody picks up, when we may call, what we promise and how well we keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

import phonenumbers
from django.db.models import Count, Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egards.accounts.models import Brand, Hours, Place
from egards.conversations.actions.calls import taken_slots
from egards.conversations.hours import working_calendar
from egards.conversations.models import Promise
from egards.conversations.rules.promises import promised_answer
from egards.conversations.rules.slots import Slot, free_slots
from egards.core import french
from egards.core.clock import now
from egards.core.working_hours import Calendar, NeverOpen, closes_at, next_opening
from egards.public.rules import slot_in_words, week_in_words
from egards.statistics.intervals import wilson
from egards.touchpoints.models import Touchpoint

#: Promises of the last four weeks; a share is said from this many on.
WINDOW = timedelta(days=28)
ENOUGH = 30
_Status = Promise.Status


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether somebody is there now; ``sentence`` says until when, or from when; ``week`` the hours in words."""

    is_open: bool
    sentence: str
    week: str


@dataclass(frozen=True, slots=True)
class OfferedSlot:
    """A slot as the form shows it; ``value`` is its start in UTC."""

    value: str
    label: str
    is_free: bool


@dataclass(frozen=True, slots=True)
class OfferedDay:
    """A day that has slots."""

    label: str
    slots: Sequence[OfferedSlot]
    has_chosen: bool


@dataclass(frozen=True, slots=True)
class KeptShare:
    """How often a promise was kept in four weeks: ``n`` of them fell due; the interval holds with 95 chances in 100."""

    n: int
    share: float
    low: float
    high: float

    @property
    def is_enough(self) -> bool:
        """Under thirty, no figure is said."""
        return self.n >= ENOUGH


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """A place of the brand, and whether it is open."""

    place: Place
    opening: Opening | None


def opening_of(hours: Hours | None, at: datetime) -> Opening | None:
    """Return what to say of hours; None when nobody said any, or they never open."""
    if hours is None:
        return None
    calendar = hours.calendar()
    here = localtime(at)
    until = closes_at(calendar, at)
    if until is not None:
        sentence = _("Open until %(hour)s") % {"hour": french.hour(localtime(until))}
        return Opening(True, sentence, week_in_words(calendar))
    try:
        opens = localtime(next_opening(calendar, at))
    except NeverOpen:
        return None
    sentence = _("Closed, we open %(when)s") % {"when": when_in_words(opens, here)}
    return Opening(False, sentence, week_in_words(calendar))


def when_in_words(moment: datetime, here: datetime) -> str:
    """``à 9 h``, ``demain à 9 h``, ``lundi 23 novembre à 9 h`` (local times)."""
    hour = _("at %(hour)s") % {"hour": french.hour(moment)}
    ahead = (moment.date() - here.date()).days
    if ahead == 0:
        return hour
    day = _("tomorrow") if ahead == 1 else french.long_day(moment, today=here.date())
    return f"{day} {hour}"


def calling_calendar(brand: Brand) -> Calendar:
    """Return when somebody can call customers."""
    hours = brand.phone_hours or brand.hours
    return hours.calendar() if hours else working_calendar(brand)


def call_slots(brand: Brand, at: datetime) -> list[Slot]:
    """Return the slots of the coming days; none when nobody calls."""
    if not brand.phone or not brand.calls_per_slot or not brand.call_slot_minutes:
        return []
    return free_slots(
        calendar=calling_calendar(brand),
        at=at,
        minutes=brand.call_slot_minutes,
        per_slot=brand.calls_per_slot,
        taken=taken_slots(brand=brand, since=at - timedelta(minutes=brand.call_slot_minutes)),
    )


def days_of(slots: Sequence[Slot], at: datetime, *, chosen: str = "") -> list[OfferedDay]:
    """Return slots as the form shows them, by local day; ``chosen`` is the value of one already chosen."""
    here = localtime(at)
    found = []
    for day, those in groupby(slots, key=lambda slot: localtime(slot.starts_at).date()):
        offered = [
            OfferedSlot(
                slot.starts_at.isoformat(),
                slot_in_words(localtime(slot.starts_at), localtime(slot.ends_at)),
                slot.is_free,
            )
            for slot in those
        ]
        ahead = (day - here.date()).days
        named = {0: _("Today, %(day)s"), 1: _("Tomorrow, %(day)s")}.get(ahead, "%(day)s")
        label = named % {"day": french.long_day(day, today=here.date())}
        found.append(OfferedDay(label, offered, any(slot.value == chosen for slot in offered)))
    return found


def answer_by(brand: Brand, at: datetime) -> datetime | None:
    """Return the moment by which whoever writes now is answered; None when our hours never open."""
    minutes = max(brand.answer_minutes, brand.first_answer_minutes)
    try:
        return promised_answer(working_calendar(brand, brand.default_team), at, minutes * 60)
    except NeverOpen:
        return None


def deadline_words(due_at: datetime) -> str:
    """Return what stands after « avant »."""
    return french.deadline(localtime(due_at), now=localtime(now()))


def delay_words(minutes: int) -> str:
    """Return an answer's delay in words: minutes or hours of opening."""
    if minutes < 60 or minutes % 60:
        return ngettext("%(n)s working minute", "%(n)s working minutes", minutes) % {"n": french.number(minutes)}
    hours = minutes // 60
    return ngettext("%(n)s working hour", "%(n)s working hours", hours) % {"n": french.number(hours)}


def kept_share(brand: Brand, kind: Promise.Kind, at: datetime) -> KeptShare:
    """Return how well promises of a kind were kept that fell due, or were settled, in the last four weeks."""
    rows = Promise.objects.filter(conversation__brand=brand, kind=kind)
    over = rows.filter(Q(settled_at__range=(at - WINDOW, at)) | Q(broken_at__range=(at - WINDOW, at)))
    counted = over.filter(status__in=(_Status.KEPT, _Status.LATE, _Status.BROKEN))
    found = counted.aggregate(n=Count("pk"), kept=Count("pk", filter=Q(status=_Status.KEPT)))
    n, kept = found["n"], found["kept"]
    if not n:
        return KeptShare(0, 0.0, 0.0, 1.0)
    low, high = wilson(kept, n)
    return KeptShare(n, kept / n, low, high)


def places_of(brand: Brand, at: datetime) -> list[PlaceCard]:
    """Return the brand's places, by name."""
    rows = brand.places.select_related("hours").order_by("name")
    return [PlaceCard(place, opening_of(place.hours, at)) for place in rows]


def takes_forms(brand: Brand) -> bool:
    """Say whether the brand's form is open: it is, until somebody closes it."""
    states = list(Touchpoint.objects.filter(brand=brand, kind="form").values_list("is_open", flat=True))
    return not states or any(states)


def call_price(phone: str) -> str:
    """Return what calling costs, when the number says it: nothing, or an ordinary call; empty otherwise."""
    try:
        kind = phonenumbers.number_type(phonenumbers.parse(phone, "FR"))
    except phonenumbers.NumberParseException:
        return ""
    if kind == phonenumbers.PhoneNumberType.TOLL_FREE:
        return _("The call is free.")
    ordinary = (
        *(phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE),
        *(phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE, phonenumbers.PhoneNumberType.VOIP),
    )
    return _("Price of an ordinary call.") if kind in ordinary else ""
