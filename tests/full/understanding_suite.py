"""`make test-understanding`: how often the mass engine is right on real words; writes docs/understanding-figures.md.

The floors are below what was measured when they were written; the page tells the figures themselves.
"""

from __future__ import annotations

from pathlib import Path

from egards.understanding.engines.lexicon import load_engine
from egards.understanding.tests import measure_reading

LEAST_RIGHT = 0.90
LEAST_DECIDED = 0.80


def test_the_sign_is_right_nine_times_in_ten_and_the_page_is_written(shared: Path) -> None:
    counted = measure_reading.tally(load_engine(), measure_reading.reviews(shared))
    right, decided = counted.of("right"), counted.of("right", "wrong")
    assert right / decided >= LEAST_RIGHT
    assert decided / counted.of("right", "wrong", "ambiguous", "silent") >= LEAST_DECIDED
    assert measure_reading.main() == 0
