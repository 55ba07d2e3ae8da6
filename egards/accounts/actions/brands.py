"""Writes about brands: how customers know us and reach us, and what we promise them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from egards.accounts.actions.errors import AccountError
from egards.accounts.actions.guards import check_keeps_brand
from egards.accounts.actions.journal import note
from egards.accounts.models import Brand, Hours, Member, Team
from egards.accounts.rules import phone_fault, refuses_answers

#: A promise longer than this is not one: thirty days of ten hours.
MOST_ANSWER_MINUTES = 30 * 10 * 60


@dataclass(frozen=True, kw_only=True)
class BrandFacts:
    """What customers may know of a brand. Empty where we do not say."""

    name: str
    site: str = ""
    phone: str = ""
    email: str = ""
    postal_address: str = ""
    mediator: str = ""
    legal_notice: str = ""
    privacy_notice: str = ""


def facts_of(brand: Brand) -> BrandFacts:
    """Return what a brand says of itself now."""
    return BrandFacts(**{field.name: getattr(brand, field.name) for field in fields(BrandFacts)})


def brand_named(*, name: str) -> Brand:
    """Return the brand of that name, made if it is new."""
    found = Brand.objects.filter(name=name).first()
    return found or Brand.objects.get_or_create(slug=slug_of(name), defaults={"name": name})[0]


@transaction.atomic
def add_brand(*, facts: BrandFacts, by: Member | None) -> Brand:
    """Open a brand. Raises ``AccountError`` when the name is taken, or when ``by`` does not keep the whole house."""
    check_keeps_brand(by, None)
    _check(facts)
    brand = Brand.objects.create(**asdict(facts), slug=_free_slug(facts.name))
    note(by=by, verb="brand added", subject="brand", subject_id=brand.pk)
    return brand


@transaction.atomic
def update_brand(*, brand: Brand, facts: BrandFacts, by: Member | None) -> Brand:
    """Change what a brand says of itself. Raises ``AccountError``; an address that takes no answer is refused."""
    check_keeps_brand(by, brand)
    _check(facts, brand)
    changed = [name for name, value in asdict(facts).items() if getattr(brand, name) != value]
    for name in changed:
        setattr(brand, name, getattr(facts, name))
    if changed:
        brand.save(update_fields=changed)
        note(by=by, verb="brand changed", subject="brand", subject_id=brand.pk, columns=changed)
    return brand


@transaction.atomic
def promise_answers(*, brand: Brand, within_minutes: int, first_within_minutes: int, by: Member | None) -> Brand:
    """Say within how many open minutes a person answers; somebody who writes for the first time, sooner or as soon."""
    check_keeps_brand(by, brand)
    if not 1 <= first_within_minutes <= within_minutes <= MOST_ANSWER_MINUTES:
        raise AccountError(_("The first answer ever must not take longer than the others."), field="first_answer_hours")
    brand.answer_minutes, brand.first_answer_minutes = within_minutes, first_within_minutes
    brand.save(update_fields=["answer_minutes", "first_answer_minutes"])
    note(
        by=by, verb="answers promised", subject="brand", subject_id=brand.pk,
        minutes=within_minutes, first_minutes=first_within_minutes,
    )  # fmt: skip
    return brand


@transaction.atomic
def reopen_within(*, brand: Brand, days: int, by: Member | None) -> Brand:
    """Say for how many days an answer opens a resolved conversation again; later, it opens another."""
    check_keeps_brand(by, brand)
    if not 0 <= days <= 365:
        raise AccountError(_("Between 0 and 365 days."), field="reopened_within_days")
    brand.reopened_within_days = days
    brand.save(update_fields=["reopened_within_days"])
    note(by=by, verb="reopening chosen", subject="brand", subject_id=brand.pk, days=days)
    return brand


@transaction.atomic
def offer_calls(*, brand: Brand, slot_minutes: int, calls_per_slot: int, by: Member | None) -> Brand:
    """Say how long the slots are in which customers may be called back, and how many calls fit in one."""
    check_keeps_brand(by, brand)
    if not 10 <= slot_minutes <= 240 or not 1 <= calls_per_slot <= 100:
        raise AccountError(_("A slot lasts from 10 minutes to 4 hours, and takes at least one call."))
    brand.call_slot_minutes, brand.calls_per_slot = slot_minutes, calls_per_slot
    brand.save(update_fields=["call_slot_minutes", "calls_per_slot"])
    note(by=by, verb="calls offered", subject="brand", subject_id=brand.pk, minutes=slot_minutes, calls=calls_per_slot)
    return brand


@transaction.atomic
def choose_hours(*, brand: Brand, hours: Hours | None, phone_hours: Hours | None, by: Member | None) -> Brand:
    """Say in which hours a brand answers, and in which its telephone is picked up."""
    check_keeps_brand(by, brand)
    if any(chosen is not None and chosen.brand_id != brand.pk for chosen in (hours, phone_hours)):
        raise AccountError(_("These hours belong to another brand."))
    brand.hours, brand.phone_hours = hours, phone_hours
    brand.save(update_fields=["hours", "phone_hours"])
    note(by=by, verb="hours chosen", subject="brand", subject_id=brand.pk)
    return brand


@transaction.atomic
def choose_team(*, brand: Brand, team: Team | None, by: Member | None) -> Brand:
    """Say which team is given what nobody else is."""
    check_keeps_brand(by, brand)
    if team is not None and team.brand_id != brand.pk:
        raise AccountError(_("This team belongs to another brand."))
    brand.default_team = team
    brand.save(update_fields=["default_team"])
    note(by=by, verb="team chosen", subject="brand", subject_id=brand.pk, team=str(team.pk) if team else None)
    return brand


def slug_of(name: str) -> str:
    """Return a name as addresses write it."""
    return slugify(name)[:50] or "marque"


def _check(facts: BrandFacts, brand: Brand | None = None) -> None:
    if not facts.name.strip():
        raise AccountError(_("A brand has a name."), field="name")
    others = Brand.objects.exclude(pk=brand.pk) if brand else Brand.objects.all()
    if others.filter(name__iexact=facts.name).exists():
        raise AccountError(_("A brand of this name exists already."), field="name")
    if refuses_answers(facts.email):
        raise AccountError(_("An address that takes no answer cannot serve here. Try bonjour@…"), field="email")
    if facts.phone and (fault := phone_fault(facts.phone)):
        raise AccountError(fault, field="phone")


def _free_slug(name: str) -> str:
    base = slug_of(name)[:46]
    taken = set(Brand.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)
