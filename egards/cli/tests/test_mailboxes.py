"""Each open mailbox has one reader with today's settings; a closed one, and any in a demo, has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from egards.cli import mailboxes
from egards.cli.mailboxes import Reader, Readers, mind
from egards.core.clock import now
from egards.interactions.models import Arrival
from egards.touchpoints.boxes import BoxRefused
from egards.touchpoints.mailboxes import ask_comparison
from egards.touchpoints.models import Cursor, Mailbox, Touchpoint
from tests.boxes import FakeBox, read_by
from tests.builders import mail, mailbox

pytestmark = pytest.mark.django_db


class Still(Reader):
    """A reader that only notes what it is told."""

    told: list[str]

    def start(self) -> None:
        """Begin."""
        self.told = ["start"]

    def is_alive(self) -> bool:
        """It does not die."""
        return True

    def wake(self) -> None:
        """Noted."""
        self.told.append("wake")

    def stop(self) -> None:
        """Noted."""
        self.told.append("stop")


def start(pk: UUID, changed_at: datetime) -> Reader:
    return Still(pk, changed_at)


def told(readers: Readers) -> list[list[str]]:
    return [reader.told for reader in readers.values() if isinstance(reader, Still)]


def test_it_works() -> None:
    ours, readers = read_by(mailbox()), Readers()
    mind(readers, start=start)
    mind(readers, start=start)
    assert told(readers) == [["start"]]
    ask_comparison(mailbox=ours, by=None)
    mind(readers, start=start)
    assert told(readers) == [["start", "wake"]]


def test_changed_settings_begin_a_new_reader() -> None:
    ours, readers = read_by(mailbox()), Readers()
    mind(readers, start=start)
    before = readers[ours.pk]
    Mailbox.objects.update(changed_at=now())
    mind(readers, start=start)
    assert isinstance(before, Still)
    assert before.told == ["start", "stop"]
    assert told(readers) == [["start"]]


def test_a_closed_touchpoint_is_read_no_more() -> None:
    read_by(mailbox())
    readers = Readers()
    mind(readers, start=start)
    Touchpoint.objects.update(is_open=False)
    mind(readers, start=start)
    assert readers == {}


def test_a_demo_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    read_by(mailbox())
    monkeypatch.setattr(mailboxes, "is_demo", lambda: True)
    readers = Readers()
    mind(readers, start=start)
    assert readers == {}


def test_one_look_reads_and_one_that_fails_is_written_down(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, box = read_by(mailbox()), FakeBox()
    box.add(mail())
    monkeypatch.setattr(mailboxes, "open_mailbox", lambda mailbox: box)
    monkeypatch.setattr(mailboxes, "close_old_connections", lambda: None)  # the test's own stands in a transaction
    assert Reader(ours.pk, ours.changed_at)._read_once_locked() == mailboxes.POLL_SECONDS
    ours.refresh_from_db()
    assert (ours.read_at is None, ours.failure) == (False, "")

    def refuse(mailbox: Mailbox) -> FakeBox:
        raise BoxRefused("Le serveur refuse.")

    monkeypatch.setattr(mailboxes, "open_mailbox", refuse)
    assert 4 < Reader(ours.pk, ours.changed_at)._read_once_locked() <= 5
    ours.refresh_from_db()
    assert (ours.failures, ours.failure) == (1, "Le serveur refuse.")


class Kept(FakeBox):
    """A line that is kept; while it waits, somebody chooses another folder."""

    stays = True
    reader: Reader

    def wait(self, seconds: float, *, is_over: Callable[[], bool]) -> None:
        """Told to stop when it waits twice, so that a reader which goes on is seen."""
        if Mailbox.objects.get().folder == "Autre":
            self.reader.stop()
        Mailbox.objects.update(folder="Autre", changed_at=now())
        self.add(mail("de l’ancien dossier"))


def test_what_is_open_is_never_written_as_another_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, box = read_by(mailbox()), Kept()
    box.add(mail())
    box.reader = Reader(ours.pk, ours.changed_at)
    monkeypatch.setattr(mailboxes, "open_mailbox", lambda mailbox: box)
    monkeypatch.setattr(mailboxes, "close_old_connections", lambda: None)
    assert box.reader._read_once_locked() == 0
    assert (Cursor.objects.count(), Arrival.objects.count()) == (1, 1)
