"""A provider of mailboxes on loopback: oauthlib's own server side behind http.server, and what a test does to it.

with oauth_server(monkeypatch) as provider:
    provider.withdraw()           # the owner takes the agreement back
    provider.kill_tokens()        # access tokens die before their time
    provider.answer_with(503)     # the next answer at /token

Its PKCE, codes, clients and refresh tokens are those of oauthlib; `/introspect` is what Dovecot asks (RFC 7662).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from oauthlib.oauth2 import RequestValidator, WebApplicationServer  # type: ignore[import-untyped]

from egards.touchpoints import oauth
from egards.touchpoints.oauth import Provider, Server

CLIENT_ID, CLIENT_SECRET = "egards-essai", "le-secret-du-client"
USER = "bonjour@lindelle.example"


@dataclass
class OauthServer:
    """What the provider knows, and what was asked of it."""

    port: int = 0
    secret: str = CLIENT_SECRET
    user: str = USER
    life: int = 3600
    codes: dict[str, Any] = field(default_factory=dict)
    access: set[str] = field(default_factory=set)
    refresh: set[str] = field(default_factory=set)
    asked: list[dict[str, str]] = field(default_factory=list)
    answers: list[tuple[int, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str) -> str:
        """An address here."""
        return f"http://127.0.0.1:{self.port}/{path}"

    def withdraw(self) -> None:
        """Nothing opens the mailbox any more, and nothing renews."""
        self.access.clear()
        self.refresh.clear()

    def kill_tokens(self) -> None:
        """What opened the mailbox opens it no more; it may be renewed."""
        self.access.clear()

    def answer_with(self, status: int, body: str = "") -> None:
        """Say this at the next question for tokens."""
        self.answers.append((status, body))

    def agree(self, address: str) -> str:
        """Do as the owner of the mailbox does on the page of consent; return where the browser is sent."""
        end = self.endpoint()
        scopes, credentials = end.validate_authorization_request(address)
        headers, _body, status = end.create_authorization_response(address, scopes=scopes, credentials=credentials)
        assert status == 302
        return str(headers["Location"])

    def endpoint(self) -> Any:
        """oauthlib's server; its validator keeps what it is told here."""
        return WebApplicationServer(_Validator(self), token_expires_in=self.life)


class _Validator(RequestValidator):  # type: ignore[misc]  # oauthlib comes without types
    def __init__(self, server: OauthServer) -> None:
        self.server = server

    def validate_client_id(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return client_id == CLIENT_ID

    def validate_redirect_uri(self, client_id: str, redirect_uri: str, request: Any, *args: Any, **kwargs: Any) -> bool:
        return redirect_uri.endswith("/accord/retour/")

    def validate_response_type(self, *args: Any, **kwargs: Any) -> bool:
        return True

    def validate_scopes(self, *args: Any, **kwargs: Any) -> bool:
        return True

    def validate_grant_type(self, *args: Any, **kwargs: Any) -> bool:
        return True

    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        return True

    def save_authorization_code(self, client_id: str, code: dict[str, Any], request: Any, *a: Any, **kw: Any) -> None:
        self.server.codes[code["code"]] = request

    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        request.client = type("Client", (), {"client_id": request.client_id})()
        return bool(request.client_id == CLIENT_ID and request.client_secret == self.server.secret)

    def validate_code(self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        asked = self.server.codes.get(code)
        if asked is None:
            return False
        request.code_challenge, request.code_challenge_method = asked.code_challenge, asked.code_challenge_method
        request.scopes, request.user = asked.scopes, self.server.user
        return True

    def get_code_challenge(self, code: str, request: Any) -> str:
        return str(self.server.codes[code].code_challenge)

    def get_code_challenge_method(self, code: str, request: Any) -> str:
        return str(self.server.codes[code].code_challenge_method)

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        return bool(self.server.codes[code].redirect_uri == redirect_uri)

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        self.server.access.add(token["access_token"])
        if "refresh_token" in token:
            self.server.refresh.add(token["refresh_token"])

    def invalidate_authorization_code(self, client_id: str, code: str, request: Any, *args: Any, **kw: Any) -> None:
        del self.server.codes[code]

    def validate_refresh_token(self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any) -> bool:
        request.user = self.server.user
        return refresh_token in self.server.refresh

    def get_original_scopes(self, refresh_token: str, request: Any, *args: Any, **kwargs: Any) -> list[str]:
        return ["mail"]

    def rotate_refresh_token(self, request: Any) -> bool:
        return False


def _handler(server: OauthServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            """The page of consent: its owner agrees at once."""
            self._say(302, "", {"Location": server.agree(server.url(self.path.lstrip("/")))})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            with server.lock:
                if urlsplit(self.path).path == "/introspect":
                    token = parse_qs(body).get("token", [""])[0]
                    known = {"active": token in server.access, "username": server.user}
                    return self._say(200, json.dumps(known))
                server.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                if server.answers:
                    return self._say(*server.answers.pop(0))
                headers, said, status = server.endpoint().create_token_response(
                    server.url("token"), "POST", body, dict(self.headers)
                )
            return self._say(status, said, headers)

        def log_message(self, *args: Any) -> None:
            """Nothing is told."""

        def _say(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
            raw = body.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

    return Handler


@contextmanager
def oauth_server(monkeypatch: pytest.MonkeyPatch, *, imap: int = 0, smtp: int = 0) -> Iterator[OauthServer]:
    """Run the provider; for as long, « google » is it, with its mailboxes at these ports of this machine."""
    server = OauthServer()
    web = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    server.port = web.server_address[1]
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setitem(oauth.PROVIDERS, "google", here(server, imap=imap, smtp=smtp))
    thread = threading.Thread(target=web.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        web.shutdown()
        web.server_close()
        thread.join(5)


def here(server: OauthServer, *, imap: int, smtp: int) -> Provider:
    """Google, as it would be on this machine."""
    return replace(
        oauth.PROVIDERS["google"], consent_url=server.url("authorize"), token_url=server.url("token"),
        imap=Server("127.0.0.1", imap, "none"), smtp=Server("127.0.0.1", smtp, "none"), allow_private=True,
    )  # fmt: skip


def query_of(address: str) -> str:
    """The query of an address."""
    return urlsplit(address).query


def said_in(address: str) -> dict[str, str]:
    """The query of an address, by name."""
    return {name: values[0] for name, values in parse_qs(query_of(address)).items()}


def answer(**said: str) -> str:
    """A query as a provider writes it."""
    return urlencode(said)
