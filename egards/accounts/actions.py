"""Writes about who we are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from egards.accounts.models import Brand, JournalEntry, Member, Place, Role


class AccountError(Exception):
    """Something about members that cannot be done, in a sentence."""


def note(*, by: Member | None, verb: str, subject: str, subject_id: UUID, **detail: Any) -> JournalEntry:
    """Write in the journal what a member (or, with None, the house) did. ``detail`` holds ids and counts only."""
    return JournalEntry.objects.create(
        by=by.pk if by else None, verb=verb, subject=subject, subject_id=subject_id, detail=detail
    )


def brand_named(*, name: str) -> Brand:
    """Return the brand of that name, made if it is new."""
    found = Brand.objects.filter(name=name).first() or Brand.objects.filter(slug=_slug(name)).first()
    return found or Brand.objects.create(name=name, slug=_slug(name))


def place_named(*, brand: Brand, name: str) -> Place:
    """Return the place of that name within the brand, made if it is new."""
    return Place.objects.get_or_create(brand=brand, slug=_slug(name), defaults={"name": name})[0]


@transaction.atomic
def add_member(*, email: str, name: str, password: str, by: Member | None = None) -> Member:
    """Make a member who may sign in. Raises ``AccountError`` when the address is taken or the password weak."""
    email = email.strip().lower()
    if Member.objects.filter(email__iexact=email).exists():
        raise AccountError(_("A member already signs in with %(email)s.") % {"email": email})
    member = Member(email=email)
    member.rename(name)
    validate_password(password, member)
    member.set_password(password)
    member.save()
    # An administrator vouches for the address. Without this row allauth would write one, unproved, when the member
    # reads the page of their addresses, and then refuse them a second factor.
    EmailAddress.objects.create(user=member, email=email, primary=True, verified=True)
    note(by=by, verb="member added", subject="member", subject_id=member.pk)
    return member


@transaction.atomic
def set_password(*, email: str, password: str, by: Member | None = None) -> Member:
    """Give a member a new password; their open sessions end with the old one. Raises ``AccountError``."""
    member = Member.objects.filter(email__iexact=email.strip()).first()
    if member is None:
        raise AccountError(_("Nobody signs in with %(email)s.") % {"email": email})
    validate_password(password, member)
    member.set_password(password)
    member.save(update_fields=["password"])
    note(by=by, verb="password set", subject="member", subject_id=member.pk)
    return member


@transaction.atomic
def give_role(
    *, member: Member, name: str, brand: Brand | None = None, place: Place | None = None, by: Member | None = None
) -> Role:
    """Give a member a role in a brand, at a place if said. Only an administrator holds a role without a brand."""
    if name not in Role.Name.values:
        raise AccountError(_("There is no role named %(name)s.") % {"name": name})
    if brand is None and name != Role.Name.ADMIN:
        raise AccountError(_("This role needs a brand."))
    role, made = Role.objects.get_or_create(member=member, name=name, brand=brand, place=place)
    if made:
        note(by=by, verb="role given", subject="member", subject_id=member.pk, role=name)
    return role


def _slug(name: str) -> str:
    return slugify(name)[:50] or "marque"
