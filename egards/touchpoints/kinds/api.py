"""Words posted by another program: the JSON body of ``POST /api/v1/interactions``, kept as it came."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, get_args

from django.utils.translation import gettext_lazy as _

from egards.touchpoints.inbound import Address, HandleKind, Inbound, Meta, Party, Proof, Role, Unreadable
from egards.touchpoints.kind import Kind


class Api(Kind):
    """The API has checked the shape before the door; replays and old rows are checked again here."""

    kind = "api"
    label = _("API")
    icon = "plug"

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate one posted word."""
        try:
            body = json.loads(raw)
            return [_inbound(body)]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"Le corps posté n’a pas la forme attendue : {error}.") from error


def _inbound(body: dict[str, Any]) -> Inbound:
    scale = body.get("scale")
    return Inbound(
        word_id=body.get("id") or "",
        text=body.get("text") or "",
        subject=body.get("subject") or "",
        happened_at=_moment(body.get("happened_at")),
        parties=tuple(_party(p) for p in body.get("parties") or ()),
        score=body.get("score"),
        scale=(scale[0], scale[1]) if scale else None,
        facts={str(k): str(v) for k, v in (body.get("facts") or {}).items()},
    )


def _party(party: dict[str, str]) -> Party:
    """What a program says of an address is a claim, whoever the program is."""
    role, kind = party["role"], party["kind"]
    if role not in get_args(Role) or kind not in get_args(HandleKind):
        raise ValueError(f"rôle « {role} » ou sorte d’adresse « {kind} » inconnus")
    return Party(role, Address(kind, party["value"], party.get("name") or ""), Proof.CLAIMED)  # type: ignore[arg-type]


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
