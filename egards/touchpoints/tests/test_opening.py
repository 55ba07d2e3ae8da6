"""A touchpoint opened because there was none: one, however many ask at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from egards.accounts.models import Brand
from egards.touchpoints.actions import touchpoint_of_kind
from egards.touchpoints.models import Touchpoint

AT_ONCE = 6


@pytest.mark.django_db(transaction=True)
def test_those_who_ask_at_the_same_moment_are_given_the_same_one() -> None:
    brand = Brand.objects.create(name="Lindelle", slug="lindelle")
    together = Barrier(AT_ONCE)

    def ask(_n: int) -> object:
        try:
            connection.ensure_connection()
            together.wait(timeout=30)
            return touchpoint_of_kind(brand=brand, kind="mail", name="Archives d’e-mail").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        given = set(threads.map(ask, range(AT_ONCE)))
    assert given == set(Touchpoint.objects.filter(brand=brand).values_list("pk", flat=True))
    assert len(given) == 1
