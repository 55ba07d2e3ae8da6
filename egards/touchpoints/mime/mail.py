"""One mail, from raw bytes to everything that later steps may want of it. Never raises, whatever the bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ..inbound import Address
from .addresses import read_addresses
from .authentication import Verdict, read_verdicts
from .automatic import Automatic, classify
from .bodies import Bodies, File, body_bytes, choose_bodies, read_files, read_text
from .bounce_verdict import Bounce
from .bounces import is_report, read_bounces
from .calendars import MAX_EVENTS, Appointment, read_calendar
from .charsets import clean_text, decode_text
from .forwarded import Forwarded, from_split
from .headers import Headers, decode_words, first, header_text, message_ids, read_date, read_headers
from .quote_words import FORWARD_SUBJECT
from .quoted_html import has_quotes, quoted_text
from .reply import Split, split_reply
from .structure import Part, read_structure
from .tokens import reply_token, returned

MAX_ADDRESSES = 500
MAX_SUBJECT = 1_000
MAX_REFERENCES = 100
MAX_SPLIT = 200_000  # characters of a text whose quotes are looked for; a longer one is taken as said
MAX_FORWARDED = 3


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it was understood. Everything in it is the sender's claim, ``authentication`` apart.

    ``date`` is in UTC. Ids have no brackets. ``text`` is the whole text (out of the page when there is no other), and
    ``reply_text`` with ``quoted_text`` are its two halves. ``problems`` are French sentences shown to members: what was
    wrong and what was assumed; ``is_whole`` is False when a fault of ours stopped the reading. ``token`` and
    ``returned`` are ours: the conversation answered, the delivery brought back (see ``tokens``).
    """

    author: tuple[Address, ...] = ()
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    reply_text: str = ""
    quoted_text: str = ""
    forwarded: tuple[Forwarded, ...] = ()
    attachments: tuple[File, ...] = ()
    automatic: Automatic | None = None
    bounce: tuple[Bounce, ...] = ()
    authentication: tuple[Verdict, ...] = ()
    calendar: tuple[Appointment, ...] = ()
    problems: tuple[str, ...] = ()
    is_whole: bool = True
    token: str = ""
    returned: str = ""


def parse(raw: bytes, *, authserv_id: str = "") -> Mail:
    """Read one mail. Any bytes give an answer, as long as there is memory for them.

    Time and memory are linear in their length, with limits past which the rest is left out and said in ``problems``.
    ``authserv_id`` is the name under which our server writes its verdicts.
    """
    try:
        return _parse(raw, authserv_id)
    except MemoryError:
        raise
    except Exception as error:  # a mail must not be lost by a fault of ours: its words are kept as they came
        sentence = f"Le message n’a pas pu être analysé ({type(error).__name__})\u202f: il est lu comme du texte."
        text = clean_text(decode_text(raw[:MAX_SPLIT])[0])
        return Mail(text=text, reply_text=text, problems=(sentence,), is_whole=False)


def message_id(raw: bytes) -> str:
    """Return a mail's Message-ID without brackets, read from its headers alone; empty when there is none."""
    headers, _body, _whole = read_headers(raw, 0, len(raw))
    return _one_id(headers)


def _one_id(headers: Headers) -> str:
    ids = message_ids(first(headers, "message-id"), 1)
    return ids[0] if ids else ""


def _parse(raw: bytes, authserv_id: str) -> Mail:
    problems: list[str] = []
    root = read_structure(raw, problems)
    headers = root.headers
    _note_missing(raw, headers, problems)
    bodies = choose_bodies(root)
    text, html = read_text(bodies, problems)
    subject = _subject(headers, problems)
    sent_at = _date(headers, problems)
    split = _split(text, html, subject, bodies)
    answered = message_ids(first(headers, "in-reply-to"), MAX_REFERENCES)
    references = message_ids(first(headers, "references"), MAX_REFERENCES)
    token, brought_back = returned(headers, raw)
    bounce = read_bounces(root, text, subject)
    authors, sender = _authors(headers, problems)
    return Mail(
        author=authors,
        sender=sender,
        reply_to=tuple(_addresses(headers, "reply-to", problems)),
        to=tuple(_addresses(headers, "to", problems)),
        cc=tuple(_addresses(headers, "cc", problems)),
        subject=subject,
        date=sent_at,
        message_id=_one_id(headers),
        in_reply_to=answered,
        references=references,
        text=text,
        html=html,
        reply_text=split.reply,
        quoted_text=split.quoted,
        forwarded=from_split(split) or _attached(bodies, subject, text),
        attachments=read_files(bodies, html),
        automatic=_automatic(root, subject, text, sent_at, is_bounce=bool(bounce)),
        bounce=bounce,
        authentication=read_verdicts(headers, authserv_id),
        calendar=_appointments(root),
        problems=tuple(dict.fromkeys(problems)),
        token=reply_token(headers, dict.fromkeys((*answered, *reversed(references))), text, html) or token,
        returned=brought_back,
    )


def _automatic(root: Part, subject: str, text: str, sent_at: datetime | None, *, is_bounce: bool) -> Automatic | None:
    sent_on = sent_at.date() if sent_at else date(2000, 1, 1)
    said = {"subject": subject, "text": text}
    return classify(root.headers, **said, is_bounce=is_bounce, is_report=is_report(root), sent_on=sent_on)


def _note_missing(raw: bytes, headers: Headers, problems: list[str]) -> None:
    if not raw.strip(b"\x00 \t\r\n"):
        problems.append("Le message est vide.")
    elif not headers:
        problems.append("Aucun en-tête n’a été trouvé\u202f: tout est lu comme du texte.")


def _date(headers: Headers, problems: list[str]) -> datetime | None:
    found = read_date(first(headers, "date"))
    if found is None and headers:
        problems.append("La date d’envoi manque ou est illisible.")
    return found


def _subject(headers: Headers, problems: list[str]) -> str:
    subject = decode_words(first(headers, "subject"))
    if len(subject) > MAX_SUBJECT:
        problems.append("L’objet est très long\u202f: sa fin n’est pas reprise.")
        return subject[:MAX_SUBJECT]
    return subject


def _authors(headers: Headers, problems: list[str]) -> tuple[tuple[Address, ...], Address | None]:
    authors = _addresses(headers, "from", problems)
    senders = _addresses(headers, "sender", problems)
    if not authors and not senders and headers:
        problems.append("L’adresse de l’expéditeur manque ou est illisible.")
    if len(authors) > 1:
        problems.append("Le message nomme plusieurs expéditeurs\u202f: le premier est retenu.")
    return tuple(authors), senders[0] if senders else None


def _addresses(headers: Headers, name: str, problems: list[str]) -> list[Address]:
    found: list[Address] = []
    for value in headers.get(name, ()):
        room = MAX_ADDRESSES - len(found)
        some, whole = read_addresses(header_text(value), room) if room else ([], False)
        found += some
        if not whole:
            problems.append(f"Plus de {MAX_ADDRESSES} adresses\u202f: les suivantes ne sont pas reprises.")
            break
    return found


def _split(text: str, html: str, subject: str, bodies: Bodies) -> Split:
    """Part the words said from the rest; a page knows better than its text where quotes begin, when it says so."""
    if len(text) > MAX_SPLIT:
        return Split(text.strip(), "")
    is_forward = bool(FORWARD_SUBJECT.match(subject))
    has_page = bool(html) and len(html) <= MAX_SPLIT
    is_page_only = has_page and all(part.content_type == "text/html" for part in bodies.texts)
    if is_page_only and has_quotes(html) and (marked := quoted_text(html)) is not None:
        return split_reply(marked, is_forward=is_forward)
    split = split_reply(text, is_forward=is_forward)
    if has_page and not is_page_only and not split.quoted and split.forward is None and has_quotes(html):
        by_page = split_reply(quoted_text(html) or "", is_forward=is_forward)
        if by_page.quoted and by_page.reply:
            return by_page
    return split


def _attached(bodies: Bodies, subject: str, text: str) -> tuple[Forwarded, ...]:
    """Messages attached whole, when they are what the mail is about: a subject that says so, or no other words."""
    parts = [part for part in bodies.others if part.content_type == "message/rfc822"]
    if not parts or not (FORWARD_SUBJECT.match(subject) or not text.strip()):
        return ()
    return tuple(_message(part) for part in parts[:MAX_FORWARDED])


def _message(part: Part) -> Forwarded:
    problems: list[str] = []
    inner = read_structure(body_bytes(part), problems)
    text, _html = read_text(choose_bodies(inner), problems)
    who = _addresses(inner.headers, "from", problems)[:1]
    when = decode_words(first(inner.headers, "date"))
    return Forwarded(
        sender=who[0].value if who else "",
        name=who[0].name if who else "",
        when=when[:200],
        at=read_date(when),
        subject=_subject(inner.headers, problems),
        text=text.strip()[:MAX_SPLIT],
    )


def _appointments(root: Part) -> tuple[Appointment, ...]:
    found: dict[tuple[str, str, str], Appointment] = {}
    waiting = [root]
    while waiting and len(found) < MAX_EVENTS:
        part = waiting.pop()
        waiting += part.children
        if part.content_type in ("text/calendar", "application/ics") or part.name.lower().endswith(".ics"):
            text, _sure = decode_text(body_bytes(part), part.parameters.get("charset", ""))
            for one in read_calendar(clean_text(text), part.parameters.get("method", "")):
                found.setdefault((one.uid, one.start, one.method), one)
    return tuple(found.values())[:MAX_EVENTS]
