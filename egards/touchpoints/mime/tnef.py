"""What Outlook packs into a ``winmail.dat`` (TNEF, [MS-OXTNEF]): the files, and the words when the mail has no others.

The library there is for it has had no release since 2021 and goes round for hours on thirty hostile bytes; little is
needed of the format, and each step here takes bytes away, so that no packet takes longer than its length.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from .charsets import clean_line, clean_text, decode_text

TYPE = "application/ms-tnef"
MAX_FILES = 100
_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTRIBUTE = struct.Struct("<BHHI")  # level, id, type, length; the data and a checksum of two bytes follow
_RENDERING, _TITLE, _FILE, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_BODY, _PROPERTIES, _CODE_PAGE = 0x800C, 0x9003, 0x9007
_OF_FILES = (_RENDERING, _TITLE, _FILE, _FILE_PROPERTIES)
#: MAPI properties ([MS-OXPROPS]).
_LONG_NAME, _OBJECT, _TEXT, _PAGE = 0x3707, 0x3701, 0x1000, 0x1013
_MANY, _NAMED = 0x1000, 0x8000
#: MAPI types → bytes that one value takes in the packet; the others say their own length.
_FIXED = {2: 4, 3: 4, 4: 4, 0xA: 4, 0xB: 4, 5: 8, 6: 8, 7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0xD, 0x1E, 0x1F, 0x102)
_UTF_16, _TWO_BYTES = 0x1F, "utf-16-le"


@dataclass(slots=True)
class Packed:
    """A file inside: its name and its bytes."""

    name: str = ""
    data: bytes = b""


@dataclass(slots=True)
class Packet:
    """What was inside: the files; the words and the page, empty when there are none."""

    files: list[Packed] = field(default_factory=list)
    text: str = ""
    html: str = ""


def unpacked(data: bytes) -> Packet | None:
    """Return what a packet holds; None when it is no packet, is damaged, or holds nothing: it stays one attachment."""
    if not data.startswith(_SIGNATURE):
        return None
    packet, code_page = Packet(), ""
    try:
        for attribute, value in _attributes(data):
            if attribute == _CODE_PAGE:
                code_page = f"cp{_number(value, 0)}"
            elif attribute == _BODY:
                packet.text = packet.text or _words(value, code_page)
            elif attribute == _PROPERTIES:
                _read(packet, value, code_page)
            elif attribute in _OF_FILES:
                _take(packet.files, attribute, value, code_page)
    except (struct.error, ValueError):
        return None
    packet.files = [one for one in packet.files if one.data]
    return packet if len(packet.files) <= MAX_FILES and (packet.files or packet.text or packet.html) else None


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = len(_SIGNATURE) + 2
    while at < len(data):
        _level, attribute, _type, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        if at + length + 2 > len(data):
            raise ValueError("cut")
        yield attribute, data[at : at + length]
        at += length + 2


def _take(files: list[Packed], attribute: int, value: bytes, code_page: str) -> None:
    if attribute == _RENDERING or not files:  # each file begins by this
        files.append(Packed())
    one = files[-1]
    if attribute == _TITLE:
        one.name = one.name or clean_line(_words(value, code_page))[:255]
    elif attribute == _FILE:
        one.data = value
    elif attribute == _FILE_PROPERTIES:
        for key, kind, said in _properties(value):
            if key == _LONG_NAME:
                one.name = clean_line(_words(said, _charset(kind, code_page)))[:255]
            elif key == _OBJECT and not one.data:
                one.data = said[16:]  # a message within; an identifier of its kind stands first


def _read(packet: Packet, value: bytes, code_page: str) -> None:
    for key, kind, said in _properties(value):
        if key == _TEXT:
            packet.text = _words(said, _charset(kind, code_page)) or packet.text
        elif key == _PAGE:
            packet.html = _words(said, _charset(kind, ""))


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Id, type and first value of each property. Stops where a type is unknown: what follows cannot be told."""
    at = 4
    for _ in range(min(_number(data, 0), len(data) // 4)):
        kind, key = struct.unpack_from("<HH", data, at)
        at = _after_name(data, at + 4) if key >= _NAMED else at + 4
        is_many, kind = bool(kind & _MANY), kind & ~_MANY
        values = 1
        if is_many or kind in _VARIABLE:
            values, at = _number(data, at), at + 4
        if kind in _FIXED:
            said, at = data[at : at + _FIXED[kind]], at + _FIXED[kind] * values
        elif kind in _VARIABLE:
            said, at = _lengths(data, at, values)
        else:
            return
        if at > len(data):
            raise ValueError("cut")
        yield key, kind, said


def _after_name(data: bytes, at: int) -> int:
    """A property of somebody's own has a GUID and a number, or a name, before its value."""
    if _number(data, at + 16) == 0:
        return at + 24
    return at + 24 + _padded(_number(data, at + 20))


def _lengths(data: bytes, at: int, values: int) -> tuple[bytes, int]:
    """Return the first of so many values that each say their length, and where the last one ends."""
    first = b""
    for place in range(values):
        length = _number(data, at)
        if place == 0:
            first = data[at + 4 : at + 4 + length]
        at += 4 + _padded(length)
    return first, at


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _number(data: bytes, at: int) -> int:
    (number,) = struct.unpack_from("<I", data, at)
    return int(number)


def _charset(kind: int, code_page: str) -> str:
    return _TWO_BYTES if kind == _UTF_16 else code_page


def _words(value: bytes, charset: str) -> str:
    if charset == _TWO_BYTES:
        return clean_text(value.decode(charset, "replace"))
    return clean_text(decode_text(value.rstrip(b"\x00"), charset)[0])
