"""The address of a base, as Django's settings."""

from __future__ import annotations

from django.db import connection

from egards.core.database import database_from_url


def test_plans_are_kept_unless_the_address_says_no() -> None:
    assert connection.settings_dict["OPTIONS"]["server_side_binding"] is True
    kept = database_from_url("postgresql://egards@serveur/egards?sslmode=require")
    assert kept["OPTIONS"] == {"sslmode": "require", "server_side_binding": True}
    pooled = database_from_url("postgresql://egards@serveur/egards?server_side_binding=0")
    assert pooled["OPTIONS"] == {"server_side_binding": False}
