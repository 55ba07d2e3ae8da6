"""Letters to customers: the same words as text and as HTML. No image, no pixel, no tracked link; it can be answered.

Order (design.md §12): brand, the answer first, the promise, one way to the follow-up page, who signs and their line,
« Simply answer this message. », what it answers, then how else to reach us and why one receives this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from egards.accounts.models import Brand
from egards.core.opening_words import opening_words
from egards.interactions.letter_style import dark_block, dressed

_ADDRESS = re.compile(r"https?://[^\s<>\"«»“”]+")
_ENDS = ".,;:!?)…’'"


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: a person or a team, and the line on which they can be called."""

    name: str
    team: str
    phone: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """What a letter answers: who said it and when, in a sentence, and their words. Mail programs fold it."""

    intro: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture shown in the letter: the id of its part (RFC 2392), and its name."""

    content_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as text and as HTML. ``said`` is the text without what it quotes: our own words."""

    text: str
    html: str
    said: str = ""


def letter(
    *,
    brand: Brand,
    greeting: str,
    paragraphs: Sequence[str],
    promise: str | None,
    button: tuple[str, str] | None,
    signature: Signature,
    why: str,
    quoted: Quoted | None = None,
    pictures: Sequence[Picture] = (),
    token: str = "",
) -> Letter:
    """Dress words as a letter. ``promise`` is a sentence, ``button`` a label and an http(s) address.

    ``token`` stands unseen in the page: an answer that copies it comes home even when its headers were lost.

    Paragraphs are plain text as somebody typed it: nothing of it becomes markup, but http(s) addresses become links.
    Raises ``ValueError`` when the button leads elsewhere.
    """
    if button is not None and not _ADDRESS.fullmatch(button[1]):
        raise ValueError("a letter's button leads to an http(s) address")
    lines, footer = _signature_lines(brand, signature), _footer(brand, why)
    html = render_to_string(
        "interactions/letter.html",
        {
            "brand": brand.name,
            "greeting": greeting,
            "paragraphs": [linked(paragraph) for paragraph in paragraphs],
            "promise": promise,
            "button": button,
            "signature": signature,
            "signature_lines": lines,
            "quoted": quoted and {"intro": quoted.intro, "text": linked(quoted.text)},
            "pictures": pictures,
            "token": token,
            "footer": footer,
            "dark": format_html("<style>{}</style>", mark_safe(dark_block())),
        },
    )
    signed = "\n".join([signature.name, *lines])
    said = _as_text([greeting, *paragraphs, promise or ""], button, signed, footer)
    return Letter(said + _copied(quoted), dressed(html), said)


def _as_text(said: Sequence[str], button: tuple[str, str] | None, signed: str, footer: Sequence[str]) -> str:
    parts = [
        *(part.strip() for part in said),
        _("%(label)s: %(address)s") % {"label": button[0], "address": button[1]} if button else "",
        signed,
        _("Simply answer this message."),
        "\n".join(["-- ", *footer]),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _copied(quoted: Quoted | None) -> str:
    if quoted is None:
        return ""
    return "\n".join(["", quoted.intro, *(f"> {line}".rstrip() for line in quoted.text.strip().splitlines()), ""])


def linked(text: str) -> SafeString:
    """Return plain text as HTML: lines kept, http(s) addresses as links, everything else escaped."""
    return format_html_join(mark_safe("<br>\n"), "{}", ((_linked_line(line),) for line in text.strip().splitlines()))


def _linked_line(line: str) -> SafeString:
    pieces: list[SafeString] = []
    end = 0
    for found in _ADDRESS.finditer(line):
        address = found[0].rstrip(_ENDS)
        pieces.append(format_html("{}", line[end : found.start()]))
        pieces.append(format_html('<a href="{}" rel="noopener noreferrer" class="link">{}</a>', address, address))
        end = found.start() + len(address)
    pieces.append(format_html("{}", line[end:]))
    return mark_safe("".join(pieces))


def _signature_lines(brand: Brand, signature: Signature) -> list[str]:
    """The team and the brand, each said once, and the direct line."""
    known = [name for name in (signature.team, brand.name) if name and name != signature.name]
    lines = [", ".join(dict.fromkeys(known))] if known else []
    return [*lines, signature.phone] if signature.phone else lines


def _footer(brand: Brand, why: str) -> list[str]:
    hours = opening_words(brand.phone_hours.week) if brand.phone_hours else ""
    phone = ", ".join(part for part in (brand.phone, hours) if part) if brand.phone else ""
    address = ", ".join(line.strip() for line in brand.postal_address.splitlines() if line.strip())
    return [line for line in (" · ".join(part for part in (brand.name, phone) if part), address, why) if line]
