"""A mail as the pipeline reads any word: one ``Inbound``."""

from __future__ import annotations

from collections.abc import Iterator

from ..inbound import (
    Address,
    Appointment,
    Attachment,
    CameBack,
    Forwarded,
    Inbound,
    Meta,
    Party,
    Role,
    Unreadable,
)
from .automatic import Automatic
from .mail import Mail, parse
from .proof import author_proof
from .tokens import ours_in


def parse_mail(raw: bytes, meta: Meta) -> Inbound:
    """Translate one mail. Any bytes give an answer; only nothing at all, or a fault of ours, is ``Unreadable``.

    Sender and date are the mail's claims, unless our own server vouches for the author's domain (``proof``): its name
    in Authentication-Results is ``authserv_id`` among the options of the touchpoint, ``address`` there is our own.
    ``happened_at`` is in UTC and may lie. ``facts`` may hold ``reply_to`` and ``sender`` (addresses).
    """
    if not raw.strip(b"\x00 \t\r\n"):
        raise Unreadable("Le message est vide.")
    mail = parse(raw, authserv_id=str(meta.options.get("authserv_id", "")))
    if not mail.is_whole:
        raise Unreadable(mail.problems[0])
    return as_inbound(mail, our_address=str(meta.options.get("address", "")))


def as_inbound(mail: Mail, *, our_address: str = "") -> Inbound:
    """Return the word that a mail is. ``our_address`` is the mailbox's own: a list there is a way in, not a machine."""
    automatic = None if _is_our_list(mail.automatic, our_address) else mail.automatic
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
        is_automatic=automatic is not None,
        automatic=automatic.kind if automatic else "",
        returns_on=automatic.returns_on if automatic else None,
        ours=ours_in(mail.message_id)[1],
        unless_ours=(automatic.unless_ours or "") if automatic else "",
        appointments=tuple(_appointments(mail)),
        came_back=tuple(CameBack(b.address, b.status, b.reason.value, b.permanent) for b in mail.bounce),
        forwarded=_forwarded(mail),
        facts=_facts(mail),
        problems=mail.problems,
    )


def _is_our_list(automatic: Automatic | None, our_address: str) -> bool:
    """A group of our own domain hands customers' mail on to us, with the headers of a list."""
    domain = our_address.rpartition("@")[2].lower()
    if not domain or automatic is None or automatic.kind != "list":
        return False
    return any(one == domain or one.endswith(f".{domain}") for one in automatic.through)


def _appointments(mail: Mail) -> Iterator[Appointment]:
    for one in mail.calendar:
        yield Appointment(one.summary, one.start, one.end, one.location, one.method)


def _forwarded(mail: Mail) -> Forwarded | None:
    """The first message handed on, when it says who wrote it."""
    one = next((one for one in mail.forwarded if one.sender), None)
    if one is None:
        return None
    return Forwarded(Address("email", one.sender, one.name), one.text, one.when, mail.reply_text)


def _brought_back(mail: Mail) -> str:
    """The id of our delivery that a report of any make brings back for good; empty for a delay or a complaint."""
    for bounce in mail.bounce:
        is_over = bounce.action == "failed" or (not bounce.action and bounce.status.startswith("5"))
        if is_over and (ours := ours_in(bounce.message_id)[1]):
            return ours
    return ""


def _parties(mail: Mail) -> tuple[Party, ...]:
    author = mail.author[0] if mail.author else mail.sender
    proof = author_proof(mail.authentication, mail.author)
    parties = [Party("author", author, proof)] if author else []
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
