"""Keys, keyed hashes and signed tokens of the house."""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import lru_cache
from pathlib import Path

from django.conf import settings


def read_or_make_secret(path: Path, *, length: int) -> bytes:
    """Return the secret kept in ``path`` (0600), made at random on first use. ``length`` in bytes."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(length))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # fails when another process was first: its secret wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()


@lru_cache(maxsize=64)
def house_key(purpose: str) -> bytes:
    """Return the 32-byte key derived from the house key for one purpose (keyed BLAKE2b, RFC 7693)."""
    return hashlib.blake2b(b"egards:" + purpose.encode(), key=settings.EGARDS_HOUSE_KEY, digest_size=32).digest()


def keyed_hash(purpose: str, *parts: bytes | str) -> bytes:
    """Return a 32-byte keyed hash of the parts (BLAKE2b with a key of its own for each purpose: as safe as HMAC,
    and several times faster on mail). Lengths are hashed too, so that parts never run together.
    """
    keyed = hashlib.blake2b(key=house_key(purpose), digest_size=32)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        keyed.update(len(data).to_bytes(8, "big"))
        keyed.update(data)
    return keyed.digest()


def token() -> str:
    """Return a fresh secret of 256 bits, safe in a path."""
    return secrets.token_urlsafe(32)
