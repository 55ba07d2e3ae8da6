"""A token bucket per key, in the base, so that every process counts the same."""

from __future__ import annotations

import math
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from egards.api.problems import Problem

#: Requests a key may make per second in the long run, and at once after a rest.
PER_SECOND = 20.0
BURST = 100.0

_TAKE = """
INSERT INTO egards_api_bucket AS b (api_key_id, tokens, at) VALUES (%(key)s, %(burst)s - 1, clock_timestamp())
ON CONFLICT (api_key_id) DO UPDATE SET
    tokens = least(%(burst)s, b.tokens + greatest(0, extract(epoch FROM clock_timestamp() - b.at)) * %(rate)s) - 1,
    at = clock_timestamp()
WHERE least(%(burst)s, b.tokens + greatest(0, extract(epoch FROM clock_timestamp() - b.at)) * %(rate)s) >= 1
RETURNING tokens
"""


def take_token(api_key_id: UUID) -> None:
    """Let one request through, or raise the problem that says when to come back."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": api_key_id, "burst": BURST, "rate": PER_SECOND})
        if cursor.fetchone() is not None:
            return
    wait = math.ceil(1 / PER_SECOND)
    sentence = _("This key asks too often. Wait a little.")
    raise Problem(429, "too_often", sentence, headers={"Retry-After": str(wait)})
