"""Address lists of a mail, in linear time and with a limit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..inbound import Address
from .charsets import clean_line
from .headers import decode_words

# Every alternative always consumes: an unclosed quote or bracket cannot make the reading quadratic.
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.)*\)?|<[^<>]*>?|[,;:]|[^",;:<>()]+|.', re.S)
_ONE = re.compile(r'\s*(?:"([^"\\]*)"|([^"<>(),:;\\]*))\s*<([^<>\s@",:;()\\]+@[^<>\s@",:;()\\]+)>\s*$')
_BARE = re.compile(r'\s*([^<>\s@",:;()\\]+@[^<>\s@",:;()\\]+)\s*$')
_ESCAPED = re.compile(r"\\(.)", re.S)
_SEPARATORS = re.compile(r'[\s<>,;:"()\[\]]+')
_BLANKS = re.compile(r"\s+")
MAX_ADDRESS = 320  # RFC 5321: 64 for the local part, 255 for the domain, and the @
MAX_NAME = 300


def read_addresses(text: str, limit: int) -> tuple[list[Address], bool]:
    """At most ``limit`` mail addresses of a header value, and whether that was all of them."""
    if match := _ONE.match(text):
        return [_address(match[3], match[1] if match[1] is not None else match[2])], True
    if match := _BARE.match(text):
        return [_address(match[1], "")], True
    found: list[Address] = []
    for address in _listed(match[0] for match in _TOKEN.finditer(text)):
        if len(found) == limit:
            return found, False
        found.append(address)
    if not found and "=?" in text:  # some senders encode the whole header, address included
        decoded = decode_words(text)
        if decoded != text and "=?" not in decoded:
            return read_addresses(decoded, limit)
    if not found and "@" in text:
        words = [word for word in _SEPARATORS.split(text) if "@" in word.strip("@")]
        return [_address(word, "") for word in words[:limit]], len(words) <= limit
    return found, True


def _listed(tokens: Iterable[str]) -> Iterator[Address]:
    words: list[str] = []
    comment = angle = ""
    for token in (*tokens, ","):
        mark = token[0]
        if mark in ",;":
            if address := _finished(words, angle, comment):
                yield address
            words, comment, angle = [], "", ""
        elif mark == ":" and not angle:
            words = []  # what stood before was the name of a group
        elif mark == "<":
            angle = token.strip("<> \t\r\n") or angle
        elif mark == "(" and len(token) > 1:
            comment = comment or token[1:].removesuffix(")")
        else:
            words.append(token)


def _finished(words: list[str], angle: str, comment: str) -> Address | None:
    if angle:
        value = _BLANKS.sub("", angle.rpartition(":")[2])
        name = "".join(_ESCAPED.sub(r"\1", w[1:].removesuffix('"')) if w[0] == '"' else w for w in words)
    else:
        value, name = _BLANKS.sub("", "".join(words)), comment
    local, at, domain = value.rpartition("@")
    return _address(value, name or comment) if at and local and domain else None


def _address(value: str, name: str) -> Address:
    return Address("email", clean_line(value)[:MAX_ADDRESS], decode_words(name.strip())[:MAX_NAME])
