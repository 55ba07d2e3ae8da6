"""The signed number of a form: which page it came from, since when. No cookie, no session.

It stands for a CSRF token too: public posts carry no authority but what is in them (this number, or the token of a
link), so that a page of another site has nothing to borrow, and customers who refuse cookies can write to us.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from egards.core.crypto import keyed_hash

#: Nobody is hurried (WCAG 2.2.1): a form left open for a week is taken, an older one comes back filled.
LASTS = timedelta(days=7)
_NONCE, _MOMENT, _SEAL = 16, 6, 16


@dataclass(frozen=True, slots=True)
class FormToken:
    """A form that we drew: its nonce (hexadecimal) and when."""

    nonce: str
    at: datetime

    def age(self, at: datetime) -> timedelta:
        """Return for how long the form has been open."""
        return at - self.at


def form_token(purpose: str, *, at: datetime, nonce: str = "") -> str:
    """Return the signed number of a form drawn at a moment; ``nonce`` keeps the number of a form drawn again."""
    said = bytes.fromhex(nonce) if nonce else secrets.token_bytes(_NONCE)
    said += int(at.timestamp()).to_bytes(_MOMENT, "big")
    return base64.urlsafe_b64encode(said + _seal(purpose, said)).decode().rstrip("=")


def read_form_token(purpose: str, token: str, *, at: datetime) -> FormToken | None:
    """Return the form of a token; None when we did not sign it for this purpose, or longer than ``LASTS`` ago."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    said, seal = raw[: _NONCE + _MOMENT], raw[_NONCE + _MOMENT :]
    if len(said) != _NONCE + _MOMENT or not hmac.compare_digest(seal, _seal(purpose, said)):
        return None
    drawn = datetime.fromtimestamp(int.from_bytes(said[_NONCE:], "big"), UTC)
    return FormToken(said[:_NONCE].hex(), drawn) if at - drawn <= LASTS else None


def _seal(purpose: str, said: bytes) -> bytes:
    return keyed_hash(f"form {purpose}", said)[:_SEAL]
