"""A mail server for each test that asks for one; where it cannot run, each test says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mail.dovecot import Dovecot, dovecot, why_not


@pytest.fixture
def server() -> Iterator[Dovecot]:
    """A Dovecot with an empty mailbox."""
    if reason := why_not():
        pytest.skip(f"non exécuté : {reason}")
    with dovecot() as running:
        yield running
