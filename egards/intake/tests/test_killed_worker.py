"""``kill -9`` of a reader, for good: its session ends, and what it held is read by the next one. Real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection, connections

from egards.accounts.scope import Scope
from egards.intake import waiting
from egards.intake.pipeline import process_waiting
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Interaction, Waiting
from egards.interactions.queries import recounted_law, whole_law
from tests.builders import api_touchpoint, posted

pytestmark = pytest.mark.django_db(transaction=True)

READER = """
import os, signal, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from egards.intake import pipeline
translate = pipeline.translate
def deadly(item):
    if b"poison" in item.raw:
        os.kill(os.getpid(), signal.SIGKILL)
    return translate(item)
pipeline.translate = deadly
pipeline.process_waiting()
"""


def test_a_word_that_kills_every_reader_is_set_aside_and_the_others_are_read() -> None:
    words = [posted("poison" if n == 40 else f"mot {n}", id=str(n)) for n in range(90)]
    receive(touchpoint=api_touchpoint(), deliveries=[Delivery(raw) for raw in words])
    ends: list[int] = []
    while Waiting.objects.exists() and len(ends) < 10:
        ends.append(_read_in_another_process())
        _wait_until_its_session_is_over()
    assert ends == [-signal.SIGKILL] * len(waiting.COMPANY) + [0]
    assert Interaction.objects.count() == 89
    law = whole_law(Scope.house())
    assert (law.holds, law.quarantined, law.waiting) == (True, 1, 0)
    assert law == recounted_law()


def test_a_fault_that_passes_is_held_against_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    receive(touchpoint=api_touchpoint(), deliveries=[Delivery(posted("Bonjour"))])
    monkeypatch.setattr("egards.intake.pipeline.load", lambda *_, **__: connections["default"].cursor().execute("no"))
    for _ in range(8):
        with pytest.raises(Exception, match="syntax"):
            process_waiting()
    monkeypatch.undo()
    process_waiting()
    assert whole_law(Scope.house()).stored == 1


def _read_in_another_process() -> int:
    name = connection.settings_dict["NAME"]
    return subprocess.run([sys.executable, "-c", READER, name], env=os.environ, timeout=60, check=False).returncode


def _wait_until_its_session_is_over() -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2")
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
