"""Who might look at the town: people with roles, programs with keys. What each may see is reckoned here apart."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from egards.accounts.actions import add_member, give_role
from egards.accounts.models import Brand, Member, Place, Role
from egards.accounts.policy import ACTS, ANYONE, SIGNED_IN, Policy
from egards.api.actions import make_key, revoke_key
from egards.api.models import SCOPES
from egards.core.clock import now
from tests.permissions.corner import Corner


@dataclass(frozen=True)
class Held:
    """A role held somewhere: everywhere when ``brand`` is None, at a whole brand when ``place`` is None."""

    name: str
    brand: UUID | None = None
    place: UUID | None = None

    def reaches(self, corner: Corner) -> bool:
        """Say whether this corner lies within the role's reach."""
        here = corner.place.pk if corner.place else None
        return self.brand in (None, corner.brand.pk) and self.place in (None, here)


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser: a stranger when ``member`` is None or not active any more."""

    name: str
    member: Member | None = None
    held: tuple[Held, ...] = ()

    @property
    def is_known(self) -> bool:
        """Say whether they are signed in."""
        return self.member is not None and self.member.is_active

    def may(self, policy: Policy, corner: Corner | None = None) -> bool:
        """Say whether they may use a route (in a corner). Written apart from the house's own reckoning, to test it."""
        if policy.act in (ANYONE, SIGNED_IN):
            return policy.act == ANYONE or self.is_known
        giving = [h for h in self.held if policy.act in ACTS[h.name]]
        return self.is_known and any(corner is None or h.reaches(corner) for h in giving)

    def may_hear(self, corner: Corner) -> bool:
        """Say whether they may see customers' words of a corner, by whatever role."""
        acts = ("read words", "read customers", "replay arrivals")
        return any(self.may(Policy(act), corner) for act in acts)

    def may_name(self, corner: Corner) -> bool:
        """Say whether they may see what the corner's touchpoints and places are called."""
        return self.is_known and any(h.reaches(corner) for h in self.held)


@dataclass(frozen=True)
class Program:
    """A program with a key, or what it takes for one."""

    name: str
    text: str
    brand: UUID | None = None
    scopes: tuple[str, ...] = ()

    def may_hear(self, corner: Corner) -> bool:
        """Say whether its key is one to this corner's brand."""
        return self.brand == corner.brand.pk

    may_name = may_hear


def everybody(north: Brand, south: Brand, market: Place, harbour: Place, elsewhere: Place) -> list[Visitor]:
    n, s = north.pk, south.pk
    found = [Visitor("stranger"), _member("inactive", Held("adviser", n), is_active=False), _member("without a role")]
    found += [_member(f"{role}, north", Held(role, n)) for role in Role.Name.values]
    found += [_member(f"{role}, south", Held(role, s)) for role in Role.Name.values]
    found += [
        _member("admin of the house", Held("admin")),
        _member("store at the market", Held("store", n, market.pk)),
        _member("store elsewhere", Held("store", n, elsewhere.pk)),
        _member("manager at the market", Held("manager", n, market.pk)),
        _member("adviser north, store elsewhere", Held("adviser", n), Held("store", n, elsewhere.pk)),
        _member("store at the market and at the harbour", Held("store", n, market.pk), Held("store", s, harbour.pk)),
        _member("expert south, store at the market", Held("expert", s), Held("store", n, market.pk)),
        _member("people north, adviser south", Held("people", n), Held("adviser", s)),
    ]
    return found


def _member(name: str, *held: Held, is_active: bool = True) -> Visitor:
    email = f"{name.replace(', ', '.').replace(' ', '-')}@maison.example"
    member = add_member(email=email, name=name, password="une longue phrase de passe 7")
    for role in held:
        brand = Brand.objects.get(pk=role.brand) if role.brand else None
        place = Place.objects.get(pk=role.place) if role.place else None
        give_role(member=member, name=role.name, brand=brand, place=place)
    if not is_active:
        member.is_active = False
        member.save(update_fields=["is_active"])
    return Visitor(name, member, held)


def all_programs(north: Brand, south: Brand) -> list[Program]:
    found = [Program("no key", ""), Program("a false key", "eg_0123456789_faux"), Program("a cookie for a key", "x")]
    found += [_key(f"key with {scope} to north", north, scope) for scope in SCOPES]
    found += [_key("key to north", north, *SCOPES), _key("key to south", south, *SCOPES)]
    revoked, text = make_key(brand=north, name="revoked", scopes=SCOPES, by=None)
    revoke_key(key=revoked, by=None)
    expired, late = make_key(brand=north, name="expired", scopes=SCOPES, by=None, expires_at=now())
    assert not expired.is_valid
    return [*found, Program("a revoked key", text), Program("an expired key", late)]


def _key(name: str, brand: Brand, *scopes: str) -> Program:
    _made, text = make_key(brand=brand, name=name, scopes=scopes, by=None)
    return Program(name, text, brand.pk, scopes)
