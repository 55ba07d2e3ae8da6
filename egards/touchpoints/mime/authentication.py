"""What our own server found of a sender (RFC 8601): only under its configured name, never under another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .headers import Headers, header_text

MAX_HEADERS = 20
MAX_LENGTH = 4_000
# What stands between quotes is one word, whatever it holds: who writes to us chooses some of these words.
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(rf'{_QUOTED}|[();"]|\\.|[^();"\\]+|\\', re.S)
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]{1,30})(?:/\d+)?\s*=\s*([a-z]{2,20})\b", re.I)
_PROPERTY = re.compile(
    rf'(?<!\S)([a-z]{{2,12}}\.[a-z0-9_-]{{1,30}})\s*=\s*((?:{_QUOTED}|[^\s"])+)|{_QUOTED}', re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One method (``spf``, ``dkim``, ``dmarc``, ``arc``…), its result (``pass``, ``fail``…) and what it was about."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


def read_verdicts(headers: Headers, authserv_id: str) -> tuple[Verdict, ...]:
    """The verdicts of the server named ``authserv_id``; none when no name is configured.

    A sender can write such a header too, and not every server takes those out that name it before adding its own
    (§5): the topmost alone counts, which is the last one added.
    """
    if not authserv_id:
        return ()
    for value in headers.get("authentication-results", ())[:MAX_HEADERS]:
        text = header_text(value[:MAX_LENGTH])
        if len(value) > MAX_LENGTH:  # half a name may be the name of somebody else
            text = text.rpartition(";")[0]
        name, _semicolon, rest = text.partition(";")
        if name.split()[:1] and name.split()[0].lower() == authserv_id.lower():
            return tuple(_verdicts(rest))
    return ()


def _verdicts(text: str) -> Iterator[Verdict]:
    for piece in _pieces(text):
        if match := _RESULT.match(piece):
            said = (one.groups() for one in _PROPERTY.finditer(piece, match.end()) if one[1])
            properties = {name.lower(): _bare(value) for name, value in said}
            yield Verdict(match[1].lower(), match[2].lower(), properties)


def _pieces(text: str) -> list[str]:
    """Cut at the semicolons that divide verdicts, comments left out; nothing at all of what does not end well."""
    pieces, depth = [""], 0
    for token in _TOKEN.findall(text):
        if token == '"':
            return []
        if token in ("(", ")"):
            depth += 1 if token == "(" else -1
            pieces[-1] += " "
        elif token == ";" and not depth:
            pieces.append("")
        elif not depth:
            pieces[-1] += token
        if depth < 0:
            return []
    return [] if depth else pieces


def _bare(value: str) -> str:
    """A value without its quotes; those within an address belong to it."""
    return value[1:-1] if re.fullmatch(_QUOTED, value, re.S) else value
