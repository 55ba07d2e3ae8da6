"""What a mail says: its text, its HTML, its attachments, chosen as JMAP does (RFC 8621 §4.1.4)."""

from __future__ import annotations

import hashlib
import quopri
import re
from dataclasses import dataclass, field

from .charsets import clean_line, clean_text, decode_text
from .file_types import type_of
from .headers import first, lenient_base64
from .plain import html_to_text
from .structure import Part
from .tnef import TYPE as PACKET
from .tnef import Packet, unpacked
from .uuencode import take_files, uudecoded

MAX_TEXT = 1_000_000  # characters kept of the text
MAX_HTML = 2_000_000  # characters kept of the HTML
_MEDIA = ("image/", "audio/", "video/")
_META_CHARSET = re.compile(rb"""<meta[^<>]{0,200}charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}")


@dataclass(frozen=True, slots=True)
class File:
    """A file that came along. ``claimed`` is the sender's word for its type, ``content_type`` what its bytes show.

    ``is_inline`` says that the page shows it among its words, or asks for it.
    """

    name: str
    content_type: str
    claimed: str
    data: bytes
    md5: str
    content_id: str = ""
    is_inline: bool = False

    @property
    def size(self) -> int:
        """How many bytes it has."""
        return len(self.data)


@dataclass(slots=True)
class Bodies:
    """What is read as text, what as HTML, and what came along, in the order of the mail."""

    texts: list[Part] = field(default_factory=list)
    pages: list[Part] = field(default_factory=list)
    others: list[Part] = field(default_factory=list)
    written_in: list[tuple[bytes, bytes]] = field(default_factory=list)  # name and bytes of uuencoded files
    packets: dict[int, Packet | None] = field(default_factory=dict)  # what Outlook's packets hold, by part


def choose_bodies(root: Part) -> Bodies:
    """Sort the leaves of a mail into text, HTML and attachments."""
    bodies = Bodies()
    _choose([root], "mixed", False, bodies.texts, bodies.pages, bodies.others)
    seen = {id(part) for part in bodies.others}
    for part in (*bodies.texts, *bodies.pages):
        if id(part) not in seen and _may_miss_something(part):
            seen.add(id(part))
            bodies.others.append(part)
    return bodies


def _may_miss_something(part: Part) -> bool:
    """Words cut by the end of the mail, or base64 that is none: shown as read, and kept as they came as well."""
    if part.is_cut:
        return bool(part.raw[part.start : part.end].strip())
    encoding = part.headers.get("content-transfer-encoding") if part.headers else None
    if not encoding or not encoding[0].strip().lower().startswith(b"base64"):
        return False
    match = _BASE64.match(part.raw, part.start, part.end)
    reached = match.end() if match else part.start
    return reached < part.end and not part.raw[part.start : reached].rstrip().endswith(b"=")


def _choose(
    parts: list[Part],
    kind: str,
    in_alternative: bool,
    texts: list[Part] | None,
    pages: list[Part] | None,
    others: list[Part],
) -> None:
    """RFC 8621 §4.1.4, line by line; its depth is bounded by that of the tree."""
    texts_before = -1 if texts is None else len(texts)
    pages_before = -1 if pages is None else len(pages)
    for place, part in enumerate(parts):
        if part.is_multipart:
            subtype = part.content_type.partition("/")[2]
            _choose(part.children, subtype, in_alternative or subtype == "alternative", texts, pages, others)
            continue
        is_media = part.content_type.startswith(_MEDIA)
        if not _is_inline(part, is_media, first_of=kind, place=place):
            others.append(part)
        elif kind == "alternative":
            chosen = {"text/plain": texts, "text/html": pages}.get(part.content_type, others)
            (others if chosen is None else chosen).append(part)
        else:
            if in_alternative and part.content_type == "text/plain":
                pages = None
            elif in_alternative and part.content_type == "text/html":
                texts = None
            if is_media:
                others.append(part)
                continue
            for chosen in (texts, pages):
                if chosen is not None:
                    chosen.append(part)
    if kind == "alternative" and texts is not None and pages is not None:
        if len(texts) == texts_before and len(pages) != pages_before:
            texts.extend(pages[pages_before:])
        elif len(pages) == pages_before and len(texts) != texts_before:
            pages.extend(texts[texts_before:])


def _is_inline(part: Part, is_media: bool, *, first_of: str, place: int) -> bool:
    if part.disposition == "attachment":
        return False
    if not is_media and part.content_type not in ("text/plain", "text/html"):
        return False
    return place == 0 or (first_of != "related" and (is_media or not part.name))


def read_text(bodies: Bodies, problems: list[str]) -> tuple[str, str]:
    """The words of a mail and its HTML as it came (empty when there is none)."""
    decoded: dict[int, str] = {}
    texts = [_page(part, bodies, decoded, problems) for part in bodies.texts]
    pages = [part for part in bodies.pages if part.content_type == "text/html"]
    html = "\n".join(_decoded(part, bodies, decoded, problems) for part in pages) if pages else ""
    text = "\n".join(one for one in texts if one.strip())
    if not text and html:
        text = html_to_text(html[:MAX_HTML])
    if not texts and not html:
        text = _last_resort(bodies, decoded, problems)
    if len(text) > MAX_TEXT:
        problems.append("Le texte est très long\u202f: sa fin n’est pas reprise.")
        text = text[:MAX_TEXT]
    if len(html) > MAX_HTML:
        problems.append("La version HTML est très longue\u202f: sa fin n’est pas reprise.")
        html = html[:MAX_HTML]
    return text, html


def _last_resort(bodies: Bodies, decoded: dict[int, str], problems: list[str]) -> str:
    """A mail whose only text is some other kind of text (enriched, calendar…) still says something."""
    for part in bodies.others:
        if part.content_type.startswith("text/") and part.disposition != "attachment":
            text = _decoded(part, bodies, decoded, problems)
            return html_to_text(text[:MAX_HTML]) if part.content_type == "text/html" else text
    packets = [packet for part in bodies.others if (packet := _packet(part, body_bytes(part), bodies))]
    return "\n".join(packet.text or html_to_text(packet.html[:MAX_HTML]) for packet in packets)


def _packet(part: Part, data: bytes, bodies: Bodies) -> Packet | None:
    if id(part) not in bodies.packets:
        bodies.packets[id(part)] = unpacked(data)
    return bodies.packets[id(part)]


def _page(part: Part, bodies: Bodies, decoded: dict[int, str], problems: list[str]) -> str:
    text = _decoded(part, bodies, decoded, problems)
    return html_to_text(text[:MAX_HTML]) if part.content_type == "text/html" else text


def _decoded(part: Part, bodies: Bodies, decoded: dict[int, str], problems: list[str]) -> str:
    if id(part) not in decoded:
        data = body_bytes(part)
        if part.content_type == "text/plain" and b"begin " in data:
            data, files = take_files(data)
            bodies.written_in += files
        charset = part.parameters.get("charset", "")
        if not charset and part.content_type == "text/html" and (found := _META_CHARSET.search(data[:2_000])):
            charset = found[1].decode("ascii", "replace")
        text, sure = decode_text(data, charset)
        if not sure:
            problems.append(
                "L’encodage annoncé ne correspond pas au texte\u202f: certains caractères peuvent être faux."
            )
        decoded[id(part)] = clean_text(text)
    return decoded[id(part)]


def read_files(bodies: Bodies, html: str) -> tuple[File, ...]:
    """The files that came along, decoded, with what their bytes show them to be."""
    found: list[File] = []
    for part in bodies.others:
        file = _file(part, html)
        packet = _packet(part, file.data, bodies) if file.content_type == PACKET else None
        found += [_loose(one.name, one.data) for one in packet.files] if packet else [file]
    return (*found, *(_loose(clean_line(decode_text(name)[0])[:255], data) for name, data in bodies.written_in))


def _loose(name: str, data: bytes) -> File:
    """A file that no part of the mail announced."""
    claimed = "application/octet-stream"
    return File(name, type_of(data, claimed), claimed, data, _md5(data))


def _file(part: Part, html: str) -> File:
    data = body_bytes(part)
    content_id = _content_id(part)
    is_inline = part.disposition == "inline" or bool(content_id and part.disposition != "attachment")
    is_inline = is_inline or bool(content_id and f"cid:{content_id}" in html)
    claimed = part.content_type
    return File(part.name, type_of(data, claimed), claimed, data, _md5(data), content_id, is_inline)


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _content_id(part: Part) -> str:
    return clean_line(first(part.headers, "content-id")).strip("<> ")[:998]


def body_bytes(part: Part) -> bytes:
    """The bytes of a part, out of their transfer encoding. Never raises: what cannot be decoded stays as it came."""
    encoding = first(part.headers, "content-transfer-encoding").lower() if part.headers else ""
    view = memoryview(part.raw)[part.start : part.end]
    if encoding.startswith("base64"):
        return lenient_base64(view)
    if encoding.startswith("quoted"):
        return quopri.decodestring(bytes(view))
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return uudecoded(bytes(view))
    return bytes(view)
