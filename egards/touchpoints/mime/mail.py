"""One mail, from raw bytes to what every later step reads."""

from __future__ import annotations

from ..inbound import Address, Inbound, Meta, Party, Role, Unreadable
from .addresses import read_addresses
from .bodies import choose_bodies, read_attachments, read_text
from .headers import Headers, decode_words, first, header_text, message_ids, read_date, read_headers
from .replies import reply_token, returned
from .structure import read_structure

MAX_ADDRESSES = 500
MAX_SUBJECT = 1_000
MAX_REFERENCES = 100
_SENDERS_THAT_ARE_MACHINES = ("mailer-daemon", "postmaster@", "noreply-dmarc", "mail-daemon")
_LIST_PRECEDENCES = ("bulk", "list", "junk", "auto_reply", "auto-reply")


def parse_mail(raw: bytes, meta: Meta) -> Inbound:
    """Translate one mail. Any bytes give an answer; only nothing at all is ``Unreadable``.

    Sender and date are the mail's claims: parties have the proof ``CLAIMED``, ``happened_at`` is in UTC and may lie.
    ``facts`` may hold ``reply_to`` and ``sender`` (addresses). Time and memory are linear in the size of ``raw``;
    what goes past a limit is left out and said in ``problems``.
    """
    if not raw.strip(b"\x00 \t\r\n"):
        raise Unreadable("Le message est vide.")
    problems: list[str] = []
    root = read_structure(raw, problems)
    headers = root.headers
    if not headers:
        problems.append("Aucun en-tête n’a été trouvé\u202f: tout est lu comme du texte.")
    bodies = choose_bodies(root)
    text, html = read_text(bodies, problems)
    parties, facts = _people(headers, problems)
    happened_at = read_date(first(headers, "date"))
    if happened_at is None and headers:
        problems.append("La date d’envoi manque ou est illisible.")
    ids = message_ids(first(headers, "message-id"), 1)
    answered = _answered(headers)
    token, bounced = returned(headers, raw)
    return Inbound(
        word_id=ids[0] if ids else "",
        text=text,
        subject=_subject(headers, problems),
        html=html,
        happened_at=happened_at,
        parties=parties,
        attachments=read_attachments(bodies),
        in_reply_to=answered,
        reply_token=reply_token(headers, answered, text, html) or token,
        bounced=bounced,
        is_automatic=_is_automatic(headers),
        facts=facts,
        problems=tuple(dict.fromkeys(problems)),
    )


def message_id(raw: bytes) -> str:
    """Return a mail's Message-ID without brackets, read from its headers alone; empty when there is none."""
    headers, _body, _whole = read_headers(raw, 0, len(raw))
    ids = message_ids(first(headers, "message-id"), 1)
    return ids[0] if ids else ""


def _subject(headers: Headers, problems: list[str]) -> str:
    subject = decode_words(first(headers, "subject"))
    if len(subject) > MAX_SUBJECT:
        problems.append("L’objet est très long\u202f: sa fin n’est pas reprise.")
        return subject[:MAX_SUBJECT]
    return subject


def _answered(headers: Headers) -> tuple[str, ...]:
    """Ids this mail answers, the direct one first, then the older ones from the nearest to the farthest."""
    direct = message_ids(first(headers, "in-reply-to"), MAX_REFERENCES)
    older = message_ids(first(headers, "references"), MAX_REFERENCES)
    return tuple(dict.fromkeys((*direct, *reversed(older))))


def _people(headers: Headers, problems: list[str]) -> tuple[tuple[Party, ...], dict[str, str]]:
    authors = _addresses(headers, "from", problems)
    senders = _addresses(headers, "sender", problems)
    answers = _addresses(headers, "reply-to", problems)
    facts: dict[str, str] = {}
    if answers:
        facts["reply_to"] = answers[0].value
    if authors and senders and senders[0].value != authors[0].value:
        facts["sender"] = senders[0].value
    authors = authors or senders
    if not authors and headers:
        problems.append("L’adresse de l’expéditeur manque ou est illisible.")
    if len(authors) > 1:
        problems.append("Le message nomme plusieurs expéditeurs\u202f: le premier est retenu.")
    parties = [Party("author", address) for address in authors[:1]]
    roles: tuple[tuple[Role, str], ...] = (("to", "to"), ("cc", "cc"))
    for role, name in roles:
        parties += [Party(role, address) for address in _addresses(headers, name, problems)]
    return tuple(parties), facts


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


def _is_automatic(headers: Headers) -> bool:
    """Whether a machine wrote it or it went to a list (RFC 3834, RFC 2919): such a mail is never answered by one."""
    submitted = first(headers, "auto-submitted").lower()
    if submitted and submitted.partition(";")[0].strip() != "no":
        return True
    if first(headers, "precedence").lower() in _LIST_PRECEDENCES:
        return True
    if any(name in headers for name in ("list-id", "x-auto-response-suppress", "x-autoreply", "x-autorespond")):
        return True
    if "return-path" in headers and first(headers, "return-path") in ("<>", ""):
        return True
    if first(headers, "content-type").lower().startswith("multipart/report"):
        return True
    author = first(headers, "from").lower()
    return any(machine in author for machine in _SENDERS_THAT_ARE_MACHINES)
