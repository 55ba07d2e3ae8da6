"""Reads: what a member holds, and so may see."""

from __future__ import annotations

from dataclasses import dataclass

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
