"""The least of a browser: one connection, cookies, the forms of a page as they stand there. No script."""

from __future__ import annotations

import base64
import http.client
import http.cookies
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from lxml import html  # type: ignore[import-untyped]  # no stubs among our tools

TIMEOUT_SECONDS = 60.0
#: Django's level of a message that refuses.
_ERROR = 40


class Unexpected(AssertionError):
    """A page that answers otherwise than it should."""


@dataclass(frozen=True)
class Answer:
    """What came back: ``refusals`` are sentences that the next page would show."""

    status: int
    text: str
    location: str = ""
    refusals: tuple[str, ...] = ()

    def page(self) -> html.HtmlElement:
        """Return the page, parsed."""
        return html.document_fromstring(self.text)


class Browser:
    """A visitor of the house. ``source``: the address of this machine (127.x.y.z) they come from."""

    def __init__(self, url: str, *, source: str = "127.0.0.1") -> None:
        parts = urlsplit(url)
        self.origin = url
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", parts.port, timeout=TIMEOUT_SECONDS, source_address=(source, 0)
        )
        self.cookies: dict[str, str] = {}
        self.token = ""

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Open a page; its form token is kept for what is posted next."""
        answer = self._ask("GET", path, None, dict(headers or {}))
        start = answer.text.find('name="csrfmiddlewaretoken" value="')
        if start >= 0:
            self.token = answer.text[start:].split('"', 4)[3]
        return answer

    def post(self, path: str, fields: Mapping[str, str], *, with_token: bool = True) -> Answer:
        """Send a form."""
        said = dict(fields) | ({"csrfmiddlewaretoken": self.token} if with_token else {})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"{self.origin}{path}"}
        return self._ask("POST", path, urlencode(said).encode(), headers)

    def post_bytes(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send bytes as a program does."""
        return self._ask("POST", path, body, {"Content-Type": "application/json", **headers})

    def close(self) -> None:
        """Leave."""
        self._connection.close()

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        headers["Host"] = urlsplit(self.origin).netloc
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self._connection.request(method, path, body, headers)
            found = self._connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):  # a kept connection that the server let go
            self._connection.close()
            self._connection.request(method, path, body, headers)
            found = self._connection.getresponse()
        said: tuple[str, ...] = ()
        for line in found.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                if name == "messages":
                    said = refusals_of(morsel.value)
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
        return Answer(found.status, found.read().decode(), found.headers.get("Location", ""), said)


def refusals_of(cookie: str) -> tuple[str, ...]:
    """Return the refusals that a « messages » cookie of Django carries to the next page (signed, not secret)."""
    body = cookie.split(":")[0]
    is_small = body.startswith(".")
    try:
        raw = base64.urlsafe_b64decode(body.lstrip(".") + "=" * (-len(body.lstrip(".")) % 4))
        found = json.loads(zlib.decompress(raw) if is_small else raw)
    except (ValueError, zlib.error):
        return ()
    return tuple(str(one[3]) for one in found if isinstance(one, list) and len(one) > 3 and one[2] == _ERROR)


def hidden_fields(page: html.HtmlElement) -> dict[str, str]:
    """Return the hidden fields of a page's forms."""
    return {field.get("name"): field.get("value", "") for field in page.xpath('//input[@type="hidden"][@name]')}
