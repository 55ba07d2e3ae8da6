"""Django's database setting out of a libpq URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


def database_from_url(url: str) -> dict[str, Any]:
    """Return a Django ``DATABASES`` entry for ``postgresql://user:password@host:port/name?host=/socket/folder``.

    An empty URL gives an entry that cannot connect: commands that start the embedded database set
    ``DATABASE_URL`` before the settings are read. Raises ``ValueError`` when the URL is not PostgreSQL's.
    """
    parts = urlsplit(url or "postgresql:///egards")
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError("DATABASE_URL doit commencer par postgresql:// : Égards ne connaît que PostgreSQL 15 ou plus.")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "egards",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
        "TEST": {"TEMPLATE": "template0"},
    }
