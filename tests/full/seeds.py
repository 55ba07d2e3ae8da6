"""What a suite is drawn from: one number, told, so that a run can be made again."""

from __future__ import annotations

import os

import pytest


def seed_of(request: pytest.FixtureRequest) -> int:
    """Return the seed that ``EGARDS_SEED`` gives, else one drawn now; the terminal says which."""
    seed = int(os.environ.get("EGARDS_SEED", "") or int.from_bytes(os.urandom(4), "big"))
    request.config.get_terminal_writer().line(f"EGARDS_SEED={seed}")
    return seed
