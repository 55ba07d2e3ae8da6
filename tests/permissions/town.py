"""Two brands and three corners (a brand at large, a place of it, a place of the other), with one of everything in each,
and everybody who might look at it.

A new route with an argument: add what to put there to ``OBJECTS``. One that asks for a field: add it to ``FIELDS``
(or to ``PLAIN`` when no row stands behind it). One that takes a form or a JSON body: add it to ``BODIES``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import TypeVar
from uuid import UUID, uuid4

from egards.accounts.actions import add_member, brand_named, place_named
from egards.accounts.models import Brand, Place
from egards.api.models import EVENTS, WebhookEndpoint
from egards.api.sealing import new_secret, seal
from egards.conversations.models import Conversation
from egards.customers.actions import merge_customers, split_handle
from egards.customers.models import Customer, Identity, Resemblance
from egards.intake.pipeline import process_waiting
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Arrival, Attachment, Interaction, Outcome
from egards.interactions.models import Delivery as Outgoing
from egards.interactions.outbox import put_out
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.hooks import open_hook
from egards.touchpoints.models import Touchpoint
from egards.understanding.correcting import correct_reading
from egards.understanding.models import Correction, Reading
from egards.understanding.rules import Say
from tests.builders import posted
from tests.cast import PASSWORD
from tests.permissions import panes_town, public_town, settings_town
from tests.permissions.corner import Body, Corner
from tests.permissions.visitors import Program, Visitor, all_programs, everybody

Found = TypeVar("Found")
BUTTON_SECRET = "un secret de trente-deux caractères au moins"


def _whoever(look: Callable[[], Found]) -> Callable[[Corner], Found]:
    """What strangers' pages need is the same in every corner."""
    return lambda _corner: look()


#: Address up to an argument → what stands there in a corner.
OBJECTS: Mapping[str, Callable[[Corner], object]] = {
    "echanges/<uuid:pk>": lambda c: c.word.pk,
    "corrections/<uuid:pk>": lambda c: c.correction.pk,
    "pieces/<uuid:pk>": lambda c: c.attachment.pk,
    "pouls/lecture/versions/<int:number>": lambda c: 0,  # the engine as shipped: the same for every corner
    "clients/<uuid:pk>": lambda c: c.customer.pk,
    "reunions/<uuid:pk>": lambda c: c.merge.pk,
    "separations/<uuid:pk>": lambda c: c.split.pk,
    "ressemblances/<uuid:pk>": lambda c: c.alike.pk,
    "points-de-contact/<uuid:pk>": lambda c: c.posts.pk,
    "quarantaine/<uuid:pk>": lambda c: c.held.pk,
    "sortants/<uuid:pk>": lambda c: c.letter.pk,
    "entree/<slug:slug>": lambda c: c.button.slug,
    "api/v1/interactions/<interaction_id>": lambda c: c.word.pk,
    "api/v1/arrivals/<arrival_id>": lambda c: c.held.pk,
    "api/v1/customers/<customer_id>": lambda c: c.customer.pk,
    **settings_town.OBJECTS,
    **panes_town.OBJECTS,
    **{address: _whoever(look) for address, look in public_town.OBJECTS.items()},
}

#: Arguments of libraries that guard themselves: no row of ours stands behind them.
LIBRARIES: Mapping[str, object] = {
    "account_confirm_email:key": "une-autre-cle",
    "account_reset_password_from_key:uidb36": "0",
    "account_reset_password_from_key:key": "une-autre-cle",
    "compte/2fa/webauthn/keys/<int:pk>": 1,
    "debut/<str:token>": "cle-d-une-maison-neuve",  # dead for everybody once there is a member
}


def _whole(corner: Corner) -> object:
    """The place of a corner, or its brand at large: what a list or a figure may be narrowed to."""
    return corner.place.pk if corner.place else corner.brand.pk


#: ``route?field`` → the row that the field names in a corner: asked for in the query, or in the form.
FIELDS: Mapping[str, Callable[[Corner], object]] = {
    "presence?conversation": lambda c: _conversation_of(c.word),
    "notices?ref": lambda c: _conversation_of(c.word),
    "words?point": lambda c: c.posts.pk,
    "words?ou": _whole,
    "pulse?ou": _whole,
    "pulse_export?ou": _whole,
    "customers?apres": lambda c: c.customer.pk,
    "quarantine?apres": lambda c: c.held.pk,
    "outgoing?apres": lambda c: c.letter.pk,
    "customer_merge?other": lambda c: c.other.pk,
    "customer_split?handle": lambda c: _phone_of(c.customer),
    "customer_confirm?handle": lambda c: _phone_of(c.customer),
    "search?point": lambda c: c.posts.pk,
    "api:interactions?after": lambda c: c.word.pk,
    "api:interactions?touchpoint": lambda c: c.posts.slug,
    **settings_town.FIELDS,
    **panes_town.FIELDS,
}

#: ``route?field`` → values that name no row: filters, searches, cursors (a moment and an id to go on from).
PLAIN: Mapping[str, tuple[str, ...]] = {
    **panes_town.PLAIN,
    "word_reading?dans": ("00000000-0000-7000-8000-000000000000", "faux"),
    "correction_undo?dans": ("faux",),
    "presence?state": ("reads", "faux"),
    "presence?screen": ("0a0a0a0a", "faux"),
    "words?ton": ("n2", "ambigu", "faux"),
    "words?du": ("2026-11-01", "faux"),
    "words?au": ("2026-11-30", "9999-99-99"),
    "words?theme": ("delai", "faux"),
    "words?reponse": ("demande", "tenue", "manquee", "faux"),
    "pulse?periode": ("jour", "28", "faux"),
    "pulse_export?periode": ("jour", "28", "faux"),
    "words?avant": ("1700000000000000-00000000000070008000000000000000", "faux"),
    "search?q": ("colis", "odile", "partage@client.example"),
    "search?periode": ("30", "faux"),
    "search?sens": ("recus", "envoyes", "faux"),
    "search?ton": ("n2", "ambigu", "faux"),
    "search?theme": ("delai", "faux"),
    "search?debut": ("oui",),
    "customer_confirm?retirer": ("1",),
    "resemblance_decide?depuis": ("faux",),
    "resemblance_decide?verdict": ("une", "deux", "rouvrir", "faux"),
    "search?avant": ("1700000000000000-00000000000070008000000000000000", "faux"),
    "customers?q": ("odile", "partage@client.example"),
    "customers?noms": ("sans",),
    "customer?reunir": ("odile", "partage@client.example"),
    "customer?avant": ("1900000000000000-00000000000070008000000000000000",),
    "outgoing?etat": ("retenus", "partis"),
    "rules?le": ("2026-01-01", "faux"),
    "api:interactions?since": ("2020-01-01T00:00:00+00:00",),
    "api:interactions?limit": ("1",),
    "api:customer_timeline?limit": ("1",),
    "api:customer_timeline?after": ("faux",),
}


def _signed(corner: Corner) -> Body:
    press = json.dumps({"score": 5, "at": 1_790_000_000, "comment": "Merci"}).encode()
    signature = hmac.new(BUTTON_SECRET.encode(), press, hashlib.sha256).hexdigest()
    return Body(press, "application/json", {"X-Button-Signature": signature})


def _posted_letter(corner: Corner) -> Body:
    """A letter as Postmark posts it, with the word of a hook opened for it."""
    word = open_hook(touchpoint=corner.button, provider="postmark", by=None)
    who = {"Email": "lea@client.example", "Name": "Léa", "MailboxHash": ""}
    letter = {"FromFull": who, "ToFull": [who], "CcFull": [], "BccFull": [], "Headers": [], "Attachments": []}
    letter |= {"MessageID": str(uuid4()), "Date": "Mon, 23 Nov 2026 10:00:00 +0100", "TextBody": "Bonjour"}
    secret = base64.b64encode(f"egards:{word}".encode()).decode()
    return Body(json.dumps(letter).encode(), "application/json", {"Authorization": f"Basic {secret}"})


def _form(form: Callable[[Corner], Mapping[str, str]]) -> Callable[[Corner], Body]:
    return lambda corner: Body(form(corner))


#: What a route takes, other than an empty form.
BODIES: Mapping[str, Callable[[Corner], Body]] = {
    "word_reading": lambda c: Body({"lecture": str(c.correction.reading_id), "ton": "negative"}),
    "door": _signed,
    "mail_hook": _posted_letter,
    "presence": lambda c: Body({"conversation": str(_conversation_of(c.word))}),
    "customer_merge": lambda c: Body({"other": str(c.other.pk)}),
    "customer_split": lambda c: Body({"handle": str(_phone_of(c.customer))}),
    **{name: _form(form) for name, form in panes_town.FORMS.items()},
    "customer_confirm": lambda c: Body({"handle": str(_phone_of(c.customer))}),
    "resemblance_decide": lambda c: Body({"verdict": "deux"}),
    "api:post_interaction": lambda c: Body(json.dumps({"text": "Bonjour"}).encode(), "application/json"),
    "api:post_interactions": lambda c: Body(json.dumps([{"text": "Bonjour"}]).encode(), "application/json"),
    **{route: _form(_whoever(fill)) for route, fill in public_town.BODIES.items()},
}


@dataclass(frozen=True)
class Town:
    """Everything to walk, and everybody who walks."""

    corners: tuple[Corner, ...]
    visitors: tuple[Visitor, ...]
    programs: tuple[Program, ...]
    shared: tuple[Customer, ...]

    def visitor(self, name: str) -> Visitor:
        """Return somebody by name."""
        return next(v for v in self.visitors if v.name == name)


def build_town() -> Town:
    """Build it all through the house's own doors and verbs."""
    north, south = brand_named(name="Boréal"), brand_named(name="Zénith")
    market = place_named(brand=north, name="Halle trampoline")
    harbour = place_named(brand=south, name="Quai parapluie")
    elsewhere = place_named(brand=north, name="Autre lieu")
    corners = (
        _corner(north, None, said="moustiquaire", called="tournesol"),
        _corner(north, market, said="grenadine", called="trampoline"),
        _corner(south, harbour, said="zibeline", called="parapluie"),
    )
    shared = _bridge(corners[0], corners[2])
    public_town.open_counter()
    visitors = everybody(north, south, market, harbour, elsewhere)
    return Town(corners, tuple(visitors), tuple(all_programs(north, south)), shared)


def _corner(brand: Brand, place: Place | None, *, said: str, called: str) -> Corner:
    posts = open_touchpoint(brand=brand, kind="api", name=f"Programme {called}", place=place)
    box = open_touchpoint(brand=brand, kind="mail", name=f"Courriel {called}", place=place)
    settings = {"secret": BUTTON_SECRET}
    button = open_touchpoint(brand=brand, kind="example", name=f"Bouton {called}", place=place, settings=settings)
    number = 600_000_000 + int(hashlib.sha256(said.encode()).hexdigest(), 16) % 99_000_000
    people = ("deux", "autre", "unie", "jointe", "scindee")
    words = [_posted(said, who, f"0{number + i}") for i, who in enumerate(people)]
    words.append(posted(f"Encore ce colis {said}.", email=f"scindee@{said}.example"))
    took = receive(touchpoint=posts, deliveries=[Delivery(raw) for raw in words])
    (mail,) = receive(touchpoint=box, deliveries=[Delivery(_mail(said))])
    (held,) = receive(touchpoint=posts, deliveries=[Delivery(f'{{"illisible": "{said}"'.encode())])
    process_waiting()
    deux, autre, unie, jointe, scindee, _again = (_customer_of(r.arrival_id) for r in took)
    word = _word_of(mail.arrival_id)
    assert word is not None
    phone = Identity.objects.get(customer=scindee, handle__kind="phone").handle
    return Corner(
        brand=brand,
        place=place,
        said=said,
        called=called,
        posts=posts,
        button=button,
        word=word,
        attachment=Attachment.objects.get(interaction=word),
        correction=_correction(word),
        customer=deux,
        other=autre,
        merge=merge_customers(kept=unie, joined=jointe, by=None),
        split=split_handle(customer=scindee, handle=phone, by=None),
        alike=Resemblance.objects.create(customer=deux, other=autre, handle_id=_phone_of(deux)),
        held=Arrival.objects.get(pk=held.arrival_id),
        letter=_letter(box, deux, said),
        webhook=_webhook(brand, called),
        kept=settings_town.keep(brand, number % 1000),
    )


def _correction(word: Interaction) -> Correction:
    """What somebody said of the reading of a word, to be undone."""
    reading = Reading.objects.get(content_id=word.pk, is_current=True)
    somebody = add_member(email=f"{word.pk}@maison.example", name="Relecture", password=PASSWORD)
    return correct_reading(reading=reading, say=Say("negative", ("delivery",), ()), by=somebody)


def _posted(said: str, who: str, phone: str) -> bytes:
    text = f"Mon colis {said} n’est pas arrivé, {who}."
    name = f"Zoé Odile {who.capitalize()} {said}"
    return posted(text, id=f"{said}-{who}", email=f"{who}@{said}.example", phone=phone, name=name)


def _mail(said: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"Odile {said} <odile@{said}.example>"
    mail["To"] = "bonjour@maison.example"
    mail["Subject"] = f"Mon colis {said}"
    mail["Date"] = "Fri, 20 Nov 2026 12:00:00 +0000"
    mail["Message-ID"] = f"<un@{said}.example>"
    mail.set_content(f"Le colis {said} est cassé.")
    mail.add_alternative(f"<p>Le colis <b>{said}</b><script>alert(1)</script> est cassé.</p>", subtype="html")
    mail.add_attachment(f"<script>{said}</script>".encode(), "text", "html", filename=f"{said}.html")
    return mail.as_bytes()


def _letter(box: Touchpoint, customer: Customer, said: str) -> Outgoing:
    """A letter of ours, held back: nobody has proved an address here."""
    handle = Identity.objects.get(customer=customer, handle__kind="email", ended_at=None).handle
    answer = f"Votre colis {said} est retrouvé."
    word = put_out(touchpoint=box, permit_id=uuid4(), handle=handle, subject=f"Re : {said}", text=answer)
    Outgoing.objects.filter(interaction=word).update(state=Outgoing.State.HELD, next_at=None)
    return Outgoing.objects.get(interaction=word)


def _webhook(brand: Brand, called: str) -> WebhookEndpoint:
    return WebhookEndpoint.objects.create(
        brand=brand, url=f"https://{called}.example/", sealed_secret=seal(new_secret()), events=list(EVENTS)
    )


def _word_of(arrival_id: UUID) -> Interaction | None:
    return Outcome.objects.get(pk=arrival_id).interaction


def _customer_of(arrival_id: UUID) -> Customer:
    word = _word_of(arrival_id)
    assert word is not None
    return Customer.objects.get(timeline__ref=word.pk)


def _conversation_of(word: Interaction) -> UUID:
    return Conversation.objects.get(turns__interaction=word).pk


def _phone_of(customer: Customer) -> UUID:
    return Identity.objects.get(customer=customer, handle__kind="phone", ended_at=None).handle_id


def _bridge(ours: Corner, theirs: Corner) -> tuple[Customer, ...]:
    """Two people known in both corners, who resemble each other by a card that was shown in the second one only."""
    first, second = "partage@client.example", "double@client.example"
    for corner in (ours, theirs):
        words = [
            posted(f"Une lampe {corner.said} pour {who}.", email=who, name="Odile Partage") for who in (first, second)
        ]
        receive(touchpoint=corner.posts, deliveries=[Delivery(raw) for raw in words])
    card = f"{theirs.said}-7"
    shown = [
        posted(f"Ma carte {theirs.said}, {who}.", email=who, loyalty=card, name="Odile") for who in (first, second)
    ]
    receive(touchpoint=theirs.posts, deliveries=[Delivery(raw) for raw in shown])
    process_waiting()
    return tuple(Customer.objects.filter(identities__handle__value__in=(first, second)).order_by("id"))
