"""From bytes to text that a database can keep, whatever the sender claimed about the encoding."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# What senders write, and what they mean. Latin-1 is read as Windows-1252, as browsers do (WHATWG Encoding).
_ALIASES = {
    "": "",
    "default": "",
    "unknown": "",
    "unknown-8bit": "",
    "8bit": "",
    "binary": "",
    "_autodetect": "",
    "us-ascii": "",
    "ascii": "",
    "ansi_x3.4-1968": "",
    "x-user-defined": "",
    "none": "",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "x-ansi": "cp1252",
    "ansi": "cp1252",
    "x-cp1252": "cp1252",
    "x-cp1251": "cp1251",
    "x-cp1250": "cp1250",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb2312_charset": "gb18030",
    "chinesebig5": "big5hkscs",
    "big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman",
    "x-unicode-2-0-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
    "utf8": "utf-8",
    "utf8mb4": "utf-8",
    "utf": "utf-8",
}
# Python calls these text encodings, no mail does; some take quadratic time or warn on garbage.
_NEVER = frozenset({"unicode-escape", "raw-unicode-escape", "undefined", "idna", "punycode", "mbcs", "oem"})
_CP1252_HOLES = {0x81: "\x81", 0x8D: "\x8d", 0x8F: "\x8f", 0x90: "\x90", 0x9D: "\x9d"}
_ASCII = bytes(range(128)) + b"\x1b$B!!\x1b(B~{!!~}+2AA-"
_UNWANTED = re.compile("[\x00\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def decode_text(data: bytes, charset: str = "") -> tuple[str, bool]:
    """Read ``data`` as ``charset``, else UTF-8, else Windows-1252; say whether nothing had to be guessed or replaced.

    Never raises. The answer may hold NUL or lone surrogates (UTF-7 can carry them): pass it through ``clean_text``.
    """
    if data.isascii() and _keeps_ascii(charset):
        if b"\x1b$" in data:  # Japanese that does not say so
            return data.decode("iso2022_jp_2", "replace"), False
        return data.decode("ascii"), True
    codec = known_codec(charset)
    if codec:
        try:
            return data.decode(codec), True
        except (UnicodeError, ValueError):
            pass
    try:
        return data.decode("utf-8"), not codec
    except UnicodeDecodeError:
        return _guessed(data, codec)


@lru_cache(maxsize=256)
def _keeps_ascii(charset: str) -> bool:
    """Whether ASCII bytes mean themselves: not in UTF-7, UTF-16, HZ, EBCDIC nor with the escapes of ISO-2022."""
    codec = known_codec(charset)
    try:
        return not codec or _ASCII.decode(codec) == _ASCII.decode("ascii")
    except (UnicodeError, ValueError):
        return False


@lru_cache(maxsize=256)
def known_codec(charset: str) -> str:
    """The Python codec for a charset name found in the wild, or empty when it says nothing useful."""
    name = charset.strip(" \t\"'<>").lower()
    name = _ALIASES.get(name, name)
    if not name:
        return ""
    for candidate in (name, name.removeprefix("x-"), name.replace("windows-", "cp"), name.replace("_", "-")):
        try:
            info = codecs.lookup(candidate)
            b"aaaa".decode(candidate, "ignore")  # raises LookupError for bytes-to-bytes codecs such as zip or hex
        except (LookupError, ValueError, TypeError):
            continue
        return "" if info.name.replace("_", "-") in _NEVER else info.name
    return ""


def clean_text(text: str) -> str:
    """Text with newlines as ``\\n``, without NUL and without lone surrogates."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return _UNWANTED.sub("", text)


def clean_line(text: str) -> str:
    """One line: control characters and line breaks become one space, ends are trimmed."""
    if text.isprintable():
        return text.strip()
    return _CONTROLS.sub(" ", text).strip()


def _guessed(data: bytes, codec: str) -> tuple[str, bool]:
    """Not what was declared and not UTF-8: keep what reads best."""
    if codec and codec not in ("utf-8", "ascii", "cp1252"):
        return data.decode(codec, "replace"), False
    as_utf8 = data.decode("utf-8", "replace")
    broken = as_utf8.count("\ufffd")
    well_read = sum(1 for byte in data[:20_000] if byte >= 0xC2) - broken
    if well_read > 2 * broken:  # UTF-8 that was cut or damaged in a few places
        return as_utf8, False
    return data.decode("cp1252", "egards-latin"), not codec


def _latin(error: UnicodeError) -> tuple[str, int]:
    """The five holes of Windows-1252 become the control characters of Latin-1, so that nothing is lost."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return _CP1252_HOLES.get(error.object[error.start], "\ufffd"), error.start + 1


codecs.register_error("egards-latin", _latin)
