"""HTML to plain text, by a fast route in linear time.

The text is for reading, searching and understanding; what is shown as HTML is sanitised elsewhere from the original.
"""

from __future__ import annotations

import re
from html import unescape

# Up to the next “<” at most: a page of opening brackets stays linear.
_HIDDEN = re.compile(r"<!--|<(script|style|head|title|noscript|template|svg|math|object)\b[^<>]*>", re.I)
_CLOSE = {
    name: re.compile(rf"</{name}[^<>]*>" if name else "-->", re.I)
    for name in ("", "script", "style", "head", "title", "noscript", "template", "svg", "math", "object")
}
_TAG = re.compile(r"<(/?[a-zA-Z!?][a-zA-Z0-9]*)[^<>]*>")
_SPACES = re.compile(r"[ \t]{2,}")
_AROUND_LINE = re.compile(r" ?\n ?")
_MANY_LINES = re.compile(r"\n{3,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]+")
_PARAGRAPHS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre")
_BLOCKS = ("div", "tr", "section", "article", "header", "footer", "address", "dt", "dd", "form", "fieldset", "center")
_BREAKS = {"br": "\n", "br/": "\n", "hr": "\n", "li": "\n- ", "/td": " ", "/th": " "}
_BREAKS |= {slash + name: "\n\n" for name in _PARAGRAPHS for slash in ("", "/")}
_BREAKS |= {slash + name: "\n" for name in _BLOCKS for slash in ("", "/")}


def html_to_text(html: str) -> str:
    """The words of a page, one line per block, list items marked by a dash. Never raises."""
    text = " ".join(_without_hidden(html).split())
    pieces = _TAG.split(text)  # words, tag, words, tag…
    pieces[1::2] = [_BREAKS.get(tag.lower(), "") for tag in pieces[1::2]]
    text = "".join(pieces)
    if "&" in text:
        text = unescape(text).replace("\u00a0", " ")
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    text = _AROUND_LINE.sub("\n", _SPACES.sub(" ", text))
    return _MANY_LINES.sub("\n\n", text).strip()


def _without_hidden(html: str) -> str:
    """Without comments, scripts, styles and other elements whose content is not read."""
    pieces: list[str] = []
    unclosed: set[str] = set()  # looked for once to the end, never again: this keeps the time linear
    position = 0
    for match in _HIDDEN.finditer(html):
        name = (match[1] or "").lower()
        if match.start() < position or name in unclosed:
            continue
        close = _CLOSE[name].search(html, match.end())
        if close is None:
            unclosed.add(name)
            continue
        pieces.append(html[position : match.start()])
        position = close.end()
    pieces.append(html[position:])
    return "".join(pieces)
