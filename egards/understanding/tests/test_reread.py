"""Reading again: each word once, batch after batch, to the last."""

from __future__ import annotations

import pytest

from egards.understanding import reread
from egards.understanding.models import Reading
from egards.understanding.reread import reread_all, unread_count
from tests.builders import api_touchpoint, posted, say

pytestmark = pytest.mark.django_db


def test_every_word_without_a_reading_of_today_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reread, "BATCH", 2)
    say(*[posted(f"Très bon accueil, le {n}", id=str(n)) for n in range(5)], at=api_touchpoint())
    Reading.objects.update(version="hier")
    told: list[int] = []
    assert unread_count() == 5
    assert reread_all(told=told.append) == 5
    assert told == [2, 2, 1]
    assert (unread_count(), reread_all()) == (0, 0)
    assert Reading.objects.filter(is_current=True).exclude(version="hier").count() == 5
