"""Reads: the rules in force, what is known of a person, and how often we refused ourselves something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import phonenumbers
from django.db.models import Q, QuerySet, Sum
from phonenumbers import timezone as phone_zones

from egards.consent.models import Consent, Contract, Hold, Objection, Permit, RefusalCount, Residence, Rule
from egards.consent.rules.facts import (
    ALWAYS,
    Book,
    CauseFact,
    ConsentFact,
    ContractFact,
    Facts,
    HoldFact,
    ObjectionFact,
    PermitFact,
    RuleFact,
    RuleMissing,
)
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.interactions.models import Handle, Interaction, Mode, Participation

#: A law begins and ends at midnight in Paris; where the day is later or earlier, the hours of the person still hold.
LEGAL_ZONE = ZoneInfo("Europe/Paris")
HOME_ZONE = "Europe/Paris"


def rules_at(moment: datetime) -> QuerySet[Rule]:
    """Return the rules in force at a moment, by code, the highest version of each first."""
    day = moment.astimezone(LEGAL_ZONE).date()
    in_force = Rule.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return in_force.order_by("code", "-version").distinct("code")


def rule_at(code: str, moment: datetime) -> Rule:
    """Return the rule of that code in force at a moment. Raises ``RuleMissing`` with a sentence when there is none."""
    rule = rules_at(moment).filter(code=code).first()
    if rule is None:
        raise RuleMissing(f"Aucune règle «\u202f{code}\u202f» n’est en vigueur le {moment:%d/%m/%Y}.")
    return rule


def book_at(moment: datetime) -> Book:
    """Return all rules in force at a moment, as the engine reads them (one query)."""
    rows = rules_at(moment)
    return Book(moment, {r.code: RuleFact(r.pk, r.code, r.version, r.text_fr, r.value) for r in rows})


def facts_about(customer: Customer, *, handle: Handle | None, cause: Interaction | None, moment: datetime) -> Facts:
    """Return what is known of a person, the customers merged with them included.

    With ``handle``, a consent that was given for one address holds for that address only; an objection made by any
    of the person's addresses always holds.
    """
    family = family_ids(customer)
    handles = _handles(family)
    digests = {bytes(h.digest) for h in handles}
    to = {bytes(handle.digest)} if handle else digests
    zones, department = _where(family, [handle] if handle else handles)
    return Facts(
        zones=zones,
        department=department,
        consents=_consents(family, to, moment),
        objections=_objections(family, digests | to, moment),
        contracts=tuple(
            ContractFact(c.pk, frozenset(c.covers), c.is_informed, c.starts_on, c.ends_on)
            for c in Contract.objects.filter(customer_id__in=family).order_by("-starts_on", "id")
        ),
        holds=tuple(
            HoldFact(h.why, h.scope, h.until, h.released_at)
            for h in Hold.objects.filter(customer_id__in=family).order_by("id")
        ),
        permits=tuple(
            PermitFact(p.moment, p.medium, p.purpose, p.points)
            for p in Permit.objects.filter(customer_id__in=family).exclude(purpose__in=ALWAYS).order_by("id")
        ),
        cause=_cause(cause, family, handles),
    )


def family_ids(customer: Customer) -> list[UUID]:
    """Return the ids of a person: the root and every customer merged into it."""
    root = customer.merged_into_id or customer.pk
    return [root, *Customer.objects.filter(merged_into_id=root).values_list("pk", flat=True)]


def handles_of(customer: Customer) -> list[Handle]:
    """Return the addresses that are a person's today."""
    return _handles(family_ids(customer))


def refusals(*, since: date, until: date) -> list[dict[str, object]]:
    """Return refusals per rule, purpose and medium from a day to another (included), most first."""
    rows = RefusalCount.objects.filter(day__gte=since, day__lte=until)
    summed = rows.values("rule__code", "rule__version", "purpose", "medium").annotate(total=Sum("n"))
    return [dict(row) for row in summed.order_by("-total", "rule__code")]


def _handles(family: Sequence[UUID]) -> list[Handle]:
    current = Identity.objects.filter(customer_id__in=family, ended_at=None).values("handle_id")
    return list(Handle.objects.filter(pk__in=current).order_by("id"))


def _where(family: Sequence[UUID], handles: Iterable[Handle]) -> tuple[tuple[str, ...], str]:
    """Where the person is: as told; else every zone their numbers may be in; else the house's."""
    told = Residence.objects.filter(customer_id__in=family).order_by("-id").first()
    if told:
        return (told.zone,), told.department
    zones = {zone for handle in handles if handle.kind == "phone" for zone in phone_zones_of(handle.value)}
    return tuple(sorted(zones)) or (HOME_ZONE,), ""


def phone_zones_of(number: str) -> list[str]:
    """Return the IANA zones where a number in E.164 may ring; none when unknown or erased."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return []
    zones: Sequence[str] = phone_zones.time_zones_for_number(parsed)
    return [zone for zone in zones if zone != "Etc/Unknown"]


def _consents(family: Sequence[UUID], to: set[bytes], moment: datetime) -> tuple[ConsentFact, ...]:
    rows = Consent.objects.filter(customer_id__in=family, at__lte=moment)
    current = rows.filter(Q(withdrawal=None) | Q(withdrawal__at__gt=moment))
    fitting = current.filter(Q(handle_digest=None) | Q(handle_digest__in=to))
    return tuple(ConsentFact(c.pk, c.purpose, c.medium) for c in fitting.order_by("id"))


def _objections(family: Sequence[UUID], digests: set[bytes], moment: datetime) -> tuple[ObjectionFact, ...]:
    rows = Objection.objects.filter(Q(customer_id__in=family) | Q(handle_digest__in=digests))
    current = rows.filter(Q(withdrawal=None) | Q(withdrawal__at__gt=moment))
    return tuple(ObjectionFact(o.purpose, o.medium, o.source) for o in current.order_by("id"))


def _cause(cause: Interaction | None, family: Sequence[UUID], handles: Sequence[Handle]) -> CauseFact | None:
    if cause is None:
        return None
    is_theirs = cause.direction == Interaction.Direction.IN and (
        TimelineEntry.objects.filter(customer_id__in=family, ref=cause.pk).exists()
        or Participation.objects.filter(interaction=cause, role="author", handle__in=handles).exists()
    )
    return CauseFact(is_theirs, cause.mode == Mode.ARCHIVE, cause.received_at.astimezone(UTC))


def local_zone(customer: Customer | None = None) -> str:
    """Return the zone a person's calendar days are counted in (the first, if several); the house's for nobody."""
    if customer is None:
        return HOME_ZONE
    family = family_ids(customer)
    return _where(family, _handles(family))[0][0]
