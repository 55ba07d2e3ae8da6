"""A page to text with the quotes marked: what Gmail, Outlook, Apple, Yahoo, GMX and others put around others' words."""

from __future__ import annotations

import re

from .plain import html_to_text
from .quotes import ENDS_WORDS, INTRODUCES

_OPEN, _CLOSE = "\ue0a3", "\ue0a4"
_MARKS = re.compile("[\ue0a1-\ue0a4]")
_TAG = re.compile(r"<(/?)(blockquote|div|hr|span|td|p|pre|table)\b([^<>]*)>", re.I)
_QUOTING = re.compile(
    r"""type\s*=\s*["']?cite|class\s*=\s*["'][^"']*(?:gmail_quote|_quote|quote)|border-left|padding-left:\s*1ex""", re.I
)
_INTRODUCING = re.compile(
    r"""class\s*=\s*["'][^"']*(?:gmail_attr|moz-cite-prefix|protonmail_quote|AppleMailQuote)|id\s*=\s*["']?reply-intro""",
    re.I,
)
_ENDING = re.compile(
    r"""id\s*=\s*["'](?:x_)*(?:appendonsend|divRplyFwdMsg|stopSpelling|OLK_SRC_BODY_SECTION|mail-editor-reference-message
    |ms-outlook-mobile-body-separator|isForwardContent|orcaForward|yahoo_quoted|replySplit|quoted-content)[^"']*["']
    |class\s*=\s*["'][^"']*(?:yahoo_quoted|OutlookMessageHeader|moz-forward-container|zmail_extra|ms-outlook-mobile-reference
      |yahoo-quoted|js-forwarded|front-blockquote|WM_REPLY_QUOTE|ox-quote|iCloud-quote)
    |name\s*=\s*["']?quote\b
    |border-top:\s*solid\s*\#(?:E1E1E1|B5C4DF)|border:\s*none;\s*border-top:\s*solid""",
    re.I | re.X,
)
_SIGNATURE = re.compile(
    r"""(?:class|id)\s*=\s*["'](?:x_)*(?:gmail_signature|ms-outlook-mobile-signature|Signature|moz-signature|protonmail_signature_block
    |AppleMailSignature|email-signature|cit_signature)\b[^"']*["']""",
    re.I | re.X,
)
#: One of them is in every page that the three above read.
_WORDS = (
    "quote", "cite", "CITE", "gmail_", "RplyFwdMsg", "appendonsend", "border-top", "border-left", "BORDER-", "moz-",
    "stopSpelling", "OLK_SRC", "reference-message", "reply-intro", "MessageHeader", "zmail_", "ignature", "Forward",
    "replySplit",
)  # fmt: skip


def has_quotes(page: str) -> bool:
    """Whether a page may hold marks of quoting: quick, before the work of ``quoted_text``."""
    return any(map(page.__contains__, _WORDS))


def quoted_text(page: str) -> str | None:
    """Text of a page, quoted lines behind « > », introductions and ends marked as ``quotes`` reads them.

    None when the page marks nothing: its plain text says as much.
    """
    if not page.isascii():
        page = _MARKS.sub("", page)
    depth_known: list[bool] = []  # for each open blockquote, whether it quotes

    def marked(match: re.Match[str]) -> str:
        closing, name, attributes = match[1], match[2].lower(), match[3]
        if name == "blockquote":
            if closing:
                return f"<br>{_CLOSE}<br>{match[0]}" if depth_known and depth_known.pop() else match[0]
            depth_known.append(bool(_QUOTING.search(attributes)))
            return f"{match[0]}<br>{_OPEN}<br>" if depth_known[-1] else match[0]
        if closing or not attributes:
            return match[0]
        if _ENDING.search(attributes):
            return f"<br>{ENDS_WORDS}<br>{match[0]}"
        if _SIGNATURE.search(attributes):
            return f"<br>--<br>{match[0]}"
        if _INTRODUCING.search(attributes):
            return f"{match[0]}{INTRODUCES}"
        return match[0]

    with_marks = _TAG.sub(marked, page)
    return None if len(with_marks) == len(page) else _with_quote_marks(html_to_text(with_marks))


def _with_quote_marks(text: str) -> str:
    lines: list[str] = []
    depth = 0
    for line in text.split("\n"):
        if line == _OPEN:
            depth = min(depth + 1, 20)
        elif line == _CLOSE:
            depth = max(depth - 1, 0)
        elif depth:
            lines.append(f"{'>' * depth} {line}".rstrip())
        else:
            lines.append(line)
    return _MARKS_LEFT.sub("", "\n".join(lines))


_MARKS_LEFT = re.compile("[\ue0a3\ue0a4]")
