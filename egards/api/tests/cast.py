"""The cast of the API's tests: two brands, each with a program that holds a key."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.test import Client

from egards.accounts.actions import brand_named
from egards.accounts.models import Brand
from egards.api.actions import make_key
from egards.api.models import SCOPES, ApiKey
from egards.intake.pipeline import process_waiting


class Program:
    """A program with a key to one brand."""

    def __init__(self, brand: Brand, scopes: tuple[str, ...] = SCOPES) -> None:
        self.brand = brand
        self.key, self.text = make_key(brand=brand, name="Programme", scopes=scopes, by=None)
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **query: str) -> Any:
        """GET below /api/v1."""
        return self.client.get(f"/api/v1{path}", query, headers=self.headers())

    def post(self, path: str, body: object, *, key: str | None = None) -> Any:
        """POST JSON, or bytes as they are, below /api/v1."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = self.headers() | ({} if key is None else {"Idempotency-Key": key})
        return self.client.post(f"/api/v1{path}", data, content_type="application/json", headers=headers)

    def says(self, text: str, **more: object) -> UUID:
        """Post a word and have it read; return its interaction."""
        arrival = self.post("/interactions", {"text": text, **more}).json()["arrival_id"]
        process_waiting()
        return UUID(self.get(f"/arrivals/{arrival}").json()["interaction_id"])

    def headers(self) -> dict[str, str]:
        """Return the header that carries the key."""
        return {"Authorization": f"Bearer {self.text}"}

    def keep_only(self, *scopes: str) -> ApiKey:
        """Take scopes away from the key."""
        ApiKey.objects.filter(pk=self.key.pk).update(scopes=list(scopes))
        return self.key


def house_program() -> Program:
    """The program of the brand Maison."""
    return Program(brand_named(name="Maison"))


def garden_program() -> Program:
    """The program of another brand, Jardin."""
    return Program(brand_named(name="Jardin"))
