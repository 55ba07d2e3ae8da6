"""A mail handed to a relay by SMTP (RFC 5321), and what its answers mean for who must send it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.generator import BytesGenerator
from io import BytesIO
from ipaddress import ip_address
from typing import Any

from django.core.mail import DNS_NAME, EmailMessage
from django.utils.translation import gettext as _

from egards.touchpoints.outbound import Receipt, SendFailed

TIMEOUT_SECONDS = 30
LONGEST_LINE = 500
STARTTLS, TLS, PLAIN = "starttls", "tls", "none"


def hand_over(message: EmailMessage, settings: Mapping[str, Any], password: str, *, token: str = "") -> Receipt:
    """Give one message for one recipient to the relay of ``settings`` (host, port, security, username).

    A ``token`` signs in instead of the password (OAuth2).

    Raises ``SendFailed``: 5xx about the recipient or the message are permanent, 4xx and broken lines are not; what
    the relay refuses of *us* (password, sender, encryption) is ours to mend. A line that breaks once the message was
    given leaves a doubt.
    """
    relay = _reach(settings)
    try:
        _sign_in(relay, settings, password, token)
        return _say(relay, message)
    finally:
        with suppress(OSError):  # the message is given or not: how the relay says goodbye changes nothing
            relay.quit()
        relay.close()


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine: only there may words travel without encryption."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def bearer(username: str, token: str) -> Callable[[bytes], bytes]:
    """Return what answers a server that asks who we are by XOAUTH2; its « no » is a question too, answered by nothing.

    Source: developers.google.com/gmail/imap/xoauth2-protocol; Microsoft’s is the same.
    """
    answers = iter([f"user={username}\x01auth=Bearer {token}\x01\x01".encode()])
    return lambda _challenge: next(answers, b"")


def _reach(settings: Mapping[str, Any]) -> smtplib.SMTP:
    host, port, name = str(settings["host"]), int(settings["port"]), str(DNS_NAME)
    try:
        if settings["security"] == TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, name, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(host, port, name, timeout=TIMEOUT_SECONDS)
    except smtplib.SMTPConnectError as error:
        raise _turned_away(error) from error
    except ssl.SSLCertVerificationError as error:
        raise SendFailed(_("The certificate of the relay is not valid."), is_ours=True) from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendFailed(_("The relay does not answer.")) from error


def _sign_in(relay: smtplib.SMTP, settings: Mapping[str, Any], password: str, token: str) -> None:
    try:
        if settings["security"] == STARTTLS:
            relay.starttls(context=ssl.create_default_context())
        if token:
            answer = bearer(str(settings["username"]), token)
            relay.ehlo_or_helo_if_needed()
            relay.auth("XOAUTH2", lambda challenge=None: answer(challenge or b"").decode())
        elif settings.get("username"):
            relay.login(str(settings["username"]), password)
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code < 500:
            raise SendFailed(_("The relay cannot check our password now (%(code)s).") % _code(error)) from error
        said = _("The relay refuses our name or password (%(code)s).")
        if token:
            said = _("The provider agreed, but its relay does not let this mailbox send (%(code)s).")
        raise SendFailed(said % _code(error), is_ours=True, is_token_refused=bool(token)) from error
    except smtplib.SMTPNotSupportedError as error:
        raise SendFailed(_("The relay does not know the encryption or sign-in we ask of it."), is_ours=True) from error
    except ssl.SSLCertVerificationError as error:
        raise SendFailed(_("The certificate of the relay is not valid."), is_ours=True) from error
    except smtplib.SMTPResponseException as error:
        raise _turned_away(error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendFailed(_("The relay does not answer.")) from error


def _turned_away(error: smtplib.SMTPResponseException) -> SendFailed:
    return SendFailed(_("The relay does not take us in (%(code)s).") % _code(error), is_ours=error.smtp_code >= 500)


def _say(relay: smtplib.SMTP, message: EmailMessage) -> Receipt:
    """MAIL, RCPT, DATA one by one: who refuses, and at which word, says what to do."""
    sender, (recipient,) = _bare(message.from_email), message.to
    recipient = _bare(recipient)
    options = []
    given = False
    try:
        relay.ehlo_or_helo_if_needed()
        if not (sender + recipient).isascii():
            if not relay.has_extn("smtputf8"):
                raise SendFailed(_("The relay cannot write to an address with accents."), permanent=True)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
        _check(relay.mail(sender, options), _("The relay refuses our address as sender (%(code)s)."), is_ours=True)
        answer = relay.rcpt(recipient)
        if b"relay" in answer[1].lower():  # « Relay access denied »: it does not take our words for others
            _check(answer, _("The relay does not take our mail for others (%(code)s)."), is_ours=True)
        _check(answer, _("The recipient’s server refuses this address (%(code)s)."))
        given = True
        answer = relay.data(_bytes(message))
    except smtplib.SMTPDataError as error:  # refused before the message itself
        _check((error.smtp_code, b""), _("The relay refuses the message (%(code)s)."))
        raise
    except smtplib.SMTPResponseException as error:
        raise _turned_away(error) from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendFailed(_("The line to the relay broke."), is_uncertain=given) from error
    _check(answer, _("The relay refuses the message (%(code)s)."))
    return Receipt(said=f"{answer[0]} {answer[1].decode(errors='replace')}"[:200])


def _bytes(message: EmailMessage) -> bytes:
    """The message as it travels. Ids are never cut: some programs do not read one that begins on a second line."""
    whole = message.message()
    written = BytesIO()
    policy = whole.policy.clone(max_line_length=LONGEST_LINE)
    BytesGenerator(written, mangle_from_=False, policy=policy).flatten(whole, linesep="\r\n")
    return written.getvalue()


def _check(answer: tuple[int, bytes], sentence: str, *, is_ours: bool = False) -> None:
    """Raise unless the relay agreed (2xx): 5xx for good, the rest for now. ``is_ours`` tells whose 5xx it is."""
    code = answer[0]
    if 200 <= code < 300:
        return
    for_good = code >= 500
    raise SendFailed(sentence % {"code": code}, permanent=for_good and not is_ours, is_ours=for_good and is_ours)


def _code(error: smtplib.SMTPResponseException) -> dict[str, int]:
    return {"code": error.smtp_code}


def _bare(address: str) -> str:
    """The address alone, out of « name <address> »."""
    return address.rpartition("<")[2].rstrip(">")
