"""A link with which a member chooses their password: handed over by an administrator, used once, dead in three days.

The link is a signed sentence, kept nowhere. It holds a hash of the account's password state: once a password has been
chosen, or another one drawn, it opens nothing.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from egards.accounts.actions.errors import AccountError
from egards.accounts.actions.guards import check_keeps_member
from egards.accounts.actions.journal import note
from egards.accounts.models import Member

LINK_HOURS = 72
_PURPOSE = "egards.accounts.invitation"


@transaction.atomic
def hand_over_link(*, member: Member, by: Member | None) -> str:
    """Return the token of a fresh link for a member: their first password, or a new one. Raises ``AccountError``.

    Whoever holds it becomes the member: only an administrator of all their brands may ask for it.
    """
    check_keeps_member(by, member)
    if not member.is_active:
        raise AccountError(_("%(name)s has left: let them come back first.") % {"name": member.name})
    note(by=by, verb="link handed over", subject="member", subject_id=member.pk)
    return signing.dumps([str(member.pk), _state(member)], salt=_PURPOSE)


def invited_by(*, token: str) -> Member | None:
    """Return the member whom a link is for; None when it is false, too old, or has served."""
    return _member_of(token, for_update=False)


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str) -> Member:
    """Let a member take their link: their name as they write it, and a password of their own; once.

    Raises ``AccountError`` when the link no longer serves, ``ValidationError`` when the password is weak.
    """
    member = _member_of(token, for_update=True)
    if member is None:
        raise AccountError(_("This link no longer serves."))
    member.rename(name)
    validate_password(password, member)
    member.set_password(password)
    member.save(update_fields=["name", "sort_key", "password"])
    note(by=member, verb="password chosen", subject="member", subject_id=member.pk)
    return member


def _member_of(token: str, *, for_update: bool) -> Member | None:
    try:
        pk, state = signing.loads(token, salt=_PURPOSE, max_age=timedelta(hours=LINK_HOURS))
    except signing.BadSignature:
        return None
    members = Member.objects.select_for_update() if for_update else Member.objects.all()
    member = members.filter(pk=UUID(pk), is_active=True).first()
    return member if member is not None and constant_time_compare(state, _state(member)) else None


def _state(member: Member) -> str:
    return salted_hmac(_PURPOSE, f"{member.pk}:{member.email}:{member.password}").hexdigest()[:32]
