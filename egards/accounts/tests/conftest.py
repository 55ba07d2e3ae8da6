"""A house with two brands: Fatou keeps all of it, Nour keeps Lindelle, Alice advises there, Chloé at Ormelle."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pytest_django import Settings

from egards.accounts.actions import add_member, brand_named, give_role
from egards.accounts.models import Brand, Member

PASSWORD = "quatre-tasses-de-tisane"


@dataclass(frozen=True)
class House:
    """Who is here."""

    lindelle: Brand
    ormelle: Brand
    fatou: Member
    nour: Member
    alice: Member
    chloe: Member


@pytest.fixture
def house(db: None, settings: Settings) -> House:
    """Everybody. A quick hash: the strength of passwords is tried elsewhere."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    lindelle, ormelle = brand_named(name="Lindelle"), brand_named(name="Ormelle")
    fatou, nour, alice, chloe = (
        add_member(email=f"{name.lower()}@maison.example", name=name, password=PASSWORD)
        for name in ("Fatou", "Nour", "Alice", "Chloe")
    )
    give_role(member=fatou, name="admin")
    give_role(member=nour, name="admin", brand=lindelle)
    give_role(member=alice, name="adviser", brand=lindelle)
    give_role(member=chloe, name="adviser", brand=ormelle)
    return House(lindelle, ormelle, fatou, nour, alice, chloe)
