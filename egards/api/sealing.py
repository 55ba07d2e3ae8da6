"""Secrets that we must be able to read again are kept encrypted with a key derived from the house's."""

from __future__ import annotations

import base64
import secrets

from cryptography.fernet import Fernet

from egards.core.crypto import house_key


def new_secret() -> str:
    """Return a fresh signing secret as Standard Webhooks writes it: ``whsec_`` and 32 bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> bytes:
    """Return the secret encrypted (Fernet: AES-CBC and HMAC, authenticated)."""
    return _box().encrypt(secret.encode())


def unseal(sealed: bytes) -> str:
    """Return the secret. Raises ``cryptography.fernet.InvalidToken`` when it was not sealed in this house."""
    return _box().decrypt(sealed).decode()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(house_key("webhook secrets")))
