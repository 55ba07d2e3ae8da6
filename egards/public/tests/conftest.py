"""What tests of customers' pages need: the rules of consent, and a Friday at 11 h in Paris."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine

from egards.consent.loading import load_pack

#: A Friday, 11 h in Paris.
FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def friday(db: None) -> Iterator[time_machine.Traveller]:
    """Stop the clock there; the rules are loaded."""
    load_pack()
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock
