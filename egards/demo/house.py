"""Maison Lindelle moves in: its brand, stores, members and touchpoints, through the house's own verbs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import cached_property

from django.db import transaction

from egards.accounts.actions import (
    BrandFacts,
    add_brand,
    add_hours,
    add_member,
    add_place,
    add_team,
    choose_hours,
    choose_team,
    give_role,
    promise_answers,
    set_hours,
    update_place,
)
from egards.accounts.models import Brand, Hours, Member, Team
from egards.accounts.models import Place as Store
from egards.conversations.actions.saved_replies import save_reply
from egards.demo.plan.moments import ANSWER_MINUTES, FIRST_ANSWER_MINUTES, STORES, WEEK
from egards.demo.words.nouns import Member as Colleague
from egards.demo.words.people import members, places
from egards.touchpoints.actions import configure_sending, open_touchpoint, touchpoint_of_kind
from egards.touchpoints.models import Touchpoint

DOMAIN = "lindelle.example"
NAME = "Maison Lindelle"
FACTS = BrandFacts(
    name=NAME,
    site=f"https://{DOMAIN}",
    phone="02 61 91 04 00",
    email=f"bonjour@{DOMAIN}",
    postal_address="Maison Lindelle, 4 quai des Ajoncs, 44000 Nantes",
    mediator="Médiation du meuble et du linge, 12 rue du Pont, 44000 Nantes, https://mediation.example",
    legal_notice="Maison Lindelle, société coopérative, 4 quai des Ajoncs, 44000 Nantes. Maison inventée.",
    privacy_notice="Nous gardons vos messages trois ans, pour vous répondre et pour apprendre de ce que vous dites.",
)
#: Where stores and the workshop are, and their telephone: streets are invented, numbers kept for fiction.
STREETS = {
    "nantes": ("4 quai des Ajoncs, 44000 Nantes", "02 61 91 04 21"),
    "rennes": ("18 rue des Lavandières, 35000 Rennes", "02 61 91 04 22"),
    "angers": ("7 place du Tilleul-Vert, 49000 Angers", "02 61 91 04 25"),
    "bordeaux": ("31 cours des Gabares, 33000 Bordeaux", "05 36 49 04 24"),
    "lyon": ("12 rue du Métier-à-Bras, 69002 Lyon", "04 65 71 04 23"),
    "lille": ("5 rue de la Filature-Douce, 59000 Lille", "03 53 01 04 26"),
    "montpellier": ("22 allée des Micocouliers, 34000 Montpellier", "04 65 71 04 27"),
    "atelier": ("3 chemin de la Corderie, 49300 Cholet", ""),
}
#: What everybody may send, made their own: a title, a shortcut, a text.
REPLIES = (
    (
        "Colis en retard",
        "retard",
        "Bonjour {client},\n\nVotre colis a pris du retard, et c’est à nous de vous le dire. Je prends des nouvelles"
        " auprès du transporteur et je vous écris avant ce soir.",
    ),
    (
        "Pièce manquante",
        "piece",
        "Bonjour {client},\n\nLa pièce qui manque part de l’atelier, sans attendre de photo. Vous la recevrez sous"
        " trois jours.",
    ),
    (
        "Retour gratuit",
        "retour",
        "Bonjour {client},\n\nVous pouvez nous le rendre sans frais : le transporteur passe chez vous au jour que vous"
        " choisissez.",
    ),
    (
        "Remboursement parti",
        "rembourse",
        "Bonjour {client},\n\nVotre remboursement est parti aujourd’hui. Il arrive sur votre compte sous cinq jours"
        " ouvrés.",
    ),
)


@dataclass
class House:
    """Who works at Maison Lindelle, and where customers speak to them."""

    brand: Brand
    members: dict[str, Member]
    stores: dict[str, Store]

    @property
    def keeper(self) -> Member:
        """Who keeps the house's settings."""
        return self.members[_keeper()]

    @property
    def address(self) -> str:
        """Where customers write."""
        return FACTS.email

    @cached_property
    def mailbox(self) -> Touchpoint:
        """The mailbox. Nobody proves its address: what would leave is held, and shown on its page."""
        return touchpoint_of_kind(brand=self.brand, kind="mail", name="E-mail")

    @cached_property
    def page(self) -> Touchpoint:
        """The contact page."""
        return touchpoint_of_kind(brand=self.brand, kind="form", name="Page de contact")

    def mailbox_of(self, store: str) -> Touchpoint:
        """The mailbox of one store, whose letters are its own."""
        return self.touchpoint("mail", f"E-mail, {self.stores[store].name}", store)

    def touchpoint(self, kind: str, name: str, store: str = "") -> Touchpoint:
        """Return the touchpoint of that kind and name, opened if it is not there yet."""
        found = Touchpoint.objects.filter(brand=self.brand, kind=kind, name=name).first()
        place = self.stores[store] if store else None
        return found or open_touchpoint(brand=self.brand, kind=kind, name=name, place=place)


@transaction.atomic
def move_in(passwords: Mapping[str, str]) -> House:
    """Bring Maison Lindelle in, all at once or not at all. ``passwords``: by login, for everybody who works there."""
    everybody = {colleague.login: _member(colleague, passwords[colleague.login]) for colleague in members()}
    keeper = everybody[_keeper()]
    give_role(member=keeper, name="admin")
    brand = add_brand(facts=FACTS, by=keeper)
    promise_answers(brand=brand, within_minutes=ANSWER_MINUTES, first_within_minutes=FIRST_ANSWER_MINUTES, by=keeper)
    hours = _hours(brand, "Service clients", WEEK, keeper)
    choose_hours(brand=brand, hours=hours, phone_hours=hours, by=keeper)
    team = add_team(brand=brand, name="Service clients", by=keeper)
    choose_team(brand=brand, team=team, by=keeper)
    stores = {place.key: add_place(brand=brand, name=place.name, by=keeper) for place in places()}
    opening = _hours(brand, "Magasins", STORES.week, keeper)
    for key, (street, phone) in STREETS.items():
        at, hours_there = stores[key], opening if key != "atelier" else None
        update_place(place=at, name=at.name, phone=phone, postal_address=street, hours=hours_there, by=keeper)
    for colleague in members():
        _give_role(colleague, everybody[colleague.login], brand, team, stores, keeper)
    for title, shortcut, text in REPLIES:
        save_reply(brand=brand, title=title, shortcut=shortcut, text=text, by=keeper)
    house = House(brand, everybody, stores)
    send_from(house.mailbox, FACTS.email, NAME, keeper)
    house.touchpoint("phone", "Téléphone")
    return house


def found_house() -> House | None:
    """Return Maison Lindelle as it already lives here, or None."""
    brand = Brand.objects.filter(name=NAME).first()
    if brand is None:
        return None
    everybody = {member.email.partition("@")[0]: member for member in Member.objects.all()}
    by_name = {store.name: store for store in Store.objects.filter(brand=brand)}
    return House(brand, everybody, {place.key: by_name[place.name] for place in places()})


def _keeper() -> str:
    return next(colleague.login for colleague in members() if colleague.role == "admin")


def address_of(store: str) -> str:
    """Return where customers write to one store."""
    return f"{store}@{DOMAIN}"


def send_from(mailbox: Touchpoint, address: str, name: str, by: Member) -> None:
    """Say from where a mailbox writes, and by which relay."""
    relay = {"host": f"relais.{DOMAIN}", "port": 587, "security": "starttls", "username": ""}
    sending = {"address": address, "sender_name": name, "plus_addresses": True} | relay
    configure_sending(touchpoint=mailbox, settings=sending, secrets={}, by=by)


def _member(colleague: Colleague, password: str) -> Member:
    return add_member(
        email=f"{colleague.login}@{DOMAIN}",
        name=colleague.name,
        password=password,
        phone=colleague.phone,
    )


def _give_role(
    colleague: Colleague, member: Member, brand: Brand, team: Team, stores: dict[str, Store], keeper: Member
) -> None:
    if colleague.role == "admin":
        return
    place = stores[colleague.place] if colleague.role == "store" else None
    ours = team if colleague.role in ("adviser", "manager") else None
    give_role(member=member, name=colleague.role, brand=brand, place=place, team=ours, by=keeper)


def _hours(brand: Brand, name: str, week: object, keeper: Member) -> Hours:
    made = add_hours(brand=brand, name=name, by=keeper)
    assert isinstance(week, dict)
    slots: dict[int, list[tuple[time, time]]] = {day: list(open_at) for day, open_at in week.items()}
    set_hours(hours=made, week=slots, zone="Europe/Paris", subdivision="", closures=[], by=keeper)
    return made
