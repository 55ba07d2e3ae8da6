"""What its author wrote in a text: not the lines quoted, the mail answered underneath, or the signature."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

LONGEST_READING: Final = 6_000
FARTHEST: Final = 20_000
# Both begin with the end of the line before, a plain character that ``re`` finds fast.
_QUOTED = re.compile(r"\n[ \t]*>[^\n]*")
# « -- » is RFC 3676, 4.3; the others are what Outlook, Gmail and their French versions write above the mail answered.
_SPACE = "[ \u00a0\u202f]"
_ENDS = re.compile(
    r"\n[ \t*_]*(?:"
    r"-- (?=\n|\Z)"
    r"|-{2,} ?(?:Message (?:d['’]origine|original|transféré)|Original Message|Forwarded message)"
    rf"|(?:De|From){_SPACE}?:[^\n]*\n{{1,2}}(?:[^\n]+\n{{1,2}})?[ \t*_]*(?:Envoyé|Sent|Date){_SPACE}?:"
    r"|(?P<attribution>(?:Le|On) (?=[^\n]{0,40}\d)[^\n]{6,200}?(?:\n[^\n]{0,120}?)?"
    rf"\b(?:a\s+écrit|wrote){_SPACE}?:[ \t]*(?=\n|\Z))"
    r")"
)
_QUOTE_FOLLOWS = re.compile(r"\s*>")


class OwnText(NamedTuple):
    """``whole``: the author's own text, within reason; ``read``: its part that is read; both keep the offsets."""

    whole: str
    read: str
    is_cut: bool


def own_text(text: str) -> OwnText:
    """Keep the author's own words. What is quoted among them becomes as many spaces, so that offsets hold.

    At most ``FARTHEST`` characters are looked at, and ``LONGEST_READING`` of the author's own are read.
    """
    whole = text[:FARTHEST]
    whole = whole[: _end(whole)]
    goes_on = len(whole) == FARTHEST < len(text)
    read_to = LONGEST_READING
    if ">" in whole:
        for line in _QUOTED.finditer("\n" + whole):
            if line.start() >= read_to:
                break
            read_to += len(line.group()) - 1
        whole = _QUOTED.sub(lambda line: "\n" + " " * (len(line.group()) - 1), "\n" + whole)[1:]
    return OwnText(whole, whole[:read_to], goes_on or len(whole) > read_to)


def _end(text: str) -> int:
    """Where the author stops. A mark with nothing before it (a mail forwarded as it is) ends nothing.

    « Le … a écrit : » above lines quoted with « > » ends nothing either: answers often stand between them.
    """
    for mark in _ENDS.finditer(text):
        answers_between = mark["attribution"] and _QUOTE_FOLLOWS.match(text, mark.end())
        if not answers_between and not text[: mark.start()].isspace() and mark.start():
            return mark.start()
    return len(text)
