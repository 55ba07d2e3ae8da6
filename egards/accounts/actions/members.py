"""Writes about members: who comes, who changes, who leaves."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.actions.errors import AccountError
from egards.accounts.actions.guards import check_keeps_member, check_somebody_stays
from egards.accounts.actions.journal import note
from egards.accounts.models import Member


@transaction.atomic
def add_member(*, email: str, name: str, password: str, phone: str = "", by: Member | None = None) -> Member:
    """Make a member who may sign in. Raises ``AccountError`` when the address is taken or the password weak."""
    member = _new_member(email, name, phone)
    validate_password(password, member)
    member.set_password(password)
    return _come_in(member, "member added", by)


@transaction.atomic
def invite_member(*, email: str, name: str, phone: str = "", by: Member | None) -> Member:
    """Make a member who chooses their own password behind a link (``hand_over_link``). Raises ``AccountError``."""
    member = _new_member(email, name, phone)
    member.set_unusable_password()
    return _come_in(member, "member invited", by)


@transaction.atomic
def change_member(*, member: Member, name: str, phone: str, by: Member | None) -> Member:
    """Change a member's name and direct line."""
    check_keeps_member(by, member)
    member.rename(name)
    member.phone = phone
    member.save(update_fields=["name", "sort_key", "phone"])
    note(by=by, verb="member changed", subject="member", subject_id=member.pk)
    return member


@transaction.atomic
def deactivate_member(*, member: Member, by: Member | None) -> Member:
    """Close a member's account; what they did stays under their name. Raises ``AccountError``.

    Their conversations are handed over first: the caller sees to it, from a higher floor.
    """
    check_keeps_member(by, member)
    check_somebody_stays(member)
    if by is not None and by.pk == member.pk:
        raise AccountError(_("You cannot close your own account. Ask another administrator."))
    member.is_active = False
    member.save(update_fields=["is_active"])
    note(by=by, verb="member left", subject="member", subject_id=member.pk)
    return member


@transaction.atomic
def reactivate_member(*, member: Member, by: Member | None) -> Member:
    """Let a member come back, with the roles they had."""
    check_keeps_member(by, member)
    member.is_active = True
    member.save(update_fields=["is_active"])
    note(by=by, verb="member came back", subject="member", subject_id=member.pk)
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


def _new_member(email: str, name: str, phone: str) -> Member:
    email = email.strip().lower()
    if Member.objects.filter(email__iexact=email).exists():
        raise AccountError(_("A member already signs in with %(email)s.") % {"email": email}, field="email")
    member = Member(email=email, phone=phone)
    member.rename(name)
    return member


def _come_in(member: Member, verb: str, by: Member | None) -> Member:
    member.save()
    # An administrator vouches for the address. Without this row allauth would write one, unproved, when the member
    # reads the page of their addresses, and then refuse them a second factor.
    EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=True)
    note(by=by, verb=verb, subject="member", subject_id=member.pk)
    return member
