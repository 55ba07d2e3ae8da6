"""Finding a person's address in bytes that nobody could read, whatever they are wrapped in. Pure."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

import idna
import phonenumbers

#: Shorter numbers (a loyalty card of three digits) would be found everywhere: they are not looked for in bytes.
SHORTEST = 5
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]{4,})*={0,2}")
_BEFORE, _AFTER = rb"(?<![\w.+-])", rb"(?![\w-]|\.\w)"


class Traces:
    """Looks for normalised addresses (and names, when asked) in bytes: plain, quoted-printable, base64, UTF-16, %XX.

    With ``anywhere``, a value is also found inside a longer one: right for a file's name, too wide for words.
    """

    def __init__(self, values: Sequence[str], *, anywhere: bool = False) -> None:
        patterns = sorted({p for value in values if len(value) >= SHORTEST for p in _patterns(value)})
        if anywhere:
            patterns += sorted(re.escape(value.encode()) for value in values if len(value) >= SHORTEST)
        self._pattern = re.compile(b"|".join(patterns), re.IGNORECASE) if patterns else None

    def are_in(self, raw: bytes) -> bool:
        """Say whether one of the values stands in these bytes."""
        pattern = self._pattern
        return pattern is not None and any(pattern.search(form) for form in _forms(raw))

    def are_in_text(self, text: str) -> bool:
        """Say whether one of the values stands in this text."""
        return self.are_in(text.encode("utf-8", "surrogatepass"))


def _patterns(value: str) -> Iterator[bytes]:
    """One value as it may be written: a telephone number with or without prefix, spaces and points."""
    if value.startswith("+") and value[1:].isdigit():
        number = phonenumbers.parse(value)
        national = phonenumbers.national_significant_number(number)
        digits = rb"[\s.()/-]*".join(bytes([d]) for d in national.encode())
        country = str(number.country_code).encode()
        yield rb"(?<!\d)(?:(?:\+|00)" + country + rb"[\s.()/-]*(?:\(0\)[\s.]*)?|0)?" + digits + rb"(?!\d)"
        return
    for encoding in ("utf-8", "latin-1"):
        try:
            yield _BEFORE + re.escape(value.encode(encoding)) + _AFTER
        except UnicodeEncodeError:
            continue
    local, at, domain = value.rpartition("@")
    if at and "xn--" in domain:
        with suppress(idna.IDNAError):
            yield _BEFORE + re.escape(f"{local}@{idna.decode(domain)}".encode()) + _AFTER


def _forms(raw: bytes) -> Iterator[bytes]:
    """The bytes, and what they may hide."""
    yield raw
    if b"\x00" in raw:
        yield raw.replace(b"\x00", b"")  # UTF-16 and UTF-32 of what is written in Latin letters
    if b"=" in raw:
        yield quopri.decodestring(raw)
    if b"%" in raw:
        yield re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), raw)
    if b"\\u" in raw:
        yield re.sub(rb"\\u00([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), raw)
    for run in _BASE64.finditer(raw):
        decoded = _unwrapped(run.group())
        yield decoded
        if b"=" in decoded:
            yield quopri.decodestring(decoded)


def _unwrapped(run: bytes) -> bytes:
    joined = re.sub(rb"\s", b"", run).rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    joined = joined[: len(joined) - (len(joined) % 4 == 1)]
    try:
        return base64.b64decode(joined + b"=" * (-len(joined) % 4))
    except binascii.Error:
        return b""
