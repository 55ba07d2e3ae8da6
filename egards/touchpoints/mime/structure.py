"""The tree of parts of a mail, read without recursion on offsets of the raw bytes.

Not the standard library's parser: it recurses on nested parts (2,000 of them overflow its stack) and copies every
line. Splitting on boundaries from the outside in is iterative, bounded by the limits below, and several times faster.
The standard library keeps what is delicate: base64, quoted-printable, dates, codecs.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from .headers import Headers, decode_words, first, read_headers, value_and_parameters

MAX_DEPTH = 30
MAX_PARTS = 500
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}")  # RFC 6838 §4.2, longer
_BOUNDARY = re.compile(r"""boundary\s*=\s*["']?([^\s"';]{1,200})""", re.I)  # where the semicolon before it is missing


@dataclass(slots=True)
class Part:
    """A mail or one of its parts; its body is ``raw[start:end]``, still in its transfer encoding."""

    raw: bytes
    start: int
    end: int
    headers: Headers
    content_type: str = "text/plain"
    parameters: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    name: str = ""
    depth: int = 0
    is_cut: bool = False  # the message ends inside it: what is there may not be all
    children: list[Part] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        """Whether parts were found inside; a multipart without any is read as text."""
        return bool(self.children)


def read_structure(raw: bytes, problems: list[str]) -> Part:
    """Read the whole tree. Never raises; what goes past the limits is left as text and said in ``problems``."""
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw.startswith((b"\r", b"\n"), start):
        start += 1
    root = _part(raw, start, len(raw), 0, "text/plain", problems)
    waiting = deque([root])
    parts = 1
    while waiting:
        part = waiting.popleft()
        if not part.content_type.startswith("multipart/"):
            continue
        if part.depth >= MAX_DEPTH:
            _say(problems, f"Plus de {MAX_DEPTH} niveaux de parties emboîtées\u202f: le reste est lu comme du texte.")
            part.content_type = "text/plain"
            continue
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        for begin, finish, is_open in _sections(raw, part.start, part.end, part.parameters.get("boundary", "")):
            if parts == MAX_PARTS:
                _say(problems, f"Plus de {MAX_PARTS} parties\u202f: les suivantes ne sont pas lues.")
                break
            parts += 1
            child = _part(raw, begin, finish, part.depth + 1, default, problems)
            child.is_cut = is_open and finish == len(raw)
            part.children.append(child)
            waiting.append(child)
        if not part.children:
            _say(problems, "Des parties sont annoncées mais aucune n’a été trouvée\u202f: tout est lu comme du texte.")
            part.content_type = "text/plain"
            part.is_cut = True
    return root


def _part(raw: bytes, start: int, end: int, depth: int, default: str, problems: list[str]) -> Part:
    headers, body, whole = read_headers(raw, start, end)
    if not whole:
        _say(problems, "Des en-têtes sont illisibles, trop longs ou trop nombreux.")
    part = Part(raw, body, end, headers, default, depth=depth)
    if "content-type" in headers:
        content_type, part.parameters = value_and_parameters(first(headers, "content-type"))
        if plausible := _TYPE.match(content_type):
            part.content_type = plausible[0]
        if content_type.startswith("multipart/") and not part.parameters.get("boundary"):
            found = _BOUNDARY.search(first(headers, "content-type")[:2_000])
            part.parameters["boundary"] = found[1] if found else ""
        if content_type in ("text", "html"):  # seen in the wild: a bare “text” or “html”
            part.content_type = "text/html" if content_type == "html" else "text/plain"
    if depth or "content-disposition" in headers:
        part.disposition, options = value_and_parameters(first(headers, "content-disposition"))
        part.name = decode_words(options.get("filename") or part.parameters.get("name", ""))[:255]
    return part


def _sections(raw: bytes, start: int, end: int, boundary: str) -> Iterator[tuple[int, int, bool]]:
    """Offsets of what lies between the boundary lines (RFC 2046 §5.1.1), and whether the last one is missing."""
    if not boundary:
        return
    mark = b"--" + boundary.rstrip().encode("utf-8", "surrogatepass")
    opened = -1
    position = raw.find(mark, start, end)
    while position != -1:
        after = position + len(mark)
        closing = raw.startswith(b"--", after, end)
        limit = min(end, after + 200)
        stop = raw.find(b"\n", after, limit)
        stop = limit if stop == -1 else stop + 1
        is_alone = not raw[after + 2 * closing : stop].strip()
        if is_alone and (position == start or raw[position - 1] in b"\r\n"):
            if opened != -1:
                yield opened, _without_line_end(raw, opened, position), False
            if closing:
                return
            opened = stop
            position = raw.find(mark, stop, end)
        else:
            position = raw.find(mark, after, end)
    if opened != -1 and opened < end:
        yield opened, end, True


def _without_line_end(raw: bytes, start: int, end: int) -> int:
    """The line end before a boundary belongs to the boundary."""
    if end > start and raw[end - 1] == 10:
        end -= 1
    if end > start and raw[end - 1] == 13:
        end -= 1
    return end


def _say(problems: list[str], sentence: str) -> None:
    if sentence not in problems:
        problems.append(sentence)
