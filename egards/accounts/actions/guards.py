"""What an administrator may not do: reach beyond their own brands, or leave the house without a key."""

from __future__ import annotations

from django.utils.translation import gettext as _

from egards.accounts.actions.errors import AccountError
from egards.accounts.models import Brand, Member, Role
from egards.accounts.queries import access_of, house_admins

KEEP = "keep house"


def check_keeps_brand(by: Member | None, brand: Brand | None) -> None:
    """Refuse who does not keep this brand (None: the whole house). Nobody gives what they do not hold."""
    if by is None:
        return
    scope = access_of(by).scope(KEEP)
    if scope.is_house or (brand is not None and brand.pk in scope.brands):
        return
    raise AccountError(_("Only an administrator of the whole house can do this."))


def check_keeps_member(by: Member | None, member: Member) -> None:
    """Refuse who does not keep every brand where the member holds a role: their account is not theirs to change."""
    if by is None:
        return
    scope = access_of(by).scope(KEEP)
    brands = set(member.roles.values_list("brand_id", flat=True))
    if scope.is_house or (brands and brands <= scope.brands):
        return
    raise AccountError(
        _("%(name)s also works for brands that you do not keep. Ask an administrator of the whole house.")
        % {"name": member.name}
    )


def check_somebody_stays(member: Member) -> None:
    """Refuse to take its last administrator from the house."""
    holds = member.is_active and member.roles.filter(name=Role.Name.ADMIN, brand=None).exists()
    if holds and not house_admins().exclude(pk=member.pk).exists():
        raise AccountError(
            _("%(name)s is the only administrator of the house. Give somebody else this role first.")
            % {"name": member.name}
        )
