"""Members by a word: an adviser of Lindelle, a manager, an administrator."""

from __future__ import annotations

from egards.accounts.actions import add_member, give_role
from egards.accounts.models import Brand, Member
from tests.builders import lindelle

PASSWORD = "quatre-tasses-de-tisane"


def adviser(login: str, brand: Brand | None = None) -> Member:
    """Somebody who answers customers of a brand."""
    return holding(login, "adviser", brand or lindelle())


def manager(login: str, brand: Brand | None = None) -> Member:
    """Somebody who answers and reads the figures."""
    return holding(login, "manager", brand or lindelle())


def admin(login: str) -> Member:
    """Somebody who keeps the house."""
    return holding(login, "admin", None)


def holding(login: str, role: str, brand: Brand | None) -> Member:
    """Somebody with a role."""
    member = add_member(email=f"{login}@maison.example", name=login.title(), password=PASSWORD)
    give_role(member=member, name=role, brand=brand)
    return member
