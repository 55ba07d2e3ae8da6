"""The recipients that a report names, each with what was said of it: by fields (RFC 3464), else by its text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .bodies import body_bytes
from .bounce_verdict import ADDRESS, ANY_ADDRESS, Row
from .charsets import clean_line, clean_text, decode_text
from .headers import first, header_text, message_ids, read_headers
from .structure import Part

MAX_RECIPIENTS = 100
MAX_REPORT = 60_000  # characters of a report read
MAX_WORDS = 2_000  # characters of what was said of one recipient
RETURNED = ("message/rfc822", "text/rfc822-headers", "message/partial", "text/rfc822-header", "message/rfc822-headers")
_ALONE = re.compile(
    rf"^[ \t>*|-]*(?:[45]\d\d (?:[45]\.\d\.\d )?)?(?:(?:rcpt to|recipient|user|address|envelope-to"
    rf"|failed recipient)\s*:\s*)?[<\"'(]{{0,2}}({ADDRESS})[>\"')]{{0,2}}[:.,]?[ \t]*(?:$|\.\.\.|[-–:(\[]|on |\t"
    rf"|invalid)",
    re.I | re.M,
)
_NEAR = re.compile(
    rf"(?:deliver\w*|recipients?|address\w*|mail(?:box)?|message|to|user|size|attempts|undeliverable to"
    rf"|failed)\b[^\n@]{{0,60}}?[<\"(]?({ADDRESS})",
    re.I,
)
FIELD = re.compile(r"^([A-Za-z][A-Za-z-]{1,40})[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)", re.M)
_COPY = re.compile(
    r"^[ \t>|*=-]*(?:.{0,40}(?:copy of (?:the|your) (?:message|original)|(?:original|returned|unsent"
    r"|your) message\b.{0,20}(?:follows|below|:\s*$|head|text)|message (?:headers?|text) follow"
    r"|headers? of the original"
    r"|original message\b(?! was| from| is)|unsent message|included (?:below|message)|contents? of (?:the"
    r"|your) (?:original )?message|first .{0,20}lines of)|message header follow).{0,60}$",
    re.I | re.M,
)
_HEADER_START = re.compile(
    r"^(?:Received|Return-Path|DKIM-Signature|Delivered-To|X-[\w-]+|Message-ID|Date|From|MIME-Version):[ \t]?\S?",
    re.I | re.M,
)
_IDS = re.compile(r"^[ \t>]*message-id:[ \t]*\n?[ \t]*(<[^<>\s]{1,998}>|\S{3,300})", re.I | re.M)


def leaves(root: Part) -> Iterator[Part]:
    """The parts that hold something, in order."""
    waiting = [root]
    while waiting:
        part = waiting.pop(0)
        waiting[:0] = part.children
        if not part.children:
            yield part


def text_of(part: Part) -> str:
    """The characters of a part."""
    text, _sure = decode_text(body_bytes(part)[:MAX_REPORT], part.parameters.get("charset", ""))
    return clean_text(text)


def report_words(parts: list[Part], text: str) -> str:
    """The report's own words, without the message that it returns."""
    words = "\n".join(text_of(p) for p in parts if p.content_type == "text/plain" and p.disposition != "attachment")
    words = words if words.strip() else text[:MAX_REPORT]
    start = 0
    if _HEADER_START.match(words.lstrip("\n")):  # a report that repeats its own headers first
        start = words.find("\n\n") + 1
    cut = len(words)
    if found := _COPY.search(words, start + 1):
        cut = found.start()
    for found in _HEADER_START.finditer(words, start):
        if found.start() >= cut:
            break
        if words[max(0, found.start() - 2) : found.start()] in ("\n\n", "") or found[0].lower().startswith(
            ("received", "return-path")
        ):
            cut = found.start() if words[start : found.start()].strip() else cut
            if cut == found.start():
                break
    return words[start:cut] if words[start:cut].strip() else words[start:]


def original_id(root: Part, parts: list[Part], text: str) -> str:
    """The Message-ID of the mail that came back, empty when nobody repeats it."""
    for part in parts:
        if part.content_type in RETURNED:
            inner = body_bytes(part)
            headers, _body, _whole = read_headers(inner, 0, len(inner))
            if ids := message_ids(first(headers, "message-id"), 1):
                return ids[0]
    own = message_ids(first(root.headers, "message-id"), 1)
    for found in _IDS.finditer(text[:MAX_REPORT]):
        ids = message_ids(clean_line(found[1]), 1)
        if ids and ids != own:
            return ids[0]
    return ""


def rows_of(text: str) -> Iterator[Row]:
    """Groups of RFC 3464 fields, one recipient each."""
    fields: dict[str, str] = {}
    for match in FIELD.finditer(text):
        name, value = match[1].lower(), clean_line(re.sub(r"\s*\n\s*", " ", match[2]))
        if name in ("final-recipient", "original-recipient") and name in fields:
            yield from _row(fields)
            fields = {}
        fields[name] = value
    yield from _row(fields)


def _row(fields: dict[str, str]) -> Iterator[Row]:
    recipient = fields.get("final-recipient") or fields.get("original-recipient") or ""
    if not recipient or ("action" not in fields and "status" not in fields and "diagnostic-code" not in fields):
        return
    words = fields.get("diagnostic-code", "")
    kind, semicolon, rest = words.partition(";")
    if (
        semicolon and kind.strip().lower() in ("smtp", "x-unix", "x-postfix", "x-notes", "dns")
    ) or kind.lower().startswith("x-"):
        words = rest.strip() if kind.strip().lower() == "smtp" else words
    yield Row(
        _recipient(recipient),
        fields.get("status", ""),
        words[:MAX_WORDS],
        fields.get("action", "").split(" ")[0].lower(),
    )


def _recipient(value: str) -> str:
    kind, semicolon, address = value.partition(";")
    address = (address if semicolon else kind).strip().strip("<>\"'").strip()
    if found := ANY_ADDRESS.search(address.rpartition(":")[2] if address.startswith("@") else address):
        return found[0].strip("<>") if "=?" not in address else address[:320]
    return address[:320]


def told(root: Part, words: str, text: str, parts: list[Part]) -> Iterator[Row]:
    """Recipients out of a text, each with what was said after it, up to the next one."""
    own = {a.lower() for value in root.headers.get("from", ()) for a in ANY_ADDRESS.findall(header_text(value))}
    failed = [
        a for value in root.headers.get("x-failed-recipients", ()) for a in ANY_ADDRESS.findall(header_text(value))
    ]
    places: dict[str, int] = {}
    for match in _ALONE.finditer(words):
        if match[1].lower() not in own and len(places) < MAX_RECIPIENTS:
            places.setdefault(match[1], match.start(1))
    if failed and not any(a in places for a in failed):
        places = {a: max(words.find(a), 0) for a in failed}
    if not places:
        near = next((m for m in _NEAR.finditer(words) if m[1].lower() not in own), None)
        if near:
            places[near[1]] = near.start(1)
    if not places and (address := returned_to(parts, own) or _written_to(root, text, own)):
        places[address] = 0
    marks = sorted(places.values())
    for address, place in places.items():
        following = next((mark for mark in marks if mark > place), len(words))
        said = words[place:following] if len(places) > 1 else words
        yield Row(address, "", said[: MAX_WORDS * 2])


def _written_to(root: Part, text: str, own: set[str]) -> str:
    """The recipient of the message copied at the end of the report's text."""
    ours = {a.lower() for value in root.headers.get("to", ()) for a in ANY_ADDRESS.findall(header_text(value))}
    for match in re.finditer(rf"^[ \t>]*to:[ \t]*[^\n]{{0,100}}?({ADDRESS})", text[:MAX_REPORT], re.I | re.M):
        if match[1].lower() not in own | ours:
            return match[1]
    return ""


def returned_to(parts: list[Part], own: set[str]) -> str:
    """The first recipient of the mail that came back whole."""
    for part in parts:
        if part.content_type in RETURNED:
            inner = body_bytes(part)
            headers, _body, _whole = read_headers(inner, 0, len(inner))
            for name in ("x-failed-recipients", "to", "delivered-to"):
                for address in ANY_ADDRESS.findall(first(headers, name)):
                    if address.lower() not in own:
                        return str(address)
    return ""
