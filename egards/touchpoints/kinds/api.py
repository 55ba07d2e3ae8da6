"""Words posted by another program: the JSON body of ``POST /api/v1/interactions``, kept as it came.

``PostedWord`` is the shape of that body, written once: the API refuses what does not have it before the door, and
``parse`` reads it again from the stored bytes (replays, old rows). Problems are French sentences.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from egards.touchpoints.inbound import Address, HandleKind, Inbound, Meta, Party, Proof, Role, Unreadable
from egards.touchpoints.kind import Kind


def _moment(value: object) -> datetime:
    """Read an ISO 8601 moment with its offset; nothing is guessed."""
    moment = None
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError("Écrivez la date avec son fuseau, comme 2026-03-01T10:00:00+01:00.")
    return moment


Moment = Annotated[datetime, BeforeValidator(_moment, json_schema_input_type=datetime)]
Fact = Annotated[str, Field(max_length=2000)]
FactName = Annotated[str, Field(min_length=1, max_length=80)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e9, le=1e9)]


class PostedParty(BaseModel):
    """One address in one role."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    kind: HandleKind
    value: str = Field(min_length=1, max_length=320)
    name: str = Field("", max_length=200)


class PostedWord(BaseModel):
    """One word of one person, as another program says it. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(
        "", max_length=255, description="L’identifiant du mot chez vous : le même deux fois est un doublon."
    )
    touchpoint: str = Field("", max_length=80, description="Le nom court du point de contact ; vide : celui de l’API.")
    text: str = Field("", max_length=200_000)
    subject: str = Field("", max_length=1000)
    happened_at: Moment | None = None
    parties: list[PostedParty] = Field([], max_length=50)
    score: Number | None = None
    scale: tuple[Number, Number] | None = Field(None, description="La plus basse et la plus haute note possibles.")
    facts: dict[FactName, Fact] = Field({}, max_length=50)
    mode: Literal["live", "archive"] = "live"

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if (self.score is None) != (self.scale is None):
            raise ValueError("La note (score) et son échelle (scale) vont ensemble.")
        if self.score is not None and self.scale is not None:
            low, high = self.scale
            if not (low < high and low <= self.score <= high):
                raise ValueError("La note doit être dans son échelle : [la plus basse, la plus haute].")
        if not (self.text.strip() or self.subject.strip() or self.score is not None):
            raise ValueError("Il faut au moins un texte (text), un sujet (subject) ou une note (score).")
        return self


class Api(Kind):
    """The API has checked the shape before the door; replays and old rows are checked again here."""

    kind = "api"
    label = _("API")
    icon = "plug"

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate one posted word."""
        try:
            return [_inbound(PostedWord.model_validate_json(raw), meta)]
        except ValidationError as error:
            where = ", ".join(sorted({".".join(map(str, e["loc"])) or "corps" for e in error.errors()}))
            raise Unreadable(f"Le corps posté n’a pas la forme attendue : {where}.") from error


def _inbound(word: PostedWord, meta: Meta) -> Inbound:
    """A program that posts at once need not say when: the word was said as it came in."""
    return Inbound(
        word_id=word.id,
        text=word.text,
        subject=word.subject,
        happened_at=word.happened_at or meta.received_at,
        parties=tuple(_party(party) for party in word.parties),
        score=word.score,
        scale=word.scale,
        facts=dict(word.facts),
    )


def _party(party: PostedParty) -> Party:
    """What a program says of an address is a claim, whoever the program is."""
    return Party(party.role, Address(party.kind, party.value, party.name), Proof.CLAIMED)
