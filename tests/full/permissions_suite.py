"""`make test-permissions`: every page of the house, as everybody, by every method. `make test` walks with some."""

from __future__ import annotations

from tests.permissions import test_walk


class EverybodyTests(test_walk.PagesTests):
    """The same walk, leaving nobody out."""

    sample = None
