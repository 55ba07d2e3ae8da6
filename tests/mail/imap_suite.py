"""IMAP against Dovecot: nothing lost, nothing doubled, nothing marked."""

from __future__ import annotations

import os
import threading
import time
from contextlib import closing, suppress

import pytest

from egards.intake.pipeline import process_waiting
from egards.interactions.mailboxes import compare_mailbox, read_mailbox
from egards.interactions.models import Arrival, Outcome, Tally
from egards.touchpoints.boxes.box import BoxFailed
from egards.touchpoints.mailboxes import MailboxError, connect_mailbox, open_mailbox
from egards.touchpoints.models import Cursor, LeftThere, Mailbox
from tests.builders import mail, mailbox
from tests.mail.chaos import chaos
from tests.mail.dovecot import PASSWORD, USER, Dovecot, dovecot
from tests.mail.record import Record

pytestmark = pytest.mark.django_db

#: Cuts along one whole session; EGARDS_FULL_CUTS=3000 tries every byte.
OFFSETS = 3000
STEP = OFFSETS // int(os.environ.get("EGARDS_FULL_CUTS", "100"))


def settings_of(server: Dovecot, **other: object) -> dict[str, object]:
    said: dict[str, object] = {"protocol": "imap", "host": "127.0.0.1", "port": server.imap, "security": "none"}
    said |= {"username": USER, "folder": "INBOX", "put_away": "", "takes_past": True}
    return said | other


def connected(server: Dovecot, **other: object) -> Mailbox:
    box, _proved = connect_mailbox(
        touchpoint=mailbox(), settings=settings_of(server, **other), password=PASSWORD, by=None
    )
    return box


def read(box: Mailbox) -> int:
    box.refresh_from_db()
    with closing(open_mailbox(box)) as there:
        return read_mailbox(mailbox=box, box=there)


def compare(box: Mailbox) -> int:
    box.refresh_from_db()
    with closing(open_mailbox(box)) as there:
        return compare_mailbox(mailbox=box, box=there)


def letters(n: int, *, first: int = 0) -> list[bytes]:
    return [mail(f"Bonjour {i}", Message_ID=f"<m{i}@client.example>") for i in range(first, first + n)]


def test_it_works(server: Dovecot) -> None:
    server.deliver(letters(30))
    box = connected(server)
    assert read(box) == 30
    server.deliver(letters(5, first=30))
    assert read(box) == 5
    assert read(box) == 0
    assert process_waiting() == {"stored": 35}
    box.refresh_from_db()
    assert (box.on_server, box.not_here, box.failure) == (30, 0, "")
    assert not list((server.folder / "mail" / "cur").glob("*S")), "a message was marked as read"


def test_read_by_a_person_it_comes_in_all_the_same(server: Dovecot) -> None:
    box = connected(server)
    read(box)
    server.deliver(letters(1))
    with closing(open_mailbox(connected_rw(box))) as there:
        there._box.client.uid("STORE", "1", "+FLAGS", r"(\Seen)")  # type: ignore[attr-defined]
    assert read(box) == 1


def connected_rw(box: Mailbox) -> Mailbox:
    box.put_away = "Lus"
    return box


def test_a_renumbered_server_is_read_again_and_doubles_nothing(server: Dovecot) -> None:
    server.deliver(letters(12))
    box = connected(server)
    read(box)
    server.stop()
    server.renumber()
    server.deliver(letters(1, first=12))
    server.start()
    assert read(box) == 13
    assert process_waiting() == {"stored": 13, "duplicate": 12}


def test_too_large_stays_there_and_is_counted_once(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egards.touchpoints.kinds.mail.Mail.max_bytes", 2000)
    server.deliver([*letters(2), mail("x" * 3000), *letters(2, first=2)])
    box = connected(server)
    assert read(box) == 4
    assert compare(box) == 0
    assert Tally.objects.get(status="refused").n == 1
    assert LeftThere.objects.get().is_refused
    box.refresh_from_db()
    assert (box.on_server, box.not_here) == (5, 0)


def test_one_that_never_came_is_found_by_comparing(server: Dovecot) -> None:
    server.deliver(letters(5))
    box = connected(server)
    read(box)
    server.deliver(letters(3, first=5))
    Cursor.objects.update(last=7)  # as if the server had shown them late
    assert read(box) == 1
    assert compare(box) == 2
    assert Arrival.objects.count() == 8


def test_messages_are_moved_once_they_are_ours(server: Dovecot) -> None:
    server.deliver(letters(4))
    box = connected(server, put_away="Lus")
    assert read(box) == 4
    with closing(open_mailbox(box)) as there:
        assert there.listed() == []
    assert Arrival.objects.count() == 4


def test_pop3_leaves_all_on_the_server(server: Dovecot) -> None:
    server.deliver([*letters(4), mail("y" * 70_000)])
    box = connected(server, protocol="pop3", port=server.pop3)
    assert read(box) == 5
    assert read(box) == 0
    server.deliver(letters(2, first=4))
    assert read(box) == 2
    assert process_waiting()["stored"] == 7
    assert Outcome.objects.count() == 7


def test_pop3_deletes_what_is_ours_when_asked(server: Dovecot) -> None:
    server.deliver(letters(3))
    box = connected(server, protocol="pop3", port=server.pop3, put_away="delete")
    assert read(box) == 3
    assert read(box) == 0
    box.refresh_from_db()
    assert box.on_server == 0


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"username": "bonjour", "password": "faux"}, "refuse notre identifiant"),
        ({"folder": "Absent"}, "pas de dossier de ce nom"),
        ({"put_away": "Absent"}, "pas de dossier de ce nom"),
        ({"security": "starttls"}, "ne parle pas avec ce chiffrement"),
        ({"security": "tls"}, "ne parle pas avec ce chiffrement"),
        ({"port": 9}, "refuse la connexion"),
        ({"host": "192.0.2.1"}, "Sans chiffrement"),
    ],
)
def test_what_is_wrong_is_said(server: Dovecot, other: dict[str, object], sentence: str) -> None:
    said = settings_of(server) | other
    password = str(said.pop("password", PASSWORD))
    with pytest.raises(MailboxError, match=sentence) as refusal:
        connect_mailbox(touchpoint=mailbox(), settings=said, password=password, by=None)
    assert password not in str(refusal.value)
    assert not Mailbox.objects.exists()


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with dovecot(ssl="yes") as server:
        for security, port in (("tls", server.imaps), ("starttls", server.imap)):
            said = settings_of(server, security=security, port=port)
            with pytest.raises(MailboxError, match="certificat"):
                connect_mailbox(touchpoint=mailbox(), settings=said, password=PASSWORD, by=None)


def test_a_line_cut_at_every_offset_loses_nothing_and_doubles_nothing(server: Dovecot) -> None:
    server.deliver(letters(6))
    cut_after: list[int | None] = [None]
    with chaos(server.imap, lambda: cut_after[0]) as line:
        box = connected(server, port=line.port)
        for offset in range(1, OFFSETS, STEP):
            cut_after[0] = offset
            with suppress(BoxFailed):
                read(box)
        cuts, cut_after[0] = line.cuts, None
        read(box)
        compare(box)
    record = Record("imap", f"EGARDS_FULL_CUTS={OFFSETS // STEP} make test-mail ARGS='-k imap'")
    record.add(
        "R9", "coupures, à chaque octet d’une lecture" if STEP == 1 else "coupures, réparties dans la lecture", cuts
    )
    arrived = Arrival.objects.count()
    record.add(
        "R9", "lettres lues à travers elles ; perdues ; doublées", f"6 ; {max(0, 6 - arrived)} ; {max(0, arrived - 6)}"
    )
    record.write()
    assert cuts > OFFSETS / STEP / 2
    assert arrived == 6
    assert process_waiting() == {"stored": 6}
    assert not LeftThere.objects.exists()


def test_what_arrives_is_told_at_once(server: Dovecot) -> None:
    with closing(open_mailbox(connected(server))) as there:
        arriving = threading.Timer(0.5, server.deliver, [letters(1)])
        arriving.start()
        began = time.monotonic()
        there.wait(60, is_over=lambda: False)
        waited = time.monotonic() - began
        arriving.join()
        assert len(there.listed()) == 1
    assert 0.4 < waited < 15
