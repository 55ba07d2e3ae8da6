"""Reads: what a member holds, and so may see."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import QuerySet

from egards.accounts.models import Member, Role
from egards.accounts.policy import ACTS, SIGNED_IN
from egards.accounts.scope import Scope


@dataclass(frozen=True)
class Access:
    """A member's roles, read once per request, and the scope of each act."""

    roles: tuple[Role, ...]

    def may(self, act: str) -> bool:
        """Say whether some role gives the act, somewhere."""
        return act == SIGNED_IN or any(act in ACTS[role.name] for role in self.roles)

    def scope(self, act: str = SIGNED_IN) -> Scope:
        """Return where the act may be done: whole brands, and the places of roles that are bound to one."""
        holding = [role for role in self.roles if act == SIGNED_IN or act in ACTS[role.name]]
        if any(role.brand_id is None for role in holding):
            return Scope.house()
        bound = [role for role in holding if role.place_id is not None]
        return Scope(
            brands=frozenset(role.brand_id for role in holding if role.place_id is None and role.brand_id is not None),
            places=frozenset(role.place_id for role in bound if role.place_id is not None),
            place_brands=frozenset(role.brand_id for role in bound if role.brand_id is not None),
        )


def access_of(member: Member) -> Access:
    """Return what a member holds (one query)."""
    return Access(roles=tuple(member.roles.all())) if member.is_active else Access(roles=())


def house_admins() -> QuerySet[Member]:
    """Return who can open every door of the house today: active, with a password, administrator of all of it."""
    holding = Member.objects.filter(is_active=True, roles__name=Role.Name.ADMIN, roles__brand=None)
    return holding.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
