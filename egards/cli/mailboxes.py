"""The readers of mailboxes: one thread each, which waits at its server (IDLE) and commits what comes.

One reader a mailbox in the whole house, by an advisory lock; a reader that lost its base, its line or its lock begins
anew. Nothing here decides: reading is ``interactions/mailboxes.py``.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import datetime
from uuid import UUID

from django.db import Error, close_old_connections, connection
from django.utils import translation

from egards.core.clock import now
from egards.core.house_mark import is_demo
from egards.interactions.mailboxes import read_mailbox
from egards.touchpoints.boxes.box import BoxFailed
from egards.touchpoints.mailboxes import note_failure, open_mailbox
from egards.touchpoints.models import Mailbox

log = logging.getLogger("egards.mailboxes")

#: How often settings are looked at, and mailboxes that nobody tells us about.
LOOK_SECONDS = 2.0
POLL_SECONDS = 60.0
_READER_LOCK = 0x45474D42  # "EGMB"

#: Who reads, and since which change of its settings.
Readers = dict[UUID, "Reader"]


class Reader(threading.Thread):
    """Reads one mailbox as long as its settings stay the same."""

    def __init__(self, mailbox_id: UUID, changed_at: datetime) -> None:
        super().__init__(name=f"mailbox {mailbox_id}", daemon=True)
        self.mailbox_id = mailbox_id
        self.changed_at = changed_at
        self.asked_at: datetime | None = None
        self._stop_asked = threading.Event()
        self._woken = threading.Event()

    def run(self) -> None:
        """Read until told to stop; whatever goes wrong is written down, and tried again later."""
        translation.activate("fr")
        while not self._stop_asked.is_set():
            rest = LOOK_SECONDS
            try:
                rest = self._read_once_locked()
            except Error as error:
                log.warning("mailbox %s: the base is away: %s", self.mailbox_id, type(error).__name__)
                with suppress(Error):
                    connection.close()
            except Exception as error:  # a bug must be seen, and must not stop the mail
                log.error("mailbox %s: %s", self.mailbox_id, type(error).__name__)
                rest = self._fail("La lecture s’est arrêtée sur une erreur de notre côté.")
            self._rest(rest)
        with suppress(Error):
            connection.close()

    def wake(self) -> None:
        """Look at once."""
        self._woken.set()

    def stop(self) -> None:
        """End at the next safe moment."""
        self._stop_asked.set()
        self._woken.set()

    def _is_over(self) -> bool:
        return self._woken.is_set() or self._stop_asked.is_set()

    def _read_once_locked(self) -> float:
        """Read as long as all goes well; return how many seconds to wait before the next try."""
        close_old_connections()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_READER_LOCK, _number(self.mailbox_id)])
            (is_ours,) = cursor.fetchone() or (False,)
        if not is_ours:
            return LOOK_SECONDS
        try:
            return self._read()
        except BoxFailed as failure:
            return self._fail(failure.reason)
        finally:
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_READER_LOCK, _number(self.mailbox_id)])

    def _read(self) -> float:
        opened = Mailbox.objects.get(pk=self.mailbox_id)
        with closing(open_mailbox(opened)) as box:
            while not self._stop_asked.is_set():
                self._woken.clear()
                mailbox = Mailbox.objects.get(pk=self.mailbox_id)
                if mailbox.changed_at != opened.changed_at:
                    return 0.0  # what is open is another box by now: its ids must not be written as the new one's
                read_mailbox(mailbox=mailbox, box=box, is_over=self._stop_asked.is_set)
                if not box.stays:
                    return POLL_SECONDS
                box.wait(POLL_SECONDS, is_over=self._is_over)
        return 0.0

    def _fail(self, reason: str) -> float:
        log.warning("mailbox %s: %s", self.mailbox_id, reason)
        with suppress(Error):
            mailbox = Mailbox.objects.filter(pk=self.mailbox_id).first()
            if mailbox is not None:
                return (note_failure(mailbox=mailbox, reason=reason) - now()).total_seconds()
        return LOOK_SECONDS

    def _rest(self, seconds: float) -> None:
        if not self._stop_asked.is_set():
            self._woken.wait(seconds)
            self._woken.clear()


def main() -> None:
    """Read until SIGTERM."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    readers: Readers = {}
    while not stop.is_set():
        try:
            close_old_connections()
            mind(readers)
        except Error:
            log.warning("les boîtes attendent la base")
            with suppress(Error):
                connection.close()
        stop.wait(LOOK_SECONDS)
    end(readers)


def mind(readers: Readers, *, start: Callable[[UUID, datetime], Reader] = Reader) -> None:
    """Start, wake and stop readers, so that each open mailbox has one, with today's settings. A demo has none."""
    open_boxes = Mailbox.objects.filter(touchpoint__is_open=True).values_list("pk", "changed_at", "asked_at")
    wanted = {} if is_demo() else {pk: (changed_at, asked_at) for pk, changed_at, asked_at in open_boxes}
    for pk, reader in list(readers.items()):
        if pk not in wanted or wanted[pk][0] != reader.changed_at or not reader.is_alive():
            reader.stop()
            del readers[pk]
    for pk, (changed_at, asked_at) in wanted.items():
        if pk not in readers:
            readers[pk] = start(pk, changed_at)
            readers[pk].asked_at = asked_at
            readers[pk].start()
        elif asked_at != readers[pk].asked_at:
            readers[pk].asked_at = asked_at
            readers[pk].wake()


def end(readers: Readers) -> None:
    """Stop all readers: what they are committing is committed; what is not comes again."""
    for reader in readers.values():
        reader.stop()
    for reader in readers.values():
        reader.join(timeout=5)


def _number(mailbox_id: UUID) -> int:
    return int.from_bytes(mailbox_id.bytes[-4:], "big", signed=True)
