"""The gate, and what it is told. Consent asks nobody: upper floors tell it of complaints, contracts and refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from egards.accounts.actions import note
from egards.accounts.models import Member
from egards.consent.decisions import Allowed, Decision, Refusal
from egards.consent.models import (
    Consent,
    Contract,
    Hold,
    Objection,
    Permit,
    RefusalCount,
    Residence,
    Withdrawal,
    Wording,
)
from egards.consent.queries import book_at, facts_about, family_ids, handles_of, local_zone, rule_at
from egards.consent.rules.calendar import local, midnight_after
from egards.consent.rules.decide import decide
from egards.consent.rules.facts import SOLICITATIONS, Asked, HoldScope, Medium, Purpose, Source
from egards.consent.rules.pack import HOLD_REASONS
from egards.core.clock import now
from egards.customers.models import Customer
from egards.interactions.models import Handle, Interaction

#: The handles that a medium reaches. No handle of ours is a postal address: its refusal is kept by all the others.
KINDS = {Medium.EMAIL: {"email"}, Medium.SMS: {"phone"}, Medium.PHONE: {"phone"}}


class ConsentError(Exception):
    """Something that consent cannot be told, in a sentence."""


@transaction.atomic
def may_contact(
    *,
    customer: Customer,
    medium: Medium,
    purpose: Purpose,
    moment: datetime,
    cause: Interaction | None = None,
    by: Member | None = None,
    handle: Handle | None = None,
    offer: str = "",
) -> Decision:
    """Ask whether we may reach a person; an allowed contact gets its permit, a refused one is only counted.

    ``moment`` (aware) is when the contact would take place. ``cause`` is the word it follows from: an answer needs
    one. ``handle`` is the address it would go to, when known. ``offer`` is the code of what is offered. Raises
    ``RuleMissing`` when a rule that is needed is not in force: then nothing may leave. Do not roll the caller's
    transaction back on a refusal: its count would be lost.
    """
    # Two decisions about one person wait for each other, or both would see the same pressure.
    root = Customer.objects.select_for_update().get(pk=customer.merged_into_id or customer.pk)
    book = book_at(moment)
    facts = facts_about(root, handle=handle, cause=cause, moment=moment)
    verdict = decide(Asked(Medium(medium), Purpose(purpose), moment, offer), facts, book)
    rule = verdict.rule
    if not verdict.is_allowed:
        day = local(now(), local_zone()).date()
        RefusalCount.objects.create(day=day, rule_id=rule.id, purpose=purpose, medium=medium)
        return Refusal(rule, rule.text_fr, verdict.detail)
    permit = Permit.objects.create(
        customer=customer,
        medium=medium,
        purpose=purpose,
        rule_id=rule.id,
        moment=moment,
        points=verdict.points,
        ground_id=verdict.ground_id,
        cause_id=cause.pk if cause else None,
        by=by.pk if by else None,
    )
    return Allowed(permit, rule, rule.text_fr, verdict.conditions)


@transaction.atomic
def give_consent(
    *,
    customer: Customer,
    purpose: Purpose,
    medium: Medium,
    wording: str,
    source: Source,
    by: Member | None = None,
    at: datetime | None = None,
    source_id: UUID | None = None,
    handle: Handle | None = None,
) -> Consent:
    """Write the proof that a person agreed: one purpose, one medium, the sentence they read. Lifts no objection.

    ``at``: when it was said (default: now). ``handle``: the only address it is for, if it was given for one.
    """
    if purpose not in SOLICITATIONS:
        raise ConsentError(_("This purpose needs no consent."))
    if not wording.strip():
        raise ConsentError(_("Without the sentence that the person read, there is no proof of consent."))
    said_at = at or now()
    if said_at > now():
        raise ConsentError(_("A consent cannot be dated in the future."))
    digest = hashlib.sha256(wording.strip().encode()).digest()
    Wording.objects.get_or_create(digest=digest, defaults={"text": wording.strip()})
    consent = Consent.objects.create(
        customer=customer,
        handle_digest=bytes(handle.digest) if handle else None,
        purpose=purpose,
        medium=medium,
        wording_id=digest,
        at=said_at,
        source=Source(source),
        source_id=source_id,
        by=by.pk if by else None,
    )
    _journal(by, "consent given", customer, purpose=str(purpose), medium=str(medium))
    return consent


@transaction.atomic
def withdraw_consent(
    *, customer: Customer, purpose: Purpose, medium: Medium, source: Source, by: Member | None = None
) -> list[Withdrawal]:
    """Take back every consent of a person to one purpose by one medium; return what was taken back."""
    family = family_ids(customer)
    given = Consent.objects.filter(customer_id__in=family, purpose=purpose, medium=medium, withdrawal=None)
    done = [_withdraw(consent=consent, source=source, by=by) for consent in given.order_by("id")]
    _journal(by, "consent withdrawn", customer, purpose=str(purpose), medium=str(medium), n=len(done))
    return done


@transaction.atomic
def object_to(
    *,
    customer: Customer,
    source: Source,
    purposes: Collection[Purpose] = SOLICITATIONS,
    medium: Medium | None = None,
    by: Member | None = None,
    source_id: UUID | None = None,
) -> list[Objection]:
    """Write that a person refuses to be solicited, at once: by one medium, or (None) by all of them.

    Written for the person and for each of their addresses, so that it outlives the person's erasure. What already
    stands is not written twice; returns the new rows.
    """
    if not set(purposes) <= SOLICITATIONS:
        raise ConsentError(_("Answers, repair, legal notices and safety cannot be refused."))
    kinds = KINDS.get(medium) if medium else None
    reached = [h for h in handles_of(customer) if kinds is None or h.kind in kinds]
    digests: list[bytes | None] = [bytes(h.digest) for h in reached]
    at = now()
    new = [
        Objection(
            customer=customer,
            handle_digest=digest,
            purpose=purpose,
            medium=medium or "",
            at=at,
            source=Source(source),
            source_id=source_id,
            by=by.pk if by else None,
        )
        for purpose in sorted(purposes)
        for digest in (digests or [None])
        if not _stands(customer, digest, purpose, medium, source)
    ]
    Objection.objects.bulk_create(new)
    _journal(by, "objection made", customer, purposes=[str(p) for p in sorted(purposes)], medium=str(medium or ""))
    return new


def _stands(customer: Customer, digest: bytes | None, purpose: Purpose, medium: Medium | None, source: Source) -> bool:
    same = Objection.objects.filter(handle_digest=digest, purpose=purpose, medium=medium or "", withdrawal=None)
    same = same.filter(source=Source.BLOCTEL) if source == Source.BLOCTEL else same.exclude(source=Source.BLOCTEL)
    return same.filter(customer=customer).exists()


@transaction.atomic
def lift_objection(
    *, customer: Customer, purpose: Purpose, source: Source, by: Member | None = None
) -> list[Withdrawal]:
    """Lift every objection of a person to one purpose, because they asked for it; return what was lifted."""
    digests = [bytes(h.digest) for h in handles_of(customer)]
    theirs = Q(customer_id__in=family_ids(customer)) | Q(handle_digest__in=digests)
    standing = Objection.objects.filter(theirs, purpose=purpose, withdrawal=None)
    done = [_withdraw(objection=objection, source=source, by=by) for objection in standing.order_by("id")]
    _journal(by, "objection lifted", customer, purpose=str(purpose), n=len(done))
    return done


def _withdraw(
    *, source: Source, by: Member | None, consent: Consent | None = None, objection: Objection | None = None
) -> Withdrawal:
    return Withdrawal.objects.create(
        consent=consent, objection=objection, at=now(), source=Source(source), by=by.pk if by else None
    )


@transaction.atomic
def hold(*, customer: Customer, scope: HoldScope, until: datetime | None, why: str, by: Member | None = None) -> Hold:
    """Stop soliciting a person: ``scope`` says what stops, ``why`` is one of ``HOLD_REASONS``.

    Without ``until``, the hold lasts the days of its rule, or until it is released when the rule has none.
    """
    if why not in HOLD_REASONS:
        reasons = ", ".join(sorted(HOLD_REASONS))
        raise ConsentError(_("“%(why)s” is no reason to hold: %(reasons)s.") % {"why": why, "reasons": reasons})
    at = now()
    days = rule_at(f"hold.{why}", at).value["days"]
    if until is None and days:
        until = at + timedelta(days=days)
    row = Hold.objects.create(
        customer=customer, scope=HoldScope(scope), why=why, at=at, until=until, by=by.pk if by else None
    )
    _journal(by, "hold set", customer, hold=str(row.pk), why=why)
    return row


@transaction.atomic
def release(*, hold: Hold, by: Member | None = None, at: datetime | None = None) -> Hold:
    """End a hold. Its rule may keep the silence for some days more (after a complaint). Twice changes nothing."""
    row = Hold.objects.select_for_update().get(pk=hold.pk)
    if row.released_at is None:
        row.released_at, row.released_by = at or now(), by.pk if by else None
        row.save(update_fields=["released_at", "released_by"])
        _journal(by, "hold released", row.customer, hold=str(row.pk), why=row.why)
    return row


@transaction.atomic
def note_call_refused(*, customer: Customer, at: datetime, by: Member | None = None) -> Hold:
    """Write that a person refused, on the phone, to be prospected: whole calendar days of silence where they live."""
    days = rule_at("hold.call_refused", at).value["days"]
    until = midnight_after(at, days=days, zone=ZoneInfo(local_zone(customer)))
    return hold(customer=customer, scope=HoldScope.PHONE_PROSPECTING, until=until, why="call_refused", by=by)


@transaction.atomic
def note_contract(
    *,
    customer: Customer,
    ref: UUID,
    covers: Collection[str],
    is_informed: bool,
    starts_on: date,
    ends_on: date | None,
) -> Contract:
    """Tell of a contract or a sale, or of its change (same ``ref``). A sale ends the day it is done.

    ``covers``: codes of its object, of what completes or improves it, and of similar products. ``is_informed``: the
    person was told at collection that they may refuse offers.
    """
    if ends_on is not None and ends_on < starts_on:
        raise ConsentError(_("A contract cannot end before it starts."))
    told = {
        "customer": customer,
        "covers": sorted(set(covers)),
        "is_informed": is_informed,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    return Contract.objects.update_or_create(ref=ref, defaults=told)[0]


def note_residence(*, customer: Customer, zone: str, source: Source, department: str = "") -> Residence:
    """Tell where a person lives: IANA zone, and French department when known (« 67 », « 974 »)."""
    if zone not in available_timezones():
        raise ConsentError(_("There is no time zone named %(zone)s.") % {"zone": zone})
    return Residence.objects.create(customer=customer, zone=zone, department=department, source=Source(source))


def _journal(by: Member | None, verb: str, customer: Customer, **detail: object) -> None:
    note(by=by, verb=verb, subject="customer", subject_id=customer.pk, **detail)
