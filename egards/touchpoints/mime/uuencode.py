"""Files that old programs wrote inside the text: ``begin 644 photo.jpg`` … ``end``."""

from __future__ import annotations

import binascii
import re

MAX_FILES = 50
_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.M)
_END = re.compile(rb"^(?:`|\s?)\r?\n?end[ \t]*\r?(?:\n|\Z)", re.M)


def uudecoded(data: bytes) -> bytes:
    """The file that a body holds, or the body when it holds none."""
    begin = _BEGIN.search(data)
    return data if begin is None else _lines(data[begin.end() :])


def take_files(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The text without its files, and each file's name and bytes. A ``begin`` without ``end`` is only text."""
    files: list[tuple[bytes, bytes]] = []
    pieces: list[bytes] = []
    position = 0
    while len(files) < MAX_FILES and (begin := _BEGIN.search(data, position)):
        end = _END.search(data, begin.end())
        if end is None:
            break
        content = _lines(data[begin.end() : end.start()])
        if not content and end.start() > begin.end():  # a sentence that begins by “begin”
            pieces.append(data[position : begin.end()])
            position = begin.end()
            continue
        pieces.append(data[position : begin.start()])
        files.append((begin[1].strip(), content))
        position = end.end()
    return (b"".join(pieces) + data[position:], files) if files else (data, [])


def _lines(data: bytes) -> bytes:
    pieces: list[bytes] = []
    for line in data.splitlines():
        if line.strip() in (b"end", b"`", b""):
            break
        try:
            pieces.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders pad lines wrongly; the length byte says how much of the line counts.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3
            try:
                pieces.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                continue
    return b"".join(pieces)
