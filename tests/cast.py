"""The cast: Alice advises and Bob manages at Lindelle, Chloé advises at Ormelle, Fatou keeps the whole house."""

from __future__ import annotations

from dataclasses import dataclass

from egards.accounts.actions import add_member, brand_named, give_role
from egards.accounts.models import Brand, Member
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.models import Touchpoint

PASSWORD = "quatre-tasses-de-tisane"


@dataclass(frozen=True)
class Cast:
    """Who works here, and where customers speak to them."""

    lindelle: Brand
    ormelle: Brand
    alice: Member
    bob: Member
    chloe: Member
    fatou: Member
    api: Touchpoint
    mailbox: Touchpoint
    button: Touchpoint
    ormelle_api: Touchpoint


def cast() -> Cast:
    """Bring everybody in."""
    lindelle, ormelle = brand_named(name="Lindelle"), brand_named(name="Ormelle")
    alice = _member("alice", "Alice Thévenin")
    bob = _member("bob", "Bob Le Guellec")
    chloe = _member("chloe", "Chloé Marin")
    fatou = _member("fatou", "Fatou Ndiaye")
    give_role(member=alice, name="adviser", brand=lindelle)
    give_role(member=bob, name="manager", brand=lindelle)
    give_role(member=chloe, name="adviser", brand=ormelle)
    give_role(member=fatou, name="admin")
    return Cast(
        *(lindelle, ormelle, alice, bob, chloe, fatou),
        api=open_touchpoint(brand=lindelle, kind="api", name="Questionnaire"),
        mailbox=open_touchpoint(brand=lindelle, kind="mail", name="Courriel"),
        button=open_touchpoint(brand=lindelle, kind="example", name="Borne de Nantes"),
        ormelle_api=open_touchpoint(brand=ormelle, kind="api", name="Avis Ormelle"),
    )


def newcomer() -> Member:
    """Somebody who was invited and holds no role yet."""
    return _member("noe", "Noé Salaün")


def _member(login: str, name: str) -> Member:
    return add_member(email=f"{login}@maison.example", name=name, password=PASSWORD)
