"""A mail as the pipeline reads any word: one ``Inbound``."""

from __future__ import annotations

from ..inbound import Address, Attachment, Inbound, Meta, Party, Role, Unreadable
from .mail import Mail, parse
from .tokens import ours_in


def parse_mail(raw: bytes, meta: Meta) -> Inbound:
    """Translate one mail. Any bytes give an answer; only nothing at all, or a fault of ours, is ``Unreadable``.

    Sender and date are the mail's claims: parties have the proof ``CLAIMED``, ``happened_at`` is in UTC and may lie.
    ``facts`` may hold ``reply_to`` and ``sender`` (addresses). ``authserv_id`` among the options of the touchpoint is
    the name of our own server in Authentication-Results.
    """
    if not raw.strip(b"\x00 \t\r\n"):
        raise Unreadable("Le message est vide.")
    mail = parse(raw, authserv_id=str(meta.options.get("authserv_id", "")))
    if not mail.is_whole:
        raise Unreadable(mail.problems[0])
    return as_inbound(mail)


def as_inbound(mail: Mail) -> Inbound:
    """Return the word that a mail is."""
    return Inbound(
        word_id=mail.message_id,
        text=mail.text,
        subject=mail.subject,
        html=mail.html,
        happened_at=mail.date,
        parties=_parties(mail),
        attachments=tuple(Attachment(file.name, file.claimed, file.data, file.content_id) for file in mail.attachments),
        in_reply_to=tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references)))),
        reply_token=mail.token or next((token for one in mail.bounce if (token := ours_in(one.message_id)[0])), ""),
        bounced=mail.returned or _brought_back(mail),
        is_automatic=mail.automatic is not None,
        facts=_facts(mail),
        problems=mail.problems,
    )


def _brought_back(mail: Mail) -> str:
    """The id of our delivery that a report of any make brings back for good; empty for a delay or a complaint."""
    for bounce in mail.bounce:
        is_over = bounce.action == "failed" or (not bounce.action and bounce.status.startswith("5"))
        if is_over and (ours := ours_in(bounce.message_id)[1]):
            return ours
    return ""


def _parties(mail: Mail) -> tuple[Party, ...]:
    author = mail.author[0] if mail.author else mail.sender
    parties = [Party("author", author)] if author else []
    roles: tuple[tuple[Role, tuple[Address, ...]], ...] = (("to", mail.to), ("cc", mail.cc))
    parties += [Party(role, address) for role, addresses in roles for address in addresses]
    return tuple(parties)


def _facts(mail: Mail) -> dict[str, str]:
    facts: dict[str, str] = {}
    if mail.reply_to:
        facts["reply_to"] = mail.reply_to[0].value
    if mail.author and mail.sender and mail.sender.value != mail.author[0].value:
        facts["sender"] = mail.sender.value
    return facts
