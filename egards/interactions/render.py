"""Mail HTML made harmless: no script, no link, no image from elsewhere, nothing that tells the sender it was read.

What comes out is still a stranger's page: it is served alone, in a sandboxed frame, under ``HTML_POLICY``.
"""

from __future__ import annotations

from typing import Final

import nh3

#: The policy of the framed page: nothing loads but inline style and pictures that are in the page itself.
HTML_POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)

_TAGS: Final = (nh3.ALLOWED_TAGS | {"font", "u", "s", "big", "tfoot"}) - {"map", "area"}
_PLAIN_ATTRIBUTES: Final = {"style", "align", "valign", "dir", "lang", "title"}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": _PLAIN_ATTRIBUTES,
    "img": {"src", "alt", "width", "height"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "td": {"width", "height", "colspan", "rowspan", "bgcolor"},
    "th": {"width", "height", "colspan", "rowspan", "bgcolor", "scope"},
    "tr": {"bgcolor"},
    "font": {"color", "face", "size"},
    "ol": {"start"},
}
#: None of these can load anything or leave its place; ``background`` and ``content`` could.
_STYLES: Final = frozenset(
    "color background-color font font-family font-size font-style font-weight line-height letter-spacing text-align "
    "text-decoration text-indent text-transform vertical-align white-space direction width max-width min-width height "
    "padding padding-top padding-right padding-bottom padding-left margin margin-top margin-right margin-bottom "
    "margin-left border border-top border-right border-bottom border-left border-color border-style border-width "
    "border-radius border-collapse border-spacing display float clear".split()
)
_PICTURES: Final = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")


def _kept(tag: str, name: str, value: str) -> str | None:
    """Keep an attribute, unless it would fetch something."""
    if name == "src":
        return value if value.lower().startswith(_PICTURES) else None
    return value


_CLEANER: Final = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    clean_content_tags={"script", "style", "title", "head", "noscript", "template"},
    filter_style_properties=_STYLES,
    url_schemes={"data"},
    link_rel=None,
)


def clean_html(html: str) -> str:
    """Return the part of a mail's HTML that cannot act: links are words only, distant pictures are their ``alt``."""
    return _CLEANER.clean(html)


def html_page(html: str) -> str:
    """Return a whole page to be framed, from a mail's HTML."""
    return (
        '<!doctype html><html><head><meta charset="utf-8"><title>-</title>'
        "<style>:root{color-scheme:light}body{margin:12px;font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}"
        "img,table{max-width:100%}</style></head><body>" + clean_html(html) + "</body></html>"
    )
