"""Words written on our own contact and follow-up pages: the JSON envelope that the page's view made, kept as it came.

The envelope is made by ``egards.public`` alone, after the post was checked; no door takes it from outside. ``proved``
names the address whose own mailed link the word came through; all else that a form says of an address is a claim.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from egards.core.text import storable
from egards.touchpoints.inbound import Address, Attachment, HandleKind, Inbound, Meta, Party, Proof, Unreadable
from egards.touchpoints.kind import Kind


def _without_surrogates(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_without_surrogates)]


class PostedFile(BaseModel):
    """One file chosen in the form; ``name`` and ``type`` are the browser's claims, ``data`` is base64."""

    model_config = ConfigDict(extra="forbid")

    name: Text = Field(default="", max_length=255)
    type: Text = Field(default="", max_length=200)
    data: str


class PostedForm(BaseModel):
    """What a page of ours hands over. ``id`` makes two sendings of one form one word."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=16, max_length=120)
    text: Text = Field(default="", max_length=200_000)
    subject: Text = Field(default="", max_length=1000)
    name: Text = Field(default="", max_length=200)
    email: Text = Field(default="", max_length=320)
    phone: Text = Field(default="", max_length=80)
    order: Text = Field(default="", max_length=80)
    page: Text = Field(default="", max_length=200)
    lang: Text = Field(default="", max_length=16)
    reply_token: str = Field(default="", max_length=80)
    proved: Literal["", "email", "phone"] = ""
    call_from: AwareDatetime | None = None
    call_to: AwareDatetime | None = None
    files: list[PostedFile] = Field(default=[], max_length=20)


class Form(Kind):
    """The house's own contact page and follow-up pages."""

    kind = "form"
    label = _("Form")
    icon = "writing"
    acknowledges = True
    has_page = True

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate one sending of a form."""
        try:
            form = PostedForm.model_validate_json(raw)
        except ValidationError as error:
            where = ", ".join(sorted({".".join(map(str, e["loc"])) or "corps" for e in error.errors()}))
            raise Unreadable(f"Ce formulaire n’a pas la forme attendue : {where}.") from error
        files, problems = _files(form.files)
        if not (form.text.strip() or form.subject.strip() or files or form.call_from):
            raise Unreadable("Ce formulaire est vide : ni texte, ni fichier, ni heure d’appel.")
        return [
            Inbound(
                word_id=form.id,
                text=form.text,
                subject=form.subject,
                happened_at=meta.received_at,
                parties=_authors(form),
                attachments=files,
                reply_token=form.reply_token,
                facts=_facts(form),
                problems=problems,
            )
        ]


def _authors(form: PostedForm) -> tuple[Party, ...]:
    given: tuple[tuple[HandleKind, str], ...] = (("email", form.email), ("phone", form.phone))
    return tuple(
        Party("author", Address(kind, value, form.name), Proof.PROVED if kind == form.proved else Proof.CLAIMED)
        for kind, value in given
        if value.strip()
    )


def _facts(form: PostedForm) -> dict[str, str]:
    facts = {
        "order_number": form.order.strip(),
        "page": form.page,
        "language": form.lang,
        "call_from": _moment(form.call_from),
        "call_to": _moment(form.call_to),
        # without an address, no handle carries the name: it stays beside the word
        "author_name": "" if form.email or form.phone else form.name.strip(),
    }
    return {name: value for name, value in facts.items() if value}


def _moment(value: datetime | None) -> str:
    return value.isoformat() if value else ""


def _files(posted: list[PostedFile]) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    kept, problems = [], []
    for file in posted:
        try:
            kept.append(Attachment(file.name, file.type, base64.b64decode(file.data, validate=True)))
        except binascii.Error:
            problems.append(f"Le fichier « {file.name} » est arrivé abîmé : ses octets ne se lisent pas.")
    return tuple(kept), tuple(problems)
