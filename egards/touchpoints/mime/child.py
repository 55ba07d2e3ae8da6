"""The process that reads mail for another one (``apart``): it reads, answers, and dies with it."""

from __future__ import annotations

import ctypes
import os
import pickle
import resource
import signal
import sys

from ..inbound import Inbound, Unreadable
from .apart import LENGTH
from .as_inbound import parse_mail

_PR_SET_PDEATHSIG = 1  # prctl(2)


def main() -> None:
    """Read mails from standard input until it closes. Dies with its parent, whatever kills it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(sys.argv[1]):
        return
    given, told = sys.stdin.buffer, sys.stdout.buffer
    while head := given.read(LENGTH.size):
        raw, meta, memory = pickle.loads(given.read(LENGTH.unpack(head)[0]))
        resource.setrlimit(resource.RLIMIT_DATA, (memory, resource.getrlimit(resource.RLIMIT_DATA)[1]))
        answer: Inbound | Unreadable
        try:
            answer = parse_mail(raw, meta)
        except Unreadable as fault:
            answer = fault
        except MemoryError:
            answer = Unreadable("Sa lecture demandait trop de mémoire\u202f: il a été mis de côté sans être lu.")
        message = pickle.dumps(answer)
        told.write(LENGTH.pack(len(message)))
        told.write(message)
        told.flush()


if __name__ == "__main__":
    main()
