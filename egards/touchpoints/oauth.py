"""Mailboxes that take no password from programs: what Google and Microsoft want instead (OAuth2, RFC 6749 and 7636).

Their addresses, scopes and servers are data here and nowhere else: nobody types one. oauthlib writes and reads the
messages; ``core/safe_http`` carries them. Nothing here asks the base, and no secret enters a reason or a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from django.utils.translation import gettext as _
from oauthlib.oauth2 import (  # type: ignore[import-untyped]  # it comes without types
    MismatchingStateError,
    MissingCodeError,
    MissingTokenError,
    OAuth2Error,
    WebApplicationClient,
)

from egards.core import safe_http
from egards.touchpoints.smtp import STARTTLS, TLS

#: A tenant of Microsoft: its number, its domain, or one of the words that stand for several.
TENANT = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9.-]{0,98}\Z")
VERIFIER_LENGTH = 96  # characters; RFC 7636 §4.1 wants 43 to 128
#: Lives of access tokens in seconds: what is believed when nothing, or nonsense, is said.
USUAL_LIFE, LONGEST_LIFE = 3600, 24 * 3600
#: What the token server says when a person must agree again (RFC 6749 §5.2, OpenID Connect Core §3.1.2.6).
_WITHDRAWN = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
_UNKNOWN_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
_LATER = frozenset({"temporarily_unavailable", "server_error"})
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Server:
    """Where a provider's mailboxes are read, or send from."""

    host: str
    port: int
    security: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of mailboxes. ``{tenant}`` in an address is filled by what an administrator says of theirs.

    ``allow_private`` is for the tests, whose provider is on this machine.
    """

    name: str
    label: str
    consent_url: str
    token_url: str
    scopes: tuple[str, ...]
    imap: Server
    smtp: Server
    asked: Mapping[str, str]
    usual_tenant: str = ""
    takes_plus: bool = False
    allow_private: bool = False


PROVIDERS: Final[dict[str, Provider]] = {
    "google": Provider(
        name="google",
        label="Google",
        consent_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",
        scopes=("https://mail.google.com/",),
        imap=Server("imap.gmail.com", 993, TLS),
        smtp=Server("smtp.gmail.com", 465, TLS),
        asked={"access_type": "offline", "prompt": "consent"},  # else a second agreement brings no lasting token
        takes_plus=True,
    ),
    "microsoft": Provider(
        name="microsoft",
        label="Microsoft",
        consent_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        scopes=(
            "https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send",
            "offline_access",
        ),
        imap=Server("outlook.office365.com", 993, TLS),
        smtp=Server("smtp.office365.com", 587, STARTTLS),
        asked={"prompt": "select_account"},
        usual_tenant="organizations",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class App:
    """The house as a provider knows it: the « client » that an administrator registered there."""

    provider: Provider
    client_id: str
    client_secret: str = field(repr=False)
    tenant: str = ""

    def url(self, shape: str) -> str:
        """Return an address of the provider, for this tenant."""
        return shape.replace("{tenant}", quote(self.tenant or self.provider.usual_tenant, safe=""))


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a provider gave: what opens the mailbox now, what renews it (empty: as before), and its life in seconds."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


class GrantFailed(Exception):
    """No token was had; ``reason`` is a sentence without a secret. ``may_pass``: trying again may help."""

    def __init__(self, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass


class GrantWithdrawn(GrantFailed):
    """The agreement is no more: withdrawn, expired, or a person must sign in again."""


def new_verifier() -> str:
    """Return what only we know of an agreement that we ask for (RFC 7636)."""
    verifier: str = WebApplicationClient("").create_code_verifier(VERIFIER_LENGTH)
    return verifier


def consent_address(app: App, *, username: str, redirect_uri: str, state: str, verifier: str) -> str:
    """Return the provider's page where the owner of a mailbox agrees."""
    client = WebApplicationClient(app.client_id)
    address: str = client.prepare_request_uri(
        app.url(app.provider.consent_url),
        redirect_uri=redirect_uri,
        scope=list(app.provider.scopes),
        state=state,
        code_challenge=client.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
        login_hint=username,
        **app.provider.asked,
    )
    return address


def code_in(answer: str, *, state: str, provider: Provider) -> str:
    """Return the code in the query with which a provider sends somebody back. Raises ``GrantFailed``.

    The house may be a http://localhost: only the query is read, under an address that oauthlib takes as encrypted.
    """
    client = WebApplicationClient("")
    try:
        code: str = client.parse_request_uri_response(f"https://localhost/?{answer}", state=state)["code"]
    except (MismatchingStateError, MissingCodeError, ValueError):
        raise GrantFailed(_("This answer is not one to a question of ours. Begin again.")) from None
    except OAuth2Error as error:
        if error.error == "access_denied":
            said = _("%(provider)s says that nobody agreed. Nothing has changed.")
            raise GrantFailed(said % {"provider": provider.label}) from None
        raise _refused(provider, error) from None
    return code


def trade_code(app: App, *, code: str, verifier: str, redirect_uri: str) -> Tokens:
    """Trade a code for tokens. Raises ``GrantFailed``, also when the provider gives nothing that lasts."""
    client = WebApplicationClient(app.client_id)
    body = client.prepare_request_body(
        code=code, redirect_uri=redirect_uri, code_verifier=verifier, client_secret=app.client_secret
    )
    tokens = _ask(app, client, body)
    if not tokens.refresh:
        said = _("%(provider)s gave an agreement that does not last. Withdraw it on your account’s page, begin again.")
        raise GrantFailed(said % {"provider": app.provider.label})
    return tokens


def renew(app: App, *, refresh_token: str) -> Tokens:
    """Trade the lasting token for one that opens the mailbox now. Raises ``GrantWithdrawn`` or ``GrantFailed``."""
    client = WebApplicationClient(app.client_id)
    body = client.prepare_refresh_body(
        refresh_token=refresh_token, client_id=app.client_id, client_secret=app.client_secret
    )
    return _ask(app, client, body)


def _ask(app: App, client: WebApplicationClient, body: str) -> Tokens:
    silent = GrantFailed(_("%(provider)s does not answer.") % {"provider": app.provider.label}, may_pass=True)
    try:
        answer = safe_http.post(
            app.url(app.provider.token_url),
            body=body.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
            allow_private=app.provider.allow_private,
        )
    except (safe_http.UnsafeAddress, safe_http.Unreachable):
        raise silent from None
    if answer.status >= 500 or answer.status == _TOO_MANY:
        raise silent
    try:
        said = client.parse_request_body_response(answer.body.decode("utf-8", "replace"))
        access = str(said["access_token"])
        if not (access.isascii() and access.isprintable()):  # RFC 6749 §A.12; it becomes part of a line of commands
            raise silent
        return Tokens(access, str(said.get("refresh_token") or ""), _life(said.get("expires_in")))
    except (
        MissingTokenError,
        ValueError,
        TypeError,
        AttributeError,
    ):  # a page instead of an answer: something stands in between
        raise silent from None
    except OAuth2Error as error:
        raise _refused(app.provider, error) from None


def _refused(provider: Provider, error: OAuth2Error) -> GrantFailed:
    """What a provider's own word of refusal means. Its description is not kept: it may name people."""
    names = {"provider": provider.label}
    if error.error in _WITHDRAWN:
        return GrantWithdrawn(withdrawn_sentence(provider))
    if error.error in _UNKNOWN_CLIENT:
        said = _("%(provider)s does not take the client’s id or secret: look whether the secret has expired.")
        return GrantFailed(said % names)
    if error.error in _LATER:
        return GrantFailed(_("%(provider)s does not answer.") % names, may_pass=True)
    code = re.sub(r"[^a-z_]", "", str(error.error).lower())[:40]
    return GrantFailed(_("%(provider)s refuses the agreement (%(code)s).") % (names | {"code": code}))


def withdrawn_sentence(provider: Provider) -> str:
    """Return what is said of an agreement that is no more, and what to do."""
    said = _(
        "%(provider)s no longer lets us into this mailbox: its agreement was withdrawn or has expired. Give it again."
    )
    return said % {"provider": provider.label}


def _life(said: object) -> int:
    """How long an access token lives, in seconds, counted from when it came: their clock does not matter."""
    try:
        seconds = int(str(said))
    except ValueError:
        return USUAL_LIFE
    return min(seconds, LONGEST_LIFE) if seconds > 0 else USUAL_LIFE
