"""What was followed long ago is dropped; what waits is not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from egards.core.clock import now
from egards.core.happenings import happened, sweep_followed
from egards.core.ids import new_id
from egards.core.models import Happening


@pytest.mark.django_db
def test_only_what_was_followed_long_ago_goes() -> None:
    happened("old", [new_id()])
    happened("recent", [new_id()])
    happened("waiting", [new_id()])
    Happening.objects.filter(kind="old").update(followed_at=now() - timedelta(days=31))
    Happening.objects.filter(kind="recent").update(followed_at=now() - timedelta(days=29))
    Happening.objects.filter(kind="waiting").update(at=now() - timedelta(days=400))
    assert sweep_followed() == 1
    assert set(Happening.objects.values_list("kind", flat=True)) == {"recent", "waiting"}
