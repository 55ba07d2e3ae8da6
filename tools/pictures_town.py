"""A small written town for `make screenshots`: five weeks of Maison Lindelle, through the house's own doors and verbs.

Run in a house of its own by tools/screenshots.py; prints, as JSON, the addresses to photograph. Everybody here is
invented: numbers are those kept for fiction, domains end in .example.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import django

django.setup()

import time_machine  # noqa: E402
from django.urls import reverse  # noqa: E402

from egards.accounts.actions.brands import BrandFacts, add_brand, choose_hours, choose_team  # noqa: E402
from egards.accounts.actions.hours import add_hours, set_hours  # noqa: E402
from egards.accounts.actions.members import add_member  # noqa: E402
from egards.accounts.actions.places import add_place, add_team  # noqa: E402
from egards.accounts.actions.roles import give_role  # noqa: E402
from egards.accounts.models import Brand, Member, Team  # noqa: E402
from egards.consent.loading import load_pack  # noqa: E402
from egards.conversations.actions.calls import log_call  # noqa: E402
from egards.conversations.actions.delivering import left  # noqa: E402
from egards.conversations.actions.drafts import save_draft, send_draft  # noqa: E402
from egards.conversations.actions.leaving import leave  # noqa: E402
from egards.conversations.actions.links import give_link  # noqa: E402
from egards.conversations.actions.notes import keep_note  # noqa: E402
from egards.conversations.actions.promises import keep_promise, make_promise, settle_due  # noqa: E402
from egards.conversations.actions.saved_replies import save_reply  # noqa: E402
from egards.conversations.actions.states import assign, name_need, resolve  # noqa: E402
from egards.conversations.models import Conversation, Draft, Link, Promise, Turn  # noqa: E402
from egards.conversations.tokens import link_token  # noqa: E402
from egards.intake.pipeline import process_waiting  # noqa: E402
from egards.interactions.doors import Delivery, receive  # noqa: E402
from egards.interactions.models import Mode, Outcome  # noqa: E402
from egards.interactions.nowhere import lead_nowhere_when  # noqa: E402
from egards.interactions.sending import send_due  # noqa: E402
from egards.measures.actions import recount_all  # noqa: E402
from egards.touchpoints.actions import configure_sending, open_touchpoint, touchpoint_of_kind  # noqa: E402
from egards.touchpoints.kinds.form import PostedForm  # noqa: E402
from egards.touchpoints.models import Touchpoint  # noqa: E402
from tools.pictures_words import ANSWERS, NAMES, WORDS  # noqa: E402

PASSWORD = "une phrase de passe pour la photo"
PARIS = ZoneInfo("Europe/Paris")
WEEKS = 5
#: Odile's story is written apart.
OTHERS = NAMES[1:]
A_DAY = 3
COMMENTS = 420


@dataclass(frozen=True)
class House:
    """Who works at Maison Lindelle, and where customers speak to them."""

    brand: Brand
    ines: Member
    camille: Member
    yann: Member
    mailbox: Touchpoint
    page: Touchpoint


def main() -> None:
    """Build the town and say where to stand."""
    lead_nowhere_when(lambda: True)
    load_pack()
    now = datetime.now(UTC)
    house = settle(now - timedelta(weeks=WEEKS))
    chance = random.Random(7)
    for day in range(WEEKS * 7, 0, -1):
        live_a_day(house, now - timedelta(days=day), chance)
    comments(house, now, chance)
    hero = odile(house, now)
    this_morning(house, now, chance)
    with time_machine.travel(now, tick=False):
        settle_due()
        recount_all()
    print(json.dumps(addresses(house, hero)))


BRAND = BrandFacts(
    name="Maison Lindelle",
    site="https://lindelle.example",
    phone="02 61 91 04 00",
    email="bonjour@lindelle.example",
    postal_address="Maison Lindelle, 4 quai des Ajoncs, 44000 Nantes",
    mediator="Médiation du meuble, 12 rue du Pont, 75000 Paris, https://mediation.example",
    legal_notice="Maison Lindelle, société coopérative, Nantes.",
    privacy_notice="Nous gardons vos messages trois ans pour vous répondre.",
)
REPLIES = (
    ("Colis en retard", "retard", "Bonjour {client}, votre colis a pris du retard, et c’est à nous de vous le dire."),
    ("Pièce manquante", "piece", "Bonjour {client}, la pièce qui manque part ce soir de l’atelier."),
)


def settle(at: datetime) -> House:
    """Bring everybody in: a keeper, two advisers, hours, a team, a store."""
    with time_machine.travel(at, tick=False):
        yann = add_member(email="yann@lindelle.example", name="Yann Le Guellec", password=PASSWORD)
        give_role(member=yann, name="admin")
        brand = add_brand(facts=BRAND, by=yann)
        team = add_team(brand=brand, name="Service clients", by=yann)
        choose_team(brand=brand, team=team, by=yann)
        add_place(brand=brand, name="Magasin de Nantes", by=yann)
        _open_hours(brand, yann)
        ines = _adviser("ines", "Inès Chaumeil", "02 61 91 04 13", team, yann)
        camille = _adviser("camille", "Camille Vasseur", "02 61 91 04 12", team, yann)
        for title, shortcut, text in REPLIES:
            save_reply(brand=brand, title=title, shortcut=shortcut, text=text, by=yann)
        page = touchpoint_of_kind(brand=brand, kind="form", name="Page de contact")
        return House(brand, ines, camille, yann, _mailbox(brand), page)


def _open_hours(brand: Brand, by: Member) -> None:
    hours = add_hours(brand=brand, name="Service clients", by=by)
    week = {day: [(time(9), time(12, 30)), (time(13, 30), time(18))] for day in range(1, 6)} | {
        6: [(time(9), time(12))]
    }
    set_hours(hours=hours, week=week, zone="Europe/Paris", subdivision="", closures=[], by=by)
    choose_hours(brand=brand, hours=hours, phone_hours=hours, by=by)


def _adviser(login: str, name: str, phone: str, team: Team, by: Member) -> Member:
    member = add_member(email=f"{login}@lindelle.example", name=name, password=PASSWORD, phone=phone)
    give_role(member=member, name="adviser", brand=team.brand, team=team, by=by)
    return member


def _mailbox(brand: Brand) -> Touchpoint:
    """Nobody proves its address, and nobody is real: what leaves goes nowhere, and is shown as such."""
    mailbox = open_touchpoint(brand=brand, kind="mail", name="E-mail")
    relay = {"host": "relais.lindelle.example", "port": 587, "security": "starttls", "username": ""}
    configure_sending(
        touchpoint=mailbox, settings={"address": brand.email, "sender_name": brand.name} | relay, secrets={}
    )
    return mailbox


def live_a_day(house: House, day: datetime, chance: random.Random) -> None:
    """Some customers write, and are answered: most in time, some too late, a few by telephone."""
    for at in sorted(moments(day, chance)):
        name, email = chance.choice(OTHERS)
        subject, text = chance.choice(WORDS)
        conversation = write(house, name, email, subject, text, at, by_mail=chance.random() < 0.6)
        if conversation is None:
            continue
        adviser = chance.choice((house.ines, house.camille))
        after = chance.choice((0.4, 0.8, 1.5, 3, 5, 26))
        if day < datetime.now(UTC) - timedelta(days=2) or chance.random() < 0.85:
            answer(conversation, adviser, chance.choice(ANSWERS), at + timedelta(hours=after), Draft.Then.RESOLVED)


def comments(house: House, now: datetime, chance: random.Random) -> None:
    """What was said after deliveries, poured in as an archive: nothing is promised, and it is read all the same."""
    touchpoint = open_touchpoint(brand=house.brand, kind="api", name="Avis après livraison")
    deliveries = []
    for number in range(COMMENTS):
        name, email = chance.choice(OTHERS)
        _subject, text = chance.choice(WORDS)
        at = now - timedelta(days=chance.triangular(0, WEEKS * 7, 3), hours=1)
        party = {"role": "author", "kind": "email", "value": email, "name": name}
        word = {"id": f"avis-{number}", "text": text, "happened_at": at.isoformat(), "parties": [party]}
        deliveries.append(Delivery(json.dumps(word).encode()))
    receive(touchpoint=touchpoint, deliveries=deliveries, mode=Mode.ARCHIVE)
    process_waiting()


def moments(day: datetime, chance: random.Random) -> Iterator[datetime]:
    """When customers write on a day: more in the week than on Sunday."""
    local = day.astimezone(PARIS)
    how_many = chance.randint(1, A_DAY if local.isoweekday() < 7 else 2)
    for _ in range(how_many):
        hour, minute = chance.randint(8, 17), chance.randint(0, 59)
        yield datetime.combine(local.date(), time(hour, minute), PARIS).astimezone(UTC)


def write(
    house: House, name: str, email: str, subject: str, text: str, at: datetime, *, by_mail: bool, phone: str = ""
) -> Conversation | None:
    """Let somebody write, by mail or on the contact page; return what it opened or joined."""
    raw = _letter(name, email, subject, text, at) if by_mail else _form(name, email, subject, text, phone)
    touchpoint = house.mailbox if by_mail else house.page
    with time_machine.travel(at, tick=False):
        (received,) = receive(touchpoint=touchpoint, deliveries=[Delivery(raw)], received_at=at)
        process_waiting()
        outcome = Outcome.objects.get(pk=received.arrival_id)
        turn = Turn.objects.filter(interaction=outcome.interaction).select_related("conversation").first()
    return turn.conversation if turn else None


def _letter(name: str, email: str, subject: str, text: str, at: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"] = f'"{name}" <{email}>'
    mail["To"] = "bonjour@lindelle.example"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{uuid4().hex}@{email.partition('@')[2]}>"
    mail.set_content(text)
    return mail.as_bytes()


def _form(name: str, email: str, subject: str, text: str, phone: str) -> bytes:
    form = PostedForm(id=uuid4().hex, name=name, email=email, subject=subject, text=text, phone=phone)
    return form.model_dump_json(exclude_defaults=True).encode()


def answer(
    conversation: Conversation,
    by: Member,
    text: str,
    at: datetime,
    then: Draft.Then = Draft.Then.WAITING,
    *,
    promised: str = "",
    promised_by: datetime | None = None,
) -> None:
    """Let a colleague take it, answer, and the answer leave."""
    if at > datetime.now(UTC):
        return
    with time_machine.travel(at, tick=False):
        assign(conversation=conversation, by=by, owner=by)
        conversation.refresh_from_db()
        draft = save_draft(
            conversation=conversation, member=by, text=text, then=then, promised=promised, promised_by=promised_by
        )
        send_draft(draft=draft, by=by, seen_version=conversation.version)
    with time_machine.travel(at + timedelta(seconds=11), tick=False):
        word = leave(draft_id=draft.pk)
        send_due()
        if word is not None:
            left(interaction_id=word.pk)
        settle_due()


def odile(house: House, now: datetime) -> Conversation:
    """Odile Aubin's table: a leg that is split, a promise kept, a note, a call, and what is still to come."""
    who = ("Odile Aubin", "odile.aubin@courriel.example")
    at = now - timedelta(days=5, hours=2)
    told = (
        "Bonjour,\n\nJe viens d’ouvrir le carton de ma table Ajonc : un des pieds est fendu sur toute la hauteur."
        " L’emballage était pourtant intact. Je reçois du monde samedi.\n\nOdile Aubin"
    )
    subject = "Table Ajonc, un pied fendu"
    conversation = write(house, *who, subject, told, at, by_mail=False, phone="06 39 98 41 27")
    assert conversation is not None
    soon = now + timedelta(hours=5)
    said = (
        "Bonjour Madame Aubin, je suis désolée pour ce pied. Un neuf part ce soir de l’atelier, sans attendre le"
        " retour du premier. Je garde votre dossier jusqu’au bout.\n\nInès Chaumeil, 02 61 91 04 13"
    )
    answer(conversation, house.ines, said, at + timedelta(hours=1), promised="un pied neuf", promised_by=soon)
    with time_machine.travel(at + timedelta(hours=2), tick=False):
        name_need(conversation=conversation, need="Pied de table fendu, à remplacer", by=house.ines)
        keep_note(
            conversation=conversation, by=house.camille, text="Même lot que le carton rendu lundi : atelier prévenu."
        )
    with time_machine.travel(now - timedelta(days=2), tick=False):
        log_call(
            conversation=conversation,
            by=house.ines,
            outcome="reached",
            text="Le pied est arrivé, il va bien. Reste un sachet de vis à envoyer.",
        )
        for promise in Promise.objects.filter(conversation=conversation, kind="other"):
            keep_promise(promise=promise, by=house.ines)
    back = (
        "Bonjour Inès, vous avez été très gentille, et le pied est parfait. Mais le sachet de vis n’est toujours pas"
        " là, et c’est la deuxième fois que je l’explique. Si ce n’est pas réglé samedi, je préfère tout vous rendre."
    )
    _reply(house, conversation, who, back, now - timedelta(minutes=95))
    _promise_today(house, conversation, now)
    return conversation


def _promise_today(house: House, conversation: Conversation, now: datetime) -> None:
    with time_machine.travel(now - timedelta(minutes=20), tick=False):
        make_promise(
            conversation=conversation,
            by=house.ines,
            kind=Promise.Kind.OTHER,
            what="le sachet de vis, par coursier",
            due_at=now + timedelta(hours=2),
        )


def _reply(house: House, conversation: Conversation, who: tuple[str, str], text: str, at: datetime) -> None:
    """The customer goes on from their own follow-up page."""
    with time_machine.travel(at, tick=False):
        turn = Turn.objects.filter(conversation=conversation).select_related("link").order_by("at")[0]
        link = turn.link or give_link(conversation=conversation, level=Link.Level.SCREEN)
        form = PostedForm(id=uuid4().hex, text=text, email=who[1], name=who[0], reply_token=link_token(link))
        raw = form.model_dump_json(exclude_defaults=True).encode()
        receive(touchpoint=house.page, deliveries=[Delivery(raw)], received_at=at)
        process_waiting()


def this_morning(house: House, now: datetime, chance: random.Random) -> None:
    """What waits today, so that the queue has something to show."""
    for index, (subject, text) in enumerate(chance.sample(WORDS, 7)):
        name, email = OTHERS[index * 3 % len(OTHERS)]
        at = now - timedelta(minutes=25 + 47 * index)
        conversation = write(house, name, email, subject, text, at, by_mail=index % 2 == 0)
        if conversation is not None and index in (1, 4):
            with time_machine.travel(at + timedelta(minutes=9), tick=False):
                assign(conversation=conversation, by=house.ines, owner=house.ines)
        if conversation is not None and index == 5:
            with time_machine.travel(at + timedelta(minutes=12), tick=False):
                resolve(conversation=conversation, by=house.camille, without_answer=True)


def addresses(house: House, hero: Conversation) -> dict[str, str]:
    """Where to stand for each picture."""
    link = Link.objects.filter(conversation=hero).order_by("made_at")[0]
    assert hero.customer is not None
    return {
        "contact": reverse("contact"),
        "suivi": reverse("follow_up", args=[link_token(link)]),
        "file": f"{reverse('conversations')}?vue=all",
        "conversation": f"{reverse('conversation', args=[hero.pk])}?vue=all",
        "echanges": reverse("words"),
        "clients": reverse("customers"),
        "client": reverse("customer", args=[hero.customer.pk]),
        "recherche": f"{reverse('search')}?q=vis",
        "pouls": reverse("pulse"),
        "points-de-contact": reverse("touchpoints"),
        "sortants": reverse("outgoing"),
        "reglages": reverse("settings"),
        "regles": reverse("rules"),
        "planche": reverse("specimen"),
    }


if __name__ == "__main__":
    main()
