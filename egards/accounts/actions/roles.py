"""Writes about roles: who may do what, where. Nobody gives what they do not hold."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from egards.accounts.actions.errors import AccountError
from egards.accounts.actions.guards import check_keeps_brand, check_somebody_stays
from egards.accounts.actions.journal import note
from egards.accounts.models import Brand, Member, Place, Role, Team


@transaction.atomic
def give_role(
    *,
    member: Member,
    name: str,
    brand: Brand | None = None,
    place: Place | None = None,
    team: Team | None = None,
    by: Member | None = None,
) -> Role:
    """Give a member a role in a brand, at a place and in a team if said. Raises ``AccountError``.

    Only an administrator holds a role without a brand; only one of the whole house gives it.
    """
    if name not in Role.Name.values:
        raise AccountError(_("There is no role named %(name)s.") % {"name": name}, field="name")
    if brand is None and name != Role.Name.ADMIN:
        raise AccountError(_("This role needs a brand."), field="brand")
    if name == Role.Name.ADMIN and place is not None:
        raise AccountError(_("An administrator keeps a brand or the whole house, never a single place."), field="place")
    if any(thing is not None and thing.brand_id != (brand.pk if brand else None) for thing in (place, team)):
        raise AccountError(_("This place or team belongs to another brand."), field="place")
    check_keeps_brand(by, brand)
    role, made = Role.objects.get_or_create(member=member, name=name, brand=brand, place=place, defaults={"team": team})
    if made:
        note(by=by, verb="role given", subject="member", subject_id=member.pk, role=name)
    elif team is not None and role.team_id != team.pk:
        put_in_team(role=role, team=team, by=by)
    return role


@transaction.atomic
def withdraw_role(*, role: Role, by: Member | None) -> None:
    """Take a role back. Raises ``AccountError`` rather than leave the house without an administrator."""
    check_keeps_brand(by, role.brand)
    if role.name == Role.Name.ADMIN and role.brand is None:
        check_somebody_stays(role.member)
    note(by=by, verb="role withdrawn", subject="member", subject_id=role.member_id, role=role.name)
    role.delete()


@transaction.atomic
def put_in_team(*, role: Role, team: Team | None, by: Member | None) -> Role:
    """Put the holder of a role in a team of its brand, or (None) in none."""
    check_keeps_brand(by, role.brand)
    if team is not None and team.brand_id != role.brand_id:
        raise AccountError(_("This place or team belongs to another brand."), field="team")
    role.team = team
    role.save(update_fields=["team"])
    note(
        by=by, verb="team joined" if team else "team left", subject="member", subject_id=role.member_id,
        team=str(team.pk) if team else None,
    )  # fmt: skip
    return role
