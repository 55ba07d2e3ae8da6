"""The promises kept today, in the queue: the last one kept comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from egards.conversations.queries.queue import Row
from egards.workspace.queue_lines import groups

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)


def kept(number: int, *, ago: timedelta) -> Row:
    """A conversation whose only promise was kept some time ago."""
    promise = {"kind": "answer", "what": "", "status": "kept", "settled_at": (NOW - ago).isoformat()}
    return Row(
        *(UUID(int=number), "Ma table", "waiting", NOW, None, None, "Lindelle", None, None, "Inès", False, True, False),
        *("mail", "mail", "", [], [], [promise]),
    )


def test_the_last_kept_is_first() -> None:
    rows = [kept(1, ago=timedelta(hours=3)), kept(2, ago=timedelta(hours=1)), kept(3, ago=timedelta(hours=5))]
    (group,) = groups(rows, at=NOW, view="today")
    assert [line.id.int for line in group.lines] == [2, 1, 3]
