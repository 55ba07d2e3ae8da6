"""What the house holds of one customer, in one question to the base: who they are, what was promised, what is open.

The question is written out, and its answer is one JSON document: built by the ORM it took longer to write than to
answer. The fence comes from ``touchpoint_ids``, as everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from egards.accounts.scope import Scope
from egards.customers.models import Customer
from egards.touchpoints.queries import touchpoint_ids
from egards.workspace.dossier_parts import (
    Alike,
    Choice,
    Held,
    Known,
    Move,
    NoteKept,
    Promised,
    Talk,
    alike_row,
    known_row,
    merge_row,
    moment,
    note_row,
    once,
    open_first,
    promise_row,
    split_row,
    talk_row,
)

#: More of one thing than this, and its own list shows the rest.
MOST: Final = 60


@dataclass(frozen=True)
class Dossier:
    """One customer: the root that stands for them, everybody joined to it, and what is known."""

    customer: Customer
    family: tuple[UUID, ...]
    since: datetime | None
    known: Sequence[Known]
    alike: Sequence[Alike]
    apart: Sequence[Alike]
    moves: Sequence[Move]
    promises: Sequence[Promised]
    talks: Sequence[Talk]
    notes: Sequence[NoteKept]
    holds: Sequence[Held]
    agreed: Sequence[Choice]
    refused: Sequence[Choice]


def dossier_of(pk: UUID, *, people: Scope, talks: Scope | None, at: datetime) -> Dossier | None:
    """Return what is known of a customer within the scope ``people``; None when out of it.

    One question, and one for the touchpoints of each scope that is not the whole house. ``talks`` is where the reader
    may read conversations, None when nowhere. A customer who was joined to another comes back as themselves: the
    caller follows ``merged_into``.
    """
    here = [] if people.is_house else touchpoint_ids(people)
    read = here if talks == people else [] if talks is None or talks.is_house else touchpoint_ids(talks)
    asked: dict[str, Any] = {"pk": pk, "at": at, "most": MOST, "house": people.is_house, "here": here}
    with connection.cursor() as cursor:
        cursor.execute(_QUESTION, asked | {"reads_all": talks is not None and talks.is_house, "read": read})
        answer = cursor.fetchone()
    found: dict[str, Any] | None = json.loads(answer[0]) if answer else None
    return _dossier(found) if found and found["is_seen"] else None


def _dossier(found: dict[str, Any]) -> Dossier:
    family = [UUID(member) for member in found["family"]]
    alike = [alike_row(row, family) for row in found["alike"]]
    moves = [merge_row(row) for row in found["merges"]] + [split_row(row) for row in found["splits"]]
    who = found["customer"]
    return Dossier(
        customer=Customer(
            id=UUID(who["id"]),
            name=who["name"],
            merged_into_id=UUID(who["merged_into_id"]) if who["merged_into_id"] else None,
            forgotten_at=moment(who["forgotten_at"]),
        ),
        family=tuple(family),
        since=moment(found["since"]),
        known=[known_row(row) for row in found["known"]],
        alike=once([a for a in alike if a and a.decided_at is None]),
        apart=once([a for a in alike if a and a.decided_at]),
        moves=sorted(moves, key=lambda move: move.at, reverse=True),
        promises=sorted((promise_row(row) for row in found["promises"]), key=lambda p: (p.made_at, p.id)),
        talks=sorted((talk_row(row) for row in found["talks"]), key=open_first),
        notes=[note_row(row) for row in found["notes"]],
        holds=[Held(row["scope"], row["why"], moment(row["until"])) for row in found["holds"]],
        agreed=[Choice(**row) for row in found["agreed"]],
        refused=[Choice(**row) for row in found["refused"]],
    )


#: An entry, a handle, a customer within the scope; a conversation within what the reader may read of them.
_HERE: Final = "(%(house)s OR e.touchpoint_id = ANY(%(here)s::uuid[]))"
_USED: Final = """(%(house)s OR EXISTS (
    SELECT 1 FROM interactions_participation p JOIN interactions_interaction i ON i.id = p.interaction_id
    WHERE p.handle_id = {row}.handle_id AND i.touchpoint_id = ANY(%(here)s::uuid[])))"""
_SEEN: Final = """(%(house)s OR EXISTS (
    SELECT 1 FROM customers_timelineentry e WHERE e.customer_id = {side} AND e.touchpoint_id = ANY(%(here)s::uuid[])
) OR EXISTS (
    SELECT 1 FROM customers_timelineentry e JOIN customers_customer j ON j.id = e.customer_id
    WHERE j.merged_into_id = {side} AND e.touchpoint_id = ANY(%(here)s::uuid[])))"""
_READ: Final = "(%(reads_all)s OR t.touchpoint_id = ANY(%(read)s::uuid[]))"


def _rows(question: str) -> str:
    """At most ``most`` rows as one JSON list."""
    return f"(SELECT coalesce(json_agg(r), '[]'::json) FROM ({question} LIMIT %(most)s) r)"


_KNOWN: Final = _rows(f"""
SELECT y.handle_id, y.proof, h.kind, h.value, h.is_shared
FROM customers_identity y JOIN interactions_handle h ON h.id = y.handle_id
WHERE y.customer_id IN (SELECT id FROM family) AND y.ended_at IS NULL AND {_USED.format(row="y")}
ORDER BY h.kind, y.at, y.id""")
_ALIKE: Final = _rows(f"""
SELECT s.id, s.decided_at, h.kind, h.value,
       coalesce(c.merged_into_id, c.id) AS customer_root, coalesce(cr.name, c.name) AS customer_name,
       coalesce(o.merged_into_id, o.id) AS other_root, coalesce(orr.name, o.name) AS other_name
FROM customers_resemblance s JOIN interactions_handle h ON h.id = s.handle_id
JOIN customers_customer c ON c.id = s.customer_id LEFT JOIN customers_customer cr ON cr.id = c.merged_into_id
JOIN customers_customer o ON o.id = s.other_id LEFT JOIN customers_customer orr ON orr.id = o.merged_into_id
WHERE (s.customer_id IN (SELECT id FROM family) OR s.other_id IN (SELECT id FROM family))
  AND {_USED.format(row="s")} AND {_SEEN.format(side="s.customer_id")} AND {_SEEN.format(side="s.other_id")}
ORDER BY s.at, s.id""")
_HANDS: Final = """(SELECT b.name FROM accounts_member b WHERE b.id = m.by) AS by,
       (SELECT b.name FROM accounts_member b WHERE b.id = m.undone_by) AS undone_by"""
_MERGES: Final = _rows(f"""
SELECT m.id, m.at, m.undone_at, k.name AS customer, j.name AS other, m.joined_id AS other_id, {_HANDS}
FROM customers_merge m JOIN customers_customer k ON k.id = m.kept_id JOIN customers_customer j ON j.id = m.joined_id
WHERE (m.kept_id IN (SELECT id FROM family) OR m.joined_id IN (SELECT id FROM family))
  AND {_SEEN.format(side="m.kept_id")} AND {_SEEN.format(side="m.joined_id")}
ORDER BY m.at DESC""")
# One side of a separation may have been left without a word: the other is enough to see it.
_SPLITS: Final = _rows(f"""
SELECT m.id, m.at, m.undone_at, s.name AS customer, o.name AS other, m.made_id AS other_id, h.kind, h.value, {_HANDS}
FROM customers_split m JOIN customers_customer s ON s.id = m.source_id JOIN customers_customer o ON o.id = m.made_id
JOIN interactions_handle h ON h.id = m.handle_id
WHERE (m.source_id IN (SELECT id FROM family) OR m.made_id IN (SELECT id FROM family))
  AND ({_SEEN.format(side="m.source_id")} OR {_SEEN.format(side="m.made_id")})
ORDER BY m.at DESC""")
_TALKS: Final = _rows(f"""
SELECT t.id, t.number, t.need, t.state, t.opened_at, t.state_at, t.due_at, t.link_reason,
       b.name AS owner, p.kind AS touchpoint_kind, p.name AS touchpoint
FROM conversations_conversation t JOIN touchpoints_touchpoint p ON p.id = t.touchpoint_id
LEFT JOIN accounts_member b ON b.id = t.owner_id
WHERE t.customer_id IN (SELECT id FROM family) AND t.joined_into_id IS NULL AND {_READ}
ORDER BY t.state_at DESC, t.id""")
_PROMISES: Final = _rows(f"""
SELECT m.id, m.conversation_id, m.kind, m.what, m.status, m.made_at, m.due_at, m.settled_at, b.name AS owner
FROM conversations_conversation t JOIN conversations_promise m ON m.conversation_id = t.id
LEFT JOIN accounts_member b ON b.id = m.owner_id
WHERE t.customer_id IN (SELECT id FROM family) AND {_READ}
ORDER BY m.made_at DESC, m.id""")
_NOTES: Final = _rows(f"""
SELECT n.id, n.conversation_id, n.at, n.text, b.name AS by, t.number
FROM conversations_conversation t JOIN conversations_note n ON n.conversation_id = t.id
JOIN accounts_member b ON b.id = n.by_id
WHERE t.customer_id IN (SELECT id FROM family) AND {_READ}
ORDER BY n.at DESC, n.id""")
_HOLDS: Final = _rows("""
SELECT l.scope, l.why, l.until FROM consent_hold l
WHERE l.customer_id IN (SELECT id FROM family) AND l.released_at IS NULL AND (l.until IS NULL OR l.until > %(at)s)
ORDER BY l.at, l.id""")
_AGREED: Final = _rows("""
SELECT DISTINCT a.purpose, a.medium FROM consent_consent a
WHERE a.customer_id IN (SELECT id FROM family) AND a.at <= %(at)s
  AND NOT EXISTS (SELECT 1 FROM consent_withdrawal w WHERE w.consent_id = a.id)
ORDER BY a.purpose, a.medium""")
_REFUSED: Final = _rows("""
SELECT DISTINCT a.purpose, a.medium FROM consent_objection a
WHERE a.customer_id IN (SELECT id FROM family) AND a.at <= %(at)s
  AND NOT EXISTS (SELECT 1 FROM consent_withdrawal w WHERE w.objection_id = a.id)
ORDER BY a.purpose, a.medium""")
_QUESTION: Final = f"""
WITH family AS MATERIALIZED (
    SELECT id FROM customers_customer WHERE id = %(pk)s OR merged_into_id = %(pk)s
)
SELECT json_build_object(
    'customer', json_build_object(
        'id', c.id, 'name', c.name, 'merged_into_id', c.merged_into_id, 'forgotten_at', c.forgotten_at),
    'is_seen', %(house)s OR EXISTS (
        SELECT 1 FROM customers_timelineentry e WHERE e.customer_id IN (SELECT id FROM family) AND {_HERE}),
    'family', (SELECT json_agg(f.id ORDER BY f.id <> c.id, f.id) FROM family f),
    'since', (SELECT min(x.first) FROM family f, LATERAL (
        SELECT e.happened_at AS first FROM customers_timelineentry e
        WHERE e.customer_id = f.id AND {_HERE} ORDER BY e.happened_at LIMIT 1) x),
    'known', {_KNOWN}, 'alike', {_ALIKE}, 'merges', {_MERGES}, 'splits', {_SPLITS},
    'talks', {_TALKS}, 'promises', {_PROMISES}, 'notes', {_NOTES},
    'holds', {_HOLDS}, 'agreed', {_AGREED}, 'refused', {_REFUSED}
)::text
FROM customers_customer c WHERE c.id = %(pk)s
"""
