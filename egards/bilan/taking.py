"""Reading everything found: mails in killable processes, several at once, then what their words say. Nothing is lost:
what was found is read, already read, or refused with a reason."""

from __future__ import annotations

import hashlib
import os
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import local

from egards.bilan.finding import Piece, guess_from, pieces
from egards.bilan.ours import Guess, Ours
from egards.bilan.words import Haul, Refusal, Side, Word
from egards.touchpoints.inbound import Inbound, Meta, Unreadable
from egards.touchpoints.mime import reply_text
from egards.touchpoints.mime.apart import Reader
from egards.touchpoints.no_reply import invites_silence
from egards.touchpoints.tables import parse_row
from egards.understanding.engines.lexicon import LexiconEngine, load_engine
from egards.understanding.reading import Text

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_A_DAY = timedelta(days=1)
_AHEAD = 16  # mails waiting for each reading process: enough to keep it busy, few enough to stay small
_LONGEST = 20_000  # characters of a message that are kept
_NO_AUTHOR = "sans expéditeur lisible"


def look_over(path: Path, *, told: Callable[[int], object]) -> tuple[int, Ours]:
    """Count what a path holds and guess which addresses are ours, from the heads alone. ``told`` gets each step."""
    guess, found = Guess(), 0
    for piece in guess_from(pieces(path), guess):
        found += piece.kind != "file"
        told(1)
    return found, guess.ours()


def take_in(path: Path, ours: Ours, *, now: datetime, told: Callable[[int], object], workers: int = 0) -> Haul:
    """Read everything in a path. ``told`` gets each message done; ``workers`` processes read mail (0: one a core).

    Raises ``OSError`` when the path cannot be opened. An interruption stops the processes and leaves nothing.
    """
    taken = _Taken()
    with _Readers(workers or len(os.sched_getaffinity(0)), ours, now) as readers:
        for piece, result in readers.read(pieces(path)):
            if piece.kind == "file":
                taken.aside[piece.fault.partition("\u202f")[0]] += 1
            else:
                taken.add(piece, result)
                told(1)
    return taken.haul()


class _Taken:
    """What was read so far, the same message counted once."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.refusals: list[Refusal] = []
        self.aside: Counter[str] = Counter()
        self.found = self.duplicates = 0
        self.has_mail = False
        self._known: set[tuple[str, str, datetime | None]] = set()

    def add(self, piece: Piece, result: Word | Refusal) -> None:
        """Put one result where it belongs."""
        self.found += 1
        self.has_mail |= piece.kind == "mail"
        if isinstance(result, Refusal):
            self.refusals.append(result)
            return
        known = (result.key, result.author, result.at)
        if result.key and known in self._known:
            self.duplicates += 1
            return
        self._known.add(known)
        self.words.append(result)

    def haul(self) -> Haul:
        """Return everything, counted."""
        words, refusals = tuple(self.words), tuple(self.refusals)
        return Haul(self.found, words, self.duplicates, refusals, dict(self.aside), self.has_mail)


class _Readers:
    """Threads that each hold a process reading mail; results come in the order of what was given."""

    def __init__(self, workers: int, ours: Ours, now: datetime) -> None:
        self._meta = Meta(received_at=now, options={"address": ours.main})
        self._ours, self._now = ours, now
        self._engine = load_engine()
        self._threads = ThreadPoolExecutor(workers)
        self._own, self._opened = local(), list[Reader]()
        self._most = workers * _AHEAD

    def read(self, some: Iterable[Piece]) -> Iterator[tuple[Piece, Word | Refusal]]:
        """Yield each piece with what it became."""
        waiting: deque[tuple[Piece, Future[Word | Refusal]]] = deque()
        for piece in some:
            waiting.append((piece, self._threads.submit(self._read_one, piece)))
            if len(waiting) >= self._most:
                done, result = waiting.popleft()
                yield done, result.result()
        while waiting:
            done, result = waiting.popleft()
            yield done, result.result()

    def _read_one(self, piece: Piece) -> Word | Refusal:
        if piece.fault:
            return Refusal(piece.fault)
        try:
            if piece.kind == "row":
                row = parse_row(piece.raw, Meta(self._now, options={"plan": piece.plan}))
                return row_word(row, self._engine, now=self._now)
            return mail_word(self._reader().parse(piece.raw, self._meta), self._ours, self._engine, now=self._now)
        except Unreadable as fault:
            return Refusal(str(fault))

    def _reader(self) -> Reader:
        if not hasattr(self._own, "reader"):
            self._own.reader = Reader()
            self._opened.append(self._own.reader)
        reader: Reader = self._own.reader
        return reader

    def __enter__(self) -> _Readers:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._threads.shutdown(cancel_futures=True)
        for reader in self._opened:
            with suppress(OSError):
                reader.stop()


def mail_word(mail: Inbound, ours: Ours, engine: LexiconEngine, *, now: datetime) -> Word | Refusal:
    """Return what a mail is to us; one without an author that can be read is refused: nobody knows whose word it is."""
    author = mail.author
    if author is None:
        return Refusal(_NO_AUTHOR)
    address = author.address.value.lower()
    to = tuple(dict.fromkeys(p.address.value.lower() for p in mail.parties if p.role in ("to", "cc")))
    text = reply_text(mail.text)[:_LONGEST]
    side, machine = _side(mail, address, to, ours)
    return Word(
        side=side,
        key=mail.word_id or _key(address, mail.happened_at, mail.subject, mail.text),
        answers=mail.in_reply_to,
        at=_dated(mail.happened_at, now),
        author=address,
        names=tuple(dict.fromkeys(p.address.name for p in mail.parties if p.address.name)),
        to=to,
        subject=mail.subject,
        text=text,
        machine=machine,
        silences=side in ("ours", "our_machine") and _silences(mail, address, author.address.name, text),
        reading=engine.read([Text(text, mail.subject)])[0] if side == "customer" else None,
    )


def row_word(row: Inbound, engine: LexiconEngine, *, now: datetime) -> Word:
    """Return what a row of a table is: a customer's word."""
    author = row.author.address.value.lower() if row.author else ""
    low, high = row.scale or (0.0, 0.0)
    score = (row.score - low) / (high - low) if row.score is not None and high > low else None
    return Word(
        side="customer",
        key=f"row:{row.word_id}" if row.word_id else "",
        at=_dated(row.happened_at, now + _A_DAY),  # a day alone is taken at noon, which may be still to come
        author=author,
        names=tuple(filter(None, (row.facts.get("author_name", ""),))),
        subject=row.subject,
        text=row.text[:_LONGEST],
        reading=engine.read([Text(row.text[:_LONGEST], row.subject, score)])[0],
        is_row=True,
    )


def _side(mail: Inbound, address: str, to: tuple[str, ...], ours: Ours) -> tuple[Side, str]:
    is_ours = address in ours
    machine = mail.automatic
    if machine == "own_loop" and is_ours:
        machine = mail.unless_ours
    if machine:
        return ("our_machine" if is_ours and machine != "bounce" else "automatic"), machine
    if not is_ours:
        return "customer", ""
    return ("internal" if to and all(one in ours for one in to) else "ours"), ""


def _silences(mail: Inbound, address: str, name: str, text: str) -> bool:
    told = (address, mail.facts.get("reply_to", ""), name, mail.subject, text)
    return any(invites_silence(one) for one in told if one)


def _dated(at: datetime | None, now: datetime) -> datetime | None:
    """A date that can be true, else none: waits must not be counted from a clock that lied."""
    return at if at is not None and at.tzinfo is not None and EARLIEST <= at <= now else None


def _key(*parts: object) -> str:
    return hashlib.blake2b(repr(parts).encode("utf-8", "replace"), digest_size=12).hexdigest()
