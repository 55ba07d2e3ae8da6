"""Mail: messages read from files (.eml, Maildir, mbox), and sent through a relay by SMTP."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import formataddr
from typing import Any
from uuid import UUID

import idna
from django.core.mail import EmailMultiAlternatives, SafeMIMEMultipart
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from egards.touchpoints.forms import MailSendingForm, no_reply_sentence
from egards.touchpoints.inbound import Attachment, Inbound, Meta
from egards.touchpoints.kind import Kind
from egards.touchpoints.mime import message_id, parse_apart, parse_mail
from egards.touchpoints.no_reply import invites_silence
from egards.touchpoints.outbound import Outbound, Receipt, SendFailed
from egards.touchpoints.smtp import PLAIN, hand_over, is_loopback

#: RFC 5321 §4.5.3.1.1, in bytes: a longer left part is refused by some servers.
LONGEST_LOCAL_PART = 64
_TYPE = re.compile(r"[a-z0-9]{1,20}/[a-z0-9][a-z0-9.+-]{0,80}")
_NEEDED = ("address", "host", "port", "security")


class Mail(Kind):
    """A Message-ID is only a claim: author, date and body enter the key too."""

    kind = "mail"
    label = _("E-mail")
    icon = "mail"
    acknowledges = True
    word_id_is_unique = False
    can_send = True
    has_mailbox = True
    sending_form = MailSendingForm
    secret_fields = frozenset({"password"})

    def parse(self, raw: bytes, meta: Meta) -> list[Inbound]:
        """Translate one message; what just came from outside, in a process that may be killed."""
        return [parse_apart(raw, meta) if meta.is_live else parse_mail(raw, meta)]

    def sending_problem(self, settings: Mapping[str, Any]) -> str:
        """A relay, an address that takes answers, and encryption unless the relay is on this machine."""
        if not all(settings.get(name) for name in _NEEDED):
            return gettext("Say which address writes, and through which mail relay.")
        if invites_silence(str(settings["address"])) or invites_silence(str(settings.get("sender_name", ""))):
            return no_reply_sentence()
        if settings["security"] == PLAIN and not is_loopback(str(settings["host"])):
            return gettext("Without encryption, only a relay on this machine will do.")
        return ""

    def message_id(self, delivery_id: UUID, reply_token: str, settings: Mapping[str, Any]) -> str:
        """The token stands in it too: many programs answer to the address alone, all of them cite the id."""
        _local, domain = _parts(str(settings["address"]))
        return f"{reply_token or 'egards'}.{delivery_id.hex}@{domain}"

    def id_of(self, raw: bytes) -> str:
        """The Message-ID."""
        return message_id(raw)

    def send(self, outbound: Outbound, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> Receipt:
        """Hand one message to the relay."""
        if problem := self.sending_problem(settings):
            raise SendFailed(problem, is_ours=True)
        letter = compose(outbound, settings)
        return hand_over(letter, settings, secrets.get("password", ""), token=secrets.get("token", ""))


def compose(outbound: Outbound, settings: Mapping[str, Any]) -> EmailMultiAlternatives:
    """Return the message: text first, HTML beside it, files, and headers that bring the answer home."""
    local, domain = _parts(str(settings["address"]))
    address = f"{local}@{domain}"
    headers = {"Message-ID": f"<{outbound.message_id}>"}
    if reply := _reply_address(outbound, local, domain, settings):
        headers["Reply-To"] = reply
    if outbound.in_reply_to:
        headers["In-Reply-To"] = _bracketed(outbound.in_reply_to)
    if outbound.references:
        headers["References"] = " ".join(_bracketed(one) for one in outbound.references)
    if outbound.is_automatic:  # RFC 3834: no program answers it
        headers["Auto-Submitted"] = "auto-replied"
    shown = [file for file in outbound.attachments if file.content_id and f"cid:{file.content_id}" in outbound.html]
    message = _Letter(
        shown=[_file(file, shown_as=file.content_id) for file in shown],
        subject=one_line(outbound.subject),
        body=outbound.text,
        from_email=formataddr((one_line(outbound.from_name), address)),
        to=[outbound.to.value],
        headers=headers,
    )
    if outbound.html:
        message.attach_alternative(outbound.html, "text/html")
    for file in outbound.attachments:
        if file not in shown:
            message.attach(_file(file))
    return message


class _Letter(EmailMultiAlternatives):
    """A message whose page shows pictures that travel with it (multipart/related, RFC 2387)."""

    def __init__(self, *, shown: Sequence[MIMEBase], **said: Any) -> None:
        super().__init__(**said)
        self.shown = shown

    def _create_alternatives(self, msg: Any) -> Any:
        whole = super()._create_alternatives(msg)  # type: ignore[misc]  # Django's own step, without a public name
        if not self.shown:
            return whole
        related = SafeMIMEMultipart(_subtype="related", encoding="utf-8")
        for part in (whole, *self.shown):
            related.attach(part)
        return related


def one_line(text: str) -> str:
    """A header is one line: breaks and control characters become spaces, and nothing can be slipped in."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _reply_address(outbound: Outbound, local: str, domain: str, settings: Mapping[str, Any]) -> str:
    """The address with the token in it, when the server takes such addresses and it is not too long."""
    longer = f"{local}+{outbound.reply_token}"
    takes_plus = settings.get("plus_addresses", True) and len(longer.encode()) <= LONGEST_LOCAL_PART
    return f"{longer}@{domain}" if outbound.reply_token and takes_plus else f"{local}@{domain}"


def _parts(address: str) -> tuple[str, str]:
    local, _at, domain = address.rpartition("@")
    return local, domain.lower() if domain.isascii() else idna.encode(domain, uts46=True).decode()


def _bracketed(identifier: str) -> str:
    return f"<{''.join(c for c in identifier if c.isprintable() and c not in '<> ')[:900]}>"


def _file(file: Attachment, *, shown_as: str = "") -> MIMEBase:
    """A file travels byte for byte, whatever its type; messages and multiparts as plain bytes."""
    main, _slash, sub = file.content_type.partition(";")[0].strip().lower().partition("/")
    if not _TYPE.fullmatch(f"{main}/{sub}") or main in ("message", "multipart"):
        main, sub = "application", "octet-stream"
    part = MIMEBase(main, sub)
    part.set_payload(file.data)
    encode_base64(part)
    name = one_line(file.name) or "fichier"
    if shown_as:
        part.add_header("Content-ID", f"<{shown_as}>")
    where = "inline" if shown_as else "attachment"
    part.add_header("Content-Disposition", where, filename=name if name.isascii() else ("utf-8", "", name))
    return part
