"""Secrets that we must be able to read again are kept encrypted with a key derived from the house's, one a purpose."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet

from egards.core.crypto import house_key


def seal(secret: str, *, purpose: str) -> bytes:
    """Return the secret encrypted (Fernet: AES-CBC and HMAC, authenticated)."""
    return _box(purpose).encrypt(secret.encode())


def unseal(sealed: bytes, *, purpose: str) -> str:
    """Return the secret. Raises ``cryptography.fernet.InvalidToken`` when it was not sealed here, for this purpose."""
    return _box(purpose).decrypt(sealed).decode()


def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(house_key(purpose)))
