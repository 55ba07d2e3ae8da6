"""What the settings are walked with: in each corner, one of everything that a brand keeps for itself.

These belong to the whole brand: their names hold no word of a place, and a role at one place changes none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from egards.accounts.actions import add_hours, add_place, add_team, give_role, hand_over_link, invite_member
from egards.accounts.models import Brand, Hours, Member, Place, Role, Team
from egards.conversations.actions.saved_replies import save_reply
from egards.conversations.models import SavedReply
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.models import Touchpoint


@dataclass(frozen=True)
class Kept:
    """One of everything that an administrator keeps, and what opens an invitation."""

    brand: Brand
    hours: Hours
    place: Place
    team: Team
    newcomer: Member
    role: Role
    reply: SavedReply
    box: Touchpoint
    token: str


class HasKept(Protocol):
    """A corner of the town, as far as the settings know it."""

    @property
    def kept(self) -> Kept:
        """What its brand keeps for itself."""


#: Address up to an argument → what stands there.
OBJECTS: Final[Mapping[str, Callable[[HasKept], object]]] = {
    "invitation/<str:token>": lambda c: c.kept.token,
    "reglages/marques/<uuid:pk>": lambda c: c.kept.brand.pk,
    "reglages/horaires/<uuid:pk>": lambda c: c.kept.hours.pk,
    "reglages/lieux/<uuid:pk>": lambda c: c.kept.place.pk,
    "reglages/equipes/<uuid:pk>": lambda c: c.kept.team.pk,
    "reglages/membres/<uuid:pk>": lambda c: c.kept.newcomer.pk,
    "reglages/roles/<uuid:pk>": lambda c: c.kept.role.pk,
    "reglages/points-de-contact/<uuid:pk>": lambda c: c.kept.box.pk,
    "reglages/reponses/<uuid:pk>": lambda c: c.kept.reply.pk,
}

#: ``route?field`` → the row that a form names.
FIELDS: Final[Mapping[str, Callable[[HasKept], object]]] = {
    "settings_brand?hours": lambda c: c.kept.hours.pk,
    "settings_brand?phone_hours": lambda c: c.kept.hours.pk,
    "settings_brand?default_team": lambda c: c.kept.team.pk,
    "settings_hours_all?brand": lambda c: c.kept.brand.pk,
    "settings_places?brand": lambda c: c.kept.brand.pk,
    "settings_place?hours": lambda c: c.kept.hours.pk,
    "settings_teams?brand": lambda c: c.kept.brand.pk,
    "settings_team?hours": lambda c: c.kept.hours.pk,
    "settings_team?members": lambda c: c.kept.role.pk,
    "settings_invite?brand": lambda c: c.kept.brand.pk,
    "settings_invite?place": lambda c: c.kept.place.pk,
    "settings_invite?team": lambda c: c.kept.team.pk,
    "settings_member_role?brand": lambda c: c.kept.brand.pk,
    "settings_member_role?place": lambda c: c.kept.place.pk,
    "settings_member_role?team": lambda c: c.kept.team.pk,
    "settings_member_leave?to": lambda c: c.kept.newcomer.pk,
    "settings_touchpoint?place": lambda c: c.kept.place.pk,
    "saved_reply_new?brand": lambda c: c.kept.brand.pk,
}

#: Rows of a whole brand behind an act that roles at a single place hold too: those roles do not reach them.
BRAND_WIDE: Final = frozenset({"saved_reply", "saved_reply_removed"})


def _week() -> list[str]:
    return ["zone", "subdivision", *(f"d{day}{edge}" for day in range(1, 8) for edge in "abcd")]


_SENDING = ("address", "sender_name", "host", "port", "security", "username", "password", "authserv_id")
_RECEIVING = ("protocol", "host", "port", "security", "username", "password", "folder", "put_away")
_KNOWN = ("name", "site", "phone", "email", "postal_address", "mediator", "legal_notice", "privacy_notice")
_PROMISED = ("answer_hours", "first_answer_hours", "call_slot_minutes", "calls_per_slot", "reopened_within_days")

#: Fields of forms in which something is typed: they name no row, and narrow no list.
TYPED: Final[frozenset[str]] = frozenset(
    f"{route}?{field}"
    for route, fields in {
        "invitation": ("name", "password"),
        "settings_brand": (*_KNOWN, *_PROMISED),
        "settings_brand_new": ("name",),
        "settings_hours_all": ("name",),
        "settings_hours": (*_week(), "closures"),
        "settings_places": ("name",),
        "settings_place": ("name", "phone", "postal_address"),
        "settings_teams": ("name",),
        "settings_team": ("name", "phone"),
        "settings_invite": ("name", "email", "phone", "role"),
        "settings_member": ("name", "phone"),
        "settings_member_role": ("role",),
        "settings_touchpoint": ("name",),
        "settings_touchpoint_new": ("sorte",),
        "settings_sending": _SENDING,
        "settings_code": ("code",),
        "settings_records": ("selector",),
        "settings_receiving": _RECEIVING,
        "settings_hook": ("provider", "signing_key"),
        "settings_grant": ("chez",),
        "settings_grant_back": ("answer",),
        "first_hours": (*_week(), "mediator"),
        "saved_reply": ("title", "shortcut", "text"),
        "saved_reply_new": ("title", "shortcut", "text"),
        "saved_reply_preview": ("text",),
    }.items()
    for field in fields
)


def keep(brand: Brand, number: int) -> Kept:
    """Make one of everything for a brand; the number tells those of one corner from another's."""
    newcomer = invite_member(email=f"nouveau{number}@maison.example", name=f"Personne {number}", by=None)
    role = give_role(member=newcomer, name=Role.Name.ADVISER, brand=brand)
    return Kept(
        brand=brand,
        hours=add_hours(brand=brand, name=f"Horaires {number}", by=None),
        place=add_place(brand=brand, name=f"Dépôt {number}", by=None),
        team=add_team(brand=brand, name=f"Équipe {number}", by=None),
        newcomer=newcomer,
        role=role,
        reply=save_reply(brand=brand, title=f"Réponse {number}", text="Bonjour {prénom|vous}.", by=None),
        box=open_touchpoint(brand=brand, kind="mail", name=f"Boîte {number}"),
        token=hand_over_link(member=newcomer, by=None),
    )
