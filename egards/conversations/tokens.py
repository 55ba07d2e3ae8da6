"""Tokens that customers carry: in the path of their follow-up page, and in the address they reply to.

A token is an id and 128 bits of keyed hash over it and its purpose: it cannot be guessed, made for another purpose,
or read by anybody who does not hold the house key. Nothing of it is kept. Lowercase base32, so that it survives
addresses and phones.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from uuid import UUID

from egards.conversations.models import Link
from egards.core.crypto import keyed_hash

_LENGTH = 52


def link_token(link: Link) -> str:
    """Return the token that opens a link's page."""
    return _token("follow-up link", link.pk)


def link_of(token: str) -> Link | None:
    """Return the link of a token, whatever became of it, or None when we did not make it."""
    link_id = _id_in("follow-up link", token)
    links = Link.objects.select_related("conversation__brand", "conversation__touchpoint", "handle")
    return links.filter(pk=link_id).first() if link_id else None


def reply_token(conversation_id: UUID) -> str:
    """Return the token of a conversation's reply address. It routes and opens nothing, so it never expires."""
    return _token("reply", conversation_id)


def conversation_id_of(token: str) -> UUID | None:
    """Return the conversation that a reply token routes to, or None when we did not make it."""
    return _id_in("reply", token)


def link_id_of(token: str) -> UUID | None:
    """Return the id of the link that a token opens, or None when we did not make it."""
    return _id_in("follow-up link", token)


def _token(purpose: str, what: UUID) -> str:
    return base64.b32encode(what.bytes + _seal(purpose, what.bytes)).decode().rstrip("=").lower()


def _id_in(purpose: str, token: str) -> UUID | None:
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        raw = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return None
    known = hmac.compare_digest(raw[16:], _seal(purpose, raw[:16]))
    return UUID(bytes=raw[:16]) if known else None


def _seal(purpose: str, data: bytes) -> bytes:
    return keyed_hash(f"token {purpose}", data)[:16]
