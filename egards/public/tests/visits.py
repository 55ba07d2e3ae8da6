"""A customer in front of our pages: reads a form as a browser does, fills it, sends it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

from django.test import Client

from egards.accounts.models import Brand, Hours
from tests.builders import lindelle


def house() -> Brand:
    """Lindelle, who answers the telephone from 9 h to 18 h, Monday to Friday."""
    brand = lindelle()
    hours = Hours.objects.create(brand=brand, name="Téléphone")
    brand.phone, brand.phone_hours, brand.hours = "02 61 91 04 00", hours, hours
    brand.email = "bonjour@lindelle.example"
    brand.save()
    return brand


class Visit:
    """One browser without cookies or script; ``clock`` passes while somebody writes."""

    def __init__(self, clock: Any, ip: str = "203.0.113.7") -> None:
        self.clock = clock
        self.client = Client(REMOTE_ADDR=ip, enforce_csrf_checks=True)
        self.page = ""

    def get(self, path: str) -> Any:
        """Open a page."""
        return self._read(self.client.get(path))

    def post(self, path: str, more: dict[str, Any], *, after: int = 30) -> Any:
        """Send the form of the page that is open, ``after`` seconds."""
        self.clock.shift(timedelta(seconds=after))
        return self._read(self.client.post(path, self.hidden | more))

    def write(self, text: str = "Il manque des vis.", reach: str = "", *, after: int = 30, attached: Any = ()) -> Any:
        """Open the contact page and send its form."""
        self.get("/contact/")
        said = {"write-text": text, "write-reach": reach, **({"write-attached": attached} if attached else {})}
        return self.post("/contact/", said, after=after)

    def follow(self, response: Any) -> Any:
        """Go where a redirect leads."""
        assert response.status_code == 302, response.status_code
        return self.get(response["Location"])

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page that is open (they are the same in all of its forms)."""
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', self.page)
        return {name: unescape(value) for name, value in found}

    def _read(self, response: Any) -> Any:
        if response.get("Content-Type", "").startswith("text/html"):
            self.page = response.content.decode()
        return response
