"""What customers' pages are walked with: a brand of its own, whose page, link and file are open to whoever holds them.

Its customer says nothing of the corners, so that a leak of theirs would show.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from egards.accounts.actions import brand_named
from egards.accounts.models import Brand, Hours
from egards.consent.loading import load_pack
from egards.conversations.actions.links import give_link
from egards.conversations.models import Conversation, Link
from egards.conversations.tokens import link_token
from egards.core.clock import now
from egards.interactions.models import Attachment, Handle
from egards.public.contact import call_slots
from egards.public.form_tokens import form_token
from egards.public.taking import form_touchpoint, take_word
from egards.touchpoints.kinds.form import PostedFile, PostedForm

_NAME = "Comptoir ouvert"
_TOKEN = "suivi/<str:token>"


def open_counter() -> None:
    """Somebody asks the brand for a call, with a file, and is given the link that a letter would carry."""
    load_pack()
    brand = brand_named(name=_NAME)
    brand.phone, brand.phone_hours = "02 61 91 04 00", Hours.objects.create(brand=brand, name="Au téléphone")
    brand.save(update_fields=["phone", "phone_hours"])
    slot = call_slots(brand, now())[-1]
    word = PostedForm(
        id="0123456789abcdef",
        text="Une chaise boite.",
        email="passante@ailleurs.example",
        phone="06 39 98 41 27",
        call_from=slot.starts_at,
        call_to=slot.ends_at,
        files=[PostedFile(name="chaise.txt", data=base64.b64encode(b"une chaise").decode())],
    )
    interaction_id = take_word(touchpoint=form_touchpoint(brand), form=word)
    conversation = Conversation.objects.get(turns__interaction=interaction_id)
    handle = Handle.objects.get(kind="email", participations__interaction=interaction_id)
    give_link(conversation=conversation, level=Link.Level.MAILED, handle=handle)


def _brand() -> Brand:
    return Brand.objects.get(name=_NAME)


def _link() -> Link:
    return Link.objects.filter(conversation__brand=_brand(), level=Link.Level.MAILED).earliest("made_at")


def _file() -> UUID:
    return Attachment.objects.get(interaction__turn__conversation__brand=_brand()).pk


#: Address up to an argument → what stands there; the same in every corner.
OBJECTS: Final[Mapping[str, Callable[[], object]]] = {
    _TOKEN: lambda: link_token(_link()),
    f"{_TOKEN}/pieces/<uuid:pk>": _file,
    **{
        f"{page}/<slug:slug>": lambda: _brand().slug
        for page in ("contact", "donnees", "mentions", "mediateur", "accessibilite")
    },
}


def _drawn(purpose: str) -> str:
    return form_token(purpose, at=now() - timedelta(minutes=1))


#: What a route takes.
BODIES: Final[Mapping[str, Callable[[], Mapping[str, str]]]] = {
    "contact_of": lambda: {"form": _drawn("contact"), "write-text": "Bonjour"},
    "follow_ups": lambda: {"form": _drawn("links"), "email": "passante@ailleurs.example"},
    "follow_up": lambda: {"form": _drawn("answer"), "answer-text": "Merci."},
    "follow_up_call": lambda: {"slot": call_slots(_brand(), now())[0].starts_at.isoformat()},
}

_WRITTEN = ("write-text", "write-reach", "write-name", "write-order")

#: Fields of forms in which something is typed: they name no row, and narrow no list.
TYPED: Final[frozenset[str]] = frozenset(
    f"{route}?{field}"
    for route, fields in {
        "contact_of": ("form", "site", *_WRITTEN),
        "follow_ups": ("form", "email"),
        "follow_up": ("form", "answer-text"),
        "follow_up_call": ("slot",),
    }.items()
    for field in fields
)

#: Pages that answer anybody.
OPEN: Final[frozenset[str]] = frozenset(
    {
        *("contact", "contact_of", "follow_ups", "follow_up", "follow_up_file"),
        *(name for page in ("privacy", "legal", "mediator", "accessibility") for name in (page, f"{page}_of")),
    }
)
