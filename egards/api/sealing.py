"""Signing secrets of webhooks: made here, kept sealed."""

from __future__ import annotations

import base64
import secrets

from egards.core import sealing

PURPOSE = "webhook secrets"


def new_secret() -> str:
    """Return a fresh signing secret as Standard Webhooks writes it: ``whsec_`` and 32 bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> bytes:
    """Return the secret encrypted."""
    return sealing.seal(secret, purpose=PURPOSE)


def unseal(sealed: bytes) -> str:
    """Return the secret. Raises ``cryptography.fernet.InvalidToken`` when it was not sealed in this house."""
    return sealing.unseal(sealed, purpose=PURPOSE)
