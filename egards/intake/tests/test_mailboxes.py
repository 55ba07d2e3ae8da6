"""A mailbox is read so that nothing is lost: committed first, counted once, and nobody's message stops the others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from egards.core.clock import now
from egards.core.house_mark import mark_house
from egards.intake.pipeline import process_waiting
from egards.interactions import mailboxes
from egards.interactions.mailboxes import ASIDE_AFTER, compare_mailbox, read_mailbox
from egards.interactions.models import Arrival, Mode, Tally
from egards.interactions.queries import recounted_law
from egards.touchpoints.actions import begin_proof, configure_sending
from egards.touchpoints.boxes import BoxBroken, BoxRefused
from egards.touchpoints.models import Cursor, LeftThere, Mailbox, Touchpoint
from tests.boxes import FakeBox, read_by
from tests.builders import mail, mailbox
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> FakeBox:
    return FakeBox()


@pytest.fixture
def ours() -> Mailbox:
    return read_by(mailbox())


def letters(n: int) -> list[bytes]:
    return [mail(f"Bonjour {i}", Message_ID=f"<m{i}@client.example>") for i in range(n)]


def read_in_spite(ours: Mailbox, box: FakeBox, times: int) -> None:
    """Read again and again, as the reader does after each broken line."""
    for _time in range(times):
        with pytest.raises(BoxBroken):
            read_mailbox(mailbox=ours, box=box)


def test_it_works(ours: Mailbox, box: FakeBox) -> None:
    box.add(*letters(3))
    assert read_mailbox(mailbox=ours, box=box) == 3
    assert read_mailbox(mailbox=ours, box=box) == 0
    assert process_waiting() == {"stored": 3}
    ours.refresh_from_db()
    assert (ours.on_server, ours.not_here) == (3, 0)
    assert ours.read_at is not None


def test_killed_between_the_commit_and_the_cursor_doubles_nothing(
    ours: Mailbox, box: FakeBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.add(*letters(3))
    with monkeypatch.context() as dying:
        dying.setattr(mailboxes, "_move_on", lambda *args, **options: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            read_mailbox(mailbox=ours, box=box)
    assert Arrival.objects.count() == 3
    assert Cursor.objects.get().last == 0
    read_mailbox(mailbox=ours, box=box)
    assert Arrival.objects.count() == 3
    assert process_waiting() == {"stored": 3}


def test_new_numbers_are_read_from_the_start(ours: Mailbox, box: FakeBox) -> None:
    box.add(*letters(3))
    read_mailbox(mailbox=ours, box=box)
    box.generation = "2"
    assert read_mailbox(mailbox=ours, box=box) == 3
    assert process_waiting() == {"stored": 3, "duplicate": 3}


def test_too_large_is_refused_once_and_never_asked_for(
    ours: Mailbox, box: FakeBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("egards.touchpoints.kinds.mail.Mail.max_bytes", 1000)
    box.add(letters(1)[0], mail("x" * 2000), mail("après"))
    assert read_mailbox(mailbox=ours, box=box) == 2
    assert compare_mailbox(mailbox=ours, box=box) == 0
    assert ("2",) not in box.asked
    assert Tally.objects.get(status="refused").n == 1
    process_waiting()
    law = recounted_law()
    assert (law.received, law.stored, law.refused, law.holds) == (3, 2, 1, True)


def test_one_that_is_not_given_stops_nobody_and_is_asked_for_again(ours: Mailbox, box: FakeBox) -> None:
    box.add(*letters(5))
    box.refuses = {3}
    assert read_mailbox(mailbox=ours, box=box) == 4
    ours.refresh_from_db()
    assert (ours.on_server, ours.not_here) == (5, 1)
    box.refuses = set()
    assert compare_mailbox(mailbox=ours, box=box) == 1
    assert not LeftThere.objects.exists()
    ours.refresh_from_db()
    assert ours.not_here == 0


def test_one_that_is_gone_is_waited_for_no_more(ours: Mailbox, box: FakeBox) -> None:
    box.add(*letters(2))
    box.refuses = {2}
    read_mailbox(mailbox=ours, box=box)
    assert LeftThere.objects.exists()
    del box.messages[2]  # somebody deleted it on the server
    compare_mailbox(mailbox=ours, box=box)
    assert not LeftThere.objects.exists()
    ours.refresh_from_db()
    assert ours.not_here == 0


def test_one_that_breaks_the_line_each_time_is_set_aside(ours: Mailbox, box: FakeBox) -> None:
    box.add(*letters(5))
    box.breaks = {3}
    read_in_spite(ours, box, mailboxes.ONE_BY_ONE_AFTER)
    assert Arrival.objects.count() == 0
    read_in_spite(ours, box, 1)
    assert Arrival.objects.count() == 2
    read_in_spite(ours, box, ASIDE_AFTER - 1)
    box_without_comparing = FakeBox(box.messages, breaks=box.breaks)
    with pytest.raises(BoxBroken):  # the others are in; comparing asks for it once more
        read_mailbox(mailbox=ours, box=box_without_comparing)
    assert Arrival.objects.count() == 4
    assert LeftThere.objects.get().message == "3"
    ours.refresh_from_db()
    box.add(mail("un autre"))
    assert read_mailbox(mailbox=ours, box=box) == 1  # it is asked for in its time, and delays nobody until then


def test_what_was_there_before_is_history(box: FakeBox) -> None:
    ours = read_by(mailbox(), takes_past=False)
    box.add(letters(1)[0], at=now() - timedelta(hours=3))
    box.add(letters(2)[1], at=now())
    read_mailbox(mailbox=ours, box=box)
    assert list(Arrival.objects.order_by("id").values_list("mode", flat=True)) == [Mode.LIVE, Mode.ARCHIVE]


def test_moved_only_once_committed(ours: Mailbox, box: FakeBox) -> None:
    ours.put_away = "Lus"
    box.add(*letters(2))
    read_mailbox(mailbox=ours, box=box)
    assert box.away == ["1", "2"]
    assert Arrival.objects.count() == 2


def test_a_server_that_moves_nothing_gives_all_the_same(
    ours: Mailbox, box: FakeBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(taken: object) -> None:
        raise BoxRefused("refused")

    ours.put_away = "Lus"
    monkeypatch.setattr(box, "put_away", refuse)
    monkeypatch.setattr(mailboxes, "TOGETHER", 2)
    box.add(*letters(5))
    for _time in range(3):
        with pytest.raises(BoxRefused):
            read_mailbox(mailbox=ours, box=box)
    assert Arrival.objects.count() == 5


def test_one_replaced_meanwhile_is_not_said_to_be_read(ours: Mailbox, box: FakeBox) -> None:
    Mailbox.objects.update(changed_at=now())
    read_mailbox(mailbox=ours, box=box)
    ours.refresh_from_db()
    assert (ours.read_at, ours.compared_at) == (None, None)


def test_told_to_stop_it_ends_after_what_it_is_at(ours: Mailbox, box: FakeBox) -> None:
    box.add(*letters(3))
    assert read_mailbox(mailbox=ours, box=box, is_over=lambda: True) == 0
    ours.refresh_from_db()
    assert ours.read_at is None


def test_the_letter_to_ourselves_proves_the_address_by_itself(ours: Mailbox, box: FakeBox) -> None:
    with smtp_server() as relay:
        settings = relay.settings | {"address": "bonjour@lindelle.example"}
        touchpoint = configure_sending(touchpoint=ours.touchpoint, settings=settings, secrets={})
        begin_proof(touchpoint=touchpoint, by=None)
        box.add(mail("pas la bonne"), relay.messages[0].raw)
    read_mailbox(mailbox=ours, box=box)
    assert Touchpoint.objects.get().is_proved
    ours.refresh_from_db()
    assert ours.came_back_at is not None


def test_a_demo_can_keep_no_mailbox() -> None:
    mark_house(is_demo=True)
    with pytest.raises(IntegrityError, match="demo"), transaction.atomic():
        read_by(mailbox())
