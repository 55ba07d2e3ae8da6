"""Mail from outside is read in a process of its own: one that hangs or swells is killed, its mail alone set aside.

The process lives long and reads one mail after the other; starting one for each would be a thousand times slower.
Python's own parts may have faults that no care of ours can catch: that is what this is for.
"""

from __future__ import annotations

import atexit
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import IO, Any

from ..inbound import Inbound, Meta, Unreadable

SECONDS = 5.0  # given to one mail, plus what its length deserves
BYTES_A_SECOND = 2_000_000  # slower than any machine we know
MEMORY = 256 * 1024 * 1024  # bytes of data that the process may hold, plus its mail several times
COPIES = 6  # of a mail in memory while it is read: raw, decoded, hashed, handed back
MAILS = 20_000  # read by one process before it makes room for a fresh one
LENGTH = struct.Struct("!Q")
_BLOCK = 1 << 20


class Reader:
    """A process that reads mail. Safe between threads; a fork gets a process of its own."""

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self.seconds, self.memory = seconds, memory
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._read = 0

    def parse(self, raw: bytes, meta: Meta) -> Inbound:
        """Translate one mail like ``parse_mail``. Raise ``Unreadable`` when it had to be given up, saying why."""
        with self._lock:
            process = self._ready()
            deadline = time.monotonic() + self.seconds + len(raw) / BYTES_A_SECOND
            try:
                _write(process, pickle.dumps((raw, meta, self.memory + COPIES * len(raw))))
                answer = _answer(process, deadline)
            except TimeoutError:
                self.stop()
                sentence = (
                    f"Sa lecture a dépassé {self.seconds:.0f}\u00a0secondes\u202f: il a été mis de côté sans être lu."
                )
                raise Unreadable(sentence) from None
            except (EOFError, OSError, pickle.UnpicklingError):
                self.stop()
                sentence = "Sa lecture a arrêté le lecteur\u202f: il a été mis de côté sans être lu."
                raise Unreadable(sentence) from None
        if isinstance(answer, Unreadable):
            raise answer
        if not isinstance(answer, Inbound):
            raise Unreadable("Le lecteur a rendu autre chose qu’un message.")
        return answer

    def stop(self) -> None:
        """End the process at once; the next mail starts another."""
        if self._process and self._owner == os.getpid():
            self._process.kill()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with suppress(OSError):
                        pipe.close()
            self._process.wait()
        self._process = None

    def _ready(self) -> subprocess.Popen[bytes]:
        is_ours = self._owner == os.getpid()
        if self._process is None or not is_ours or self._process.poll() is not None or self._read >= MAILS:
            self.stop()
            command = [sys.executable, "-m", "egards.touchpoints.mime.child", str(os.getpid())]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._owner, self._read = os.getpid(), 0
        self._read += 1
        return self._process


def _write(process: subprocess.Popen[bytes], message: bytes) -> None:
    pipe = _pipe(process.stdin)
    pipe.write(LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def _answer(process: subprocess.Popen[bytes], deadline: float) -> Any:
    pipe = _pipe(process.stdout)
    (length,) = LENGTH.unpack(_exactly(pipe.fileno(), LENGTH.size, deadline))
    return pickle.loads(_exactly(pipe.fileno(), length, deadline))  # written by our own code, from plain values


def _exactly(number: int, length: int, deadline: float) -> bytes:
    pieces: list[bytes] = []
    while length:
        readable, _w, _x = select.select([number], [], [], max(0.0, deadline - time.monotonic()))
        if not readable:
            raise TimeoutError
        piece = os.read(number, min(length, _BLOCK))
        if not piece:
            raise EOFError
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces)


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise EOFError
    return pipe


_reader = Reader()
atexit.register(_reader.stop)


def parse_apart(raw: bytes, meta: Meta) -> Inbound:
    """Translate one mail in the reading process of this one. Raise ``Unreadable``, also when it had to be killed."""
    return _reader.parse(raw, meta)
