"""Letters that a mail provider posts to us: who it is, and its payload made bytes by anymail's own inbound views.

Nothing here reads a payload: anymail does, with what the touchpoint says of its provider, never with Django settings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.errors import MessageError
from io import BytesIO
from typing import Any

from anymail.exceptions import (  # type: ignore[import-untyped]  # it comes without types
    AnymailConfigurationError,
    AnymailError,
    AnymailWebhookValidationFailure,
)
from anymail.inbound import AnymailInboundMessage  # type: ignore[import-untyped]
from anymail.webhooks.base import AnymailBaseWebhookView  # type: ignore[import-untyped]
from anymail.webhooks.mailgun import MailgunInboundWebhookView  # type: ignore[import-untyped]
from anymail.webhooks.mailjet import MailjetInboundWebhookView  # type: ignore[import-untyped]
from anymail.webhooks.postmark import PostmarkInboundWebhookView  # type: ignore[import-untyped]
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _

from egards.touchpoints.inbound import Refused

#: Who the address says is posting; the word behind it is what proves it.
USER = "egards"
#: Mailgun tries again for eight hours: what was signed longer ago is not a letter that is late.
OLDEST = timedelta(hours=9)
#: A clock may be a little ahead of ours.
AHEAD = timedelta(minutes=5)


class TooLarge(Exception):
    """The letter is larger than its touchpoint takes."""


@dataclass(frozen=True, slots=True)
class HookProvider:
    """A provider: its name in the base, as people call it, anymail's view, and whether it signs what it posts."""

    name: str
    label: str
    view: type[AnymailBaseWebhookView]
    signs: bool = False


@dataclass(frozen=True, slots=True)
class HookSecrets:
    """What only the provider and this house know: the word in the address and, where it signs, its key."""

    word: str = field(repr=False)
    signing_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Posted:
    """A delivery as it was posted: its bytes, and the two headers that say how to read it and from whom it is."""

    body: bytes
    content_type: str
    authorization: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PostedLetter:
    """A letter in a delivery: its bytes, what stood on its envelope, and the provider's own id, empty without one."""

    raw: bytes
    sender: str
    recipient: str
    key: str


HOOK_PROVIDERS: Mapping[str, HookProvider] = {
    provider.name: provider
    for provider in (
        HookProvider("postmark", "Postmark", PostmarkInboundWebhookView),
        HookProvider("mailgun", "Mailgun", MailgunInboundWebhookView, signs=True),
        HookProvider("mailjet", "Mailjet", MailjetInboundWebhookView),
    )
}


def letters_in(
    posted: Posted, *, provider: HookProvider, secrets: HookSecrets | None, at: datetime, largest: int
) -> list[PostedLetter]:
    """Return the letters of a delivery, each of at most ``largest`` bytes.

    Raises ``Refused``: no secret set, a wrong word, a wrong or old signature, or a payload that anymail cannot read.
    Raises ``TooLarge``.
    """
    view = _view(provider, secrets)
    request = _Request(posted)
    try:
        view.run_validators(request)
        events = list(view.parse_events(request))
        if provider.signs and not all(_is_recent(event.timestamp, at) for event in events):
            raise Refused(_("This was signed too long ago."))
        letters = [_letter(provider, event) for event in events]
    except AnymailWebhookValidationFailure:
        raise Refused(_("This does not come from the provider of this touchpoint.")) from None
    except RequestDataTooBig:
        raise TooLarge from None
    except (
        AnymailError, AnymailConfigurationError, SuspiciousOperation, MultiPartParserError, MessageError, LookupError,
        ValueError, TypeError, AttributeError, AssertionError, OverflowError, OSError, RecursionError,
    ) as error:  # fmt: skip  # what anymail raises on a payload that it does not know is not said anywhere
        raise Refused(_("This is not a letter as this provider posts them.")) from error
    finally:
        request.close()
    if any(len(letter.raw) > largest for letter in letters):
        raise TooLarge
    return letters


class _Request(WSGIRequest):
    """The delivery as anymail's views want it: already read, within the bounds of its own touchpoint."""

    def __init__(self, posted: Posted) -> None:
        self._posted = posted
        environ = {
            "REQUEST_METHOD": "POST", "PATH_INFO": "/", "CONTENT_TYPE": posted.content_type,
            "CONTENT_LENGTH": str(len(posted.body)), "HTTP_AUTHORIZATION": posted.authorization,
            "wsgi.input": BytesIO(posted.body),
        }  # fmt: skip
        super().__init__(environ)

    @property
    def body(self) -> bytes:
        return self._posted.body


def _view(provider: HookProvider, secrets: HookSecrets | None) -> Any:
    """Return anymail's view with these secrets; without any, nobody is let in."""
    if secrets is None or not secrets.word or (provider.signs and not secrets.signing_key):
        raise Refused(_("This touchpoint has no secret to know its provider by."))
    keys = {"webhook_signing_key": secrets.signing_key} if provider.signs else {}
    view: Any = provider.view
    return view(webhook_secret=[f"{USER}:{secrets.word}"], **keys)


def _is_recent(signed_at: datetime | None, at: datetime) -> bool:
    return signed_at is not None and -AHEAD <= at - signed_at <= OLDEST


def _letter(provider: HookProvider, event: Any) -> PostedLetter:
    message: AnymailInboundMessage = event.message
    key = f"{provider.name} {event.event_id}" if event.event_id else ""
    if not (key or message.get("From") or message.envelope_sender):
        raise ValueError("neither an id nor an author: anymail makes an empty letter of any object")
    return PostedLetter(_bytes(message), str(message.envelope_sender or ""), str(message.envelope_recipient or ""), key)


def _bytes(message: AnymailInboundMessage) -> bytes:
    """Return a message as bytes, the same at each try: where anymail put it together, boundaries would be drawn."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart() and part.get_content_maintype() == "multipart" and not part.get_boundary():
            inner = [child.as_bytes() for child in part.iter_parts() if not child.is_multipart()]
            part.set_boundary(f"=_{number}_{hashlib.sha256(b''.join(inner)).hexdigest()}")
    return bytes(message.as_bytes(policy=message.policy.clone(refold_source="none", linesep="\r\n")))
