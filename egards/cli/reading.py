"""Reading beside writing: the first batch in a thread, the following ones in a process of its own.

Translating and reading are pure computing, writing mostly waits for the base: two processes use two cores. A small
import does not pay for the second process.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from egards.cli.child import make_reader_ready
from egards.intake.pipeline import ToProcess, Understood, understand
from egards.understanding.in_force import teaching_in_force


class Reader:
    """Reads one batch ahead of the writer. Use as a context manager."""

    def __init__(self) -> None:
        self._opened: list[Executor] = []
        self._teaching = teaching_in_force()  # for the whole import: the readers ask the base for nothing

    def submit(self, batch: Sequence[ToProcess]) -> Future[list[Understood]]:
        """Start reading a batch; the result is what ``intake.pipeline.store`` takes."""
        if not self._opened:
            self._opened.append(ThreadPoolExecutor(1))
        elif len(self._opened) == 1:
            parent = os.getpid()
            self._opened.append(ProcessPoolExecutor(1, get_context("spawn"), make_reader_ready, (parent,)))
        return self._opened[-1].submit(understand, batch, self._teaching)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        for executor in self._opened:
            executor.shutdown(cancel_futures=True)
