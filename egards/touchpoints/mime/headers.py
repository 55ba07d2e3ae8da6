"""Headers of a mail or of one of its parts: lenient, bounded, never raising."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from urllib.parse import unquote_to_bytes

from .charsets import clean_line, decode_text

MAX_BLOCK = 1_000_000  # bytes of headers read in one mail or part
MAX_HEADERS = 2_000
MAX_VALUE = 200_000  # bytes of one header read
MAX_PARAMETERS = 16_000  # characters of a structured header read

Headers = dict[str, list[bytes]]

# A header with its continuation lines, else any other line.
_LINE = re.compile(rb"(?:([!-9;-~]+)[ \t]*:)?([^\n]*\n(?:[ \t][^\n]*\n?)*|[^\n]+)")
# Words before a colon that are surely a header, when lines before them were not.
_USUAL = re.compile(
    rb"(?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)+|From|To|Cc|Bcc|Date|Subject|Received|Sender|References)$", re.I
)
_WORD = re.compile(r"=\?([^?\s*]{0,60})(?:\*[^?\s]{0,60})?\?([bBqQ])\?(.*?)\?=", re.S)
_PARAMETER = re.compile(r';\s*([^\s=;"]{1,200})\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.S)
_ESCAPED = re.compile(r"\\(.)", re.S)
_SEGMENT = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?$")
_ID = re.compile(r"<([^<>]{1,998})>")
_RAW_BYTE = re.compile("[\udc80-\udcff]")
_DATE = re.compile(
    r"\s*(?:[A-Za-z]{3},)?\s*(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+([+-])(\d\d)(\d\d)\b"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}


#: Names of headers as they came, and as we call them: most mails have the same.
_NAMES: dict[bytes, str] = {}
_MOST_NAMES = 2_000


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int, bool]:
    """Headers of ``raw[start:end]`` by lower-case name, where the body starts, and whether all of it was readable.

    Duplicate headers keep their order. A line that is no header is left out when usual headers follow it before the
    empty line; else the body starts there.
    """
    stop, body = _block_end(raw, start, end)
    block = raw[start : min(stop, start + MAX_BLOCK)]
    if (quick := _well_formed(block)) is not None and stop - start <= MAX_BLOCK:
        return quick, body, True
    headers: Headers = {}
    is_cut = stop - start > MAX_BLOCK
    whole = True
    last_good = 0
    for count, line in enumerate(_LINE.finditer(block)):
        if count == MAX_HEADERS:
            return headers, body, False
        name, value = line.groups()
        if name is not None and (whole or (body > stop and _USUAL.match(name))):
            headers.setdefault(name.lower().decode("ascii"), []).append(value[:MAX_VALUE])
            is_cut = is_cut or len(value) > MAX_VALUE
            last_good = line.end()
        elif count or not line[0].startswith((b"From ", b">From ")):
            whole = False
        else:
            last_good = line.end()
    if not whole and block[last_good:].strip():
        return headers, start + last_good, False
    return headers, body, whole and not is_cut


def _well_formed(block: bytes) -> Headers | None:
    """Headers without any accident, as nearly all are; None when there is one."""
    pairs = _LINE.findall(block)
    if len(pairs) > MAX_HEADERS:
        return None
    headers: Headers = {}
    for name, value in pairs:
        if not name or len(value) > MAX_VALUE:
            return None
        key = _NAMES.get(name)
        if key is None:
            key = name.lower().decode("ascii")
            if len(_NAMES) < _MOST_NAMES and len(name) < 60:
                _NAMES[name] = key
        if key in headers:
            headers[key].append(value)
        else:
            headers[key] = [value]
    return headers


def _block_end(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the last header line ends and where the body starts (after one empty line)."""
    if raw.startswith(b"\n", start, end):
        return start, start + 1
    if raw.startswith(b"\r\n", start, end):
        return start, start + 2
    bare = raw.find(b"\n\n", start, end)
    wire = raw.find(b"\n\r\n", start, end if bare == -1 else bare)
    if wire != -1:
        return wire + 1, wire + 3
    return (end, end) if bare == -1 else (bare + 1, bare + 2)


def header_text(value: bytes) -> str:
    """The characters of a header value, unfolded, encoded words not yet decoded."""
    if value.isascii() and b"\x1b" not in value:
        text = value.decode("ascii")
    else:  # raw bytes inside an encoded word are in the word's charset: keep them as they came until then
        text = value.decode("ascii", "surrogateescape") if b"=?" in value else decode_text(value)[0]
    if "\n" in text or "\r" in text:
        text = text.replace("\r", "").replace("\n", "")
    return text.strip()


def decode_words(text: str) -> str:
    """Text with its RFC 2047 encoded words decoded, also the broken ones; one clean line."""
    if "=?" not in text:
        return clean_line(text) if text.isascii() else clean_line(_literal(text))
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    # Looking no further than the last end mark keeps the search linear, whatever is left open.
    for match in _WORD.finditer(text, 0, text.rfind("?=") + 2):
        between = text[position : match.start()]
        charset, data = match[1].lower(), _word_bytes(match[2], match[3])
        position = match.end()
        if pending and not between.strip():
            # Senders cut characters in two between neighbours of one charset: join bytes before decoding.
            if pending[0] == charset:
                pending = (charset, pending[1] + data)
                continue
            between = ""
        if pending:
            pieces.append(decode_text(pending[1], pending[0])[0])
        pieces.append(_literal(between))
        pending = (charset, data)
    if pending:
        pieces.append(decode_text(pending[1], pending[0])[0])
    pieces.append(_literal(text[position:]))
    return clean_line("".join(pieces))


def _literal(text: str) -> str:
    """What stands outside encoded words, with raw bytes read at last."""
    if text.isascii() or not _RAW_BYTE.search(text):
        return text
    return decode_text(text.encode("utf-8", "surrogateescape"))[0]


def _word_bytes(encoding: str, payload: str) -> bytes:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return lenient_base64(data)
    return binascii.a2b_qp(data.replace(b"_", b" "), header=False)


def lenient_base64(data: bytes | memoryview) -> bytes:
    """Decode base64 with what is not of its alphabet left out and missing padding forgiven."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = bytes(data).translate(None, _NOT_BASE64)
        usable = len(kept) - (1 if len(kept) % 4 == 1 else 0)
        return binascii.a2b_base64(kept[:usable] + b"=" * (-usable % 4))


_NOT_BASE64 = bytes(
    code for code in range(256) if code not in b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)


def first(headers: Headers, name: str) -> str:
    """The first header of that name as text (undecoded words), or empty."""
    values = headers.get(name)
    return header_text(values[0]) if values else ""


def value_and_parameters(text: str) -> tuple[str, dict[str, str]]:
    """``text/plain; charset=x`` → lower-case value and parameters (RFC 2231 continuations and charsets decoded)."""
    value, semicolon, _ = text.partition(";")
    value = value.strip().lower()
    if not semicolon:
        return value, {}
    plain: dict[str, str] = {}
    segments: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(text[:MAX_PARAMETERS], text.index(";")):
        name, given = match[1].lower(), match[2].strip()
        if given.startswith('"'):
            given = _ESCAPED.sub(r"\1", given[1:].removesuffix('"'))
        if "*" not in name:
            plain.setdefault(name, given)
        elif split := _SEGMENT.match(name):
            segments.setdefault(split[1], {})[int(split[2] or 0)] = (given, bool(split[3]))
    for name, parts in segments.items():
        plain[name] = _joined(parts)
    return value, plain


def _joined(parts: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: pieces in order, percent-decoded where marked, read in the charset that the first one names."""
    charset = ""
    data = b""
    for place, number in enumerate(sorted(parts)):
        text, is_encoded = parts[number]
        if is_encoded and place == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        encoded = text.encode("utf-8", "surrogatepass")
        data += unquote_to_bytes(encoded) if is_encoded else encoded
    return decode_text(data, charset)[0]


def message_ids(text: str, limit: int) -> tuple[str, ...]:
    """Message ids without brackets and white space; the first and the last ones when there are too many."""
    found = ["".join(one.split()) for one in _ID.findall(text)]
    if not found:
        found = [word.strip("<>,;") for word in text.split() if "@" in word]
    ids = tuple(dict.fromkeys(clean_line(one)[:998] for one in found if one))
    return ids if len(ids) <= limit else (ids[0], *ids[1 - limit :])


def read_date(text: str) -> datetime | None:
    """A mail date as an aware UTC datetime, or None when it says nothing possible."""
    try:
        if quick := _DATE.match(text):
            day, month, year, hour, minute, second, sign, hours, minutes = quick.groups()
            offset = timedelta(hours=int(hours), minutes=int(minutes)) * (1 if sign == "+" else -1)
            return datetime(
                int(year), _MONTHS[month.lower()], int(day), int(hour), int(minute), min(int(second or 0), 59),
                tzinfo=timezone(offset),
            ).astimezone(UTC)  # fmt: skip
        parsed = parsedate_tz(text[:200])
        if parsed is None:
            return None
        zone = timezone(timedelta(seconds=parsed[9] or 0))
        return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, KeyError, IndexError):
        return None
