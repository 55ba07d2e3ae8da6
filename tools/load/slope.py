"""Does something grow? The slope of what was weighed, by Theil and Sen: the median of all slopes, deaf to jumps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

#: Growth is told for so long, whatever was measured.
SPAN_SECONDS = 1800.0
#: Less than this says nothing of half an hour.
LEAST_SECONDS = 300.0
LEAST_SAMPLES = 20


@dataclass(frozen=True)
class Growth:
    """Growth in ``SPAN_SECONDS``, as a share of the mean, with its interval (95 %); ``mean`` in what was weighed."""

    mean: float
    share: float
    low: float
    high: float
    seconds: float

    @property
    def is_telling(self) -> bool:
        """Whether it was watched for long enough to speak of half an hour."""
        return self.seconds >= LEAST_SECONDS


def growth(samples: Sequence[tuple[float, float]]) -> Growth | None:
    """Return the growth over the second half of samples (seconds, value); None when there are too few."""
    second = [one for one in samples if samples and one[0] >= (samples[0][0] + samples[-1][0]) / 2]
    if len(second) < LEAST_SAMPLES:
        return None
    at, values = zip(*second, strict=True)
    mean = sum(values) / len(values)
    found = stats.theilslopes(values, at, 0.95)
    slopes = (found.slope, found.low_slope, found.high_slope)
    share, low, high = (float(one) * SPAN_SECONDS / mean if mean else 0.0 for one in slopes)
    return Growth(mean, share, low, high, at[-1] - at[0])
