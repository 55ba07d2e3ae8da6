"""What our own server found of a sender (RFC 8601): only under its configured name, never under another's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from .headers import Headers, header_text

MAX_HEADERS = 20
MAX_LENGTH = 4_000
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*([a-z][a-z0-9-]{1,30})(?:/\d+)?\s*=\s*([a-z]{2,20})\b", re.I)
_PROPERTY = re.compile(r'\b([a-z]{2,12}\.[a-z0-9_-]{1,30})\s*=\s*("[^"]{0,320}"|[^\s;"]{1,320})', re.I)


@dataclass(frozen=True, slots=True)
class Verdict:
    """One method (``spf``, ``dkim``, ``dmarc``, ``arc``…), its result (``pass``, ``fail``…) and what it was about."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


def read_verdicts(headers: Headers, authserv_id: str) -> tuple[Verdict, ...]:
    """The verdicts of the server named ``authserv_id``; none when no name is configured.

    A sender can write such a header too: the server must take out those that name it before adding its own (§5). Of
    several verdicts by one method, dkim apart, the topmost counts, which is the last one added.
    """
    if not authserv_id:
        return ()
    found: list[Verdict] = []
    methods: set[str] = set()
    for value in headers.get("authentication-results", ())[:MAX_HEADERS]:
        name, _semicolon, rest = header_text(value[:MAX_LENGTH]).partition(";")
        if name.split()[:1] == [] or name.split()[0].lower() != authserv_id.lower():
            continue
        here = list(_verdicts(rest))
        found += [v for v in here if v.method == "dkim" or v.method not in methods]
        methods |= {v.method for v in here}
    return tuple(found)


def _verdicts(text: str) -> Iterator[Verdict]:
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    for piece in text.split(";"):
        if match := _RESULT.match(piece):
            properties = {name.lower(): value.strip('"') for name, value in _PROPERTY.findall(piece, match.end())}
            yield Verdict(match[1].lower(), match[2].lower(), properties)
