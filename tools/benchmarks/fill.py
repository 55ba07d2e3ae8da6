"""`python -m tools.benchmarks.fill N`: a house filled by bulk SQL, as the peer's base is (``peer_pages.py``).

Two years of words that end now, four to a conversation (two of the customer's, two of ours), one person for eight
words, 2,000 open conversations at most; readings, promises, waits, and the figures of days counted. The same texts as
the peer's. Nothing in it was ever said by anybody.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402 (models are read only once Django is ready)

from egards.accounts.actions import add_member, brand_named, give_role  # noqa: E402
from egards.measures.actions import recount_all  # noqa: E402
from egards.touchpoints.actions import open_touchpoint  # noqa: E402
from tools.benchmarks.pages import EMAIL, PASSWORD  # noqa: E402

#: As in peer_pages.py, which runs in an environment of its own.
COMMON = (
    "bonjour commande livraison colis retard merci produit magasin service client vendeur réponse facture"
    " remboursement échange article couleur taille qualité prix notice montage vis table chaise lampe rideau tapis"
    " assiette verre four bouilloire casserole carton emballage transporteur adresse rendez-vous téléphone attente"
    " accueil conseil garantie"
).split()
THEMES = ["delai", "colis", "qualite", "accueil", "prix", "site", "retour", "telephone", "magasin", "facture"]
TURNS = 4
TEXT = """
(SELECT string_agg(
    CASE WHEN (i * 31 + n * 17) %% 3 = 0 THEN 'mot' || ((i * 2654435761 + n * 40503) %% 60000)
         ELSE (%(common)s::text[])[1 + ((i * 7 + n * n * 13) %% cardinality(%(common)s::text[]))] END, ' ')
 FROM generate_series(1, 40) n)
"""

# What each word and each conversation is, once: the tables below read from these.
_WORDS = f"""
CREATE TEMP TABLE said AS
SELECT i, i / {TURNS} AS c, i %% {TURNS} IN (1, 3) AS is_ours, at,
    (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5('word' || i), 1, 3) || '8'
        || substr(md5('word' || i), 4, 15))::uuid AS id,
    md5('talk' || i / {TURNS})::uuid AS talk,
    md5('person' || (i / {TURNS} * 7919) %% %(people)s)::uuid AS person,
    (%(points)s::uuid[])[1 + i / {TURNS} %% cardinality(%(points)s::uuid[])] AS point
FROM (
    SELECT i, now() - interval '730 days' * (1 - i / %(words)s::float8) - interval '1 minute' AS at
    FROM generate_series(0, %(words)s - 1) i
) w
"""
_TALKS = f"""
CREATE TEMP TABLE talk AS
SELECT f.c, f.talk AS id, f.person, f.point, f.at AS asked_at, s.at AS answered_at, l.at AS last_out_at,
    n.at AS last_in_at, n.id AS last_in, f.c >= %(talks)s - least(2000, 1 + %(words)s / 200) AS is_open
FROM said f JOIN said s ON s.i = f.i + 1 JOIN said n ON n.i = f.i + 2 JOIN said l ON l.i = f.i + 3
WHERE f.i %% {TURNS} = 0
"""

Columns = Mapping[str, str]
PEOPLE: Columns = {
    "id": "md5('person' || p)::uuid", "made_at": "now()", "name": "'Personne ' || p", "sort_key": "'personne ' || p",
}  # fmt: skip
HANDLES: Columns = {
    "id": "md5('handle' || p)::uuid", "kind": "'email'", "value": "'p' || p || '@client.example'",
    "name": "'Personne ' || p", "digest": "decode(md5('a' || p) || md5('b' || p), 'hex')",
}  # fmt: skip
IDENTITIES: Columns = {
    "id": "gen_random_uuid()", "handle_id": "md5('handle' || p)::uuid", "customer_id": "md5('person' || p)::uuid",
    "proof": "'claimed'",
}  # fmt: skip
INTERACTIONS: Columns = {
    "id": "id", "touchpoint_id": "point", "direction": "CASE WHEN is_ours THEN 'out' ELSE 'in' END", "mode": "'live'",
    "happened_at": "at", "received_at": "at", "recorded_at": "at",
}  # fmt: skip
PARTIES: Columns = {
    "id": "gen_random_uuid()", "interaction_id": "id", "role": "CASE WHEN is_ours THEN 'to' ELSE 'author' END",
    "handle_id": "md5('handle' || (c * 7919) %% %(people)s)::uuid", "proof": "'claimed'",
}  # fmt: skip
CONTENTS: Columns = {
    "interaction_id": "id", "touchpoint_id": "point", "at": "at", "subject": "'Besoin ' || c", "text": TEXT,
    "facts": "'{}'::jsonb", "problems": "'[]'::jsonb",
}  # fmt: skip
READINGS: Columns = {
    "id": "gen_random_uuid()", "content_id": "id", "touchpoint_id": "point", "engine": "'fill'", "version": "'1'",
    "is_current": "true", "at": "at", "language": "'fr'", "polarity": "(i * 13 / 2) %% 5 - 2",
    "is_ambiguous": "i %% 22 = 0", "margin": "1", "urgency": "'none'", "intents": "'{}'",
    "theme_slugs": "ARRAY[(%(themes)s::text[])[1 + i / 2 %% cardinality(%(themes)s::text[])]]",
    "themes": "jsonb_build_array(jsonb_build_object('theme', (%(themes)s::text[])[1 + i / 2 %% cardinality("
    "%(themes)s::text[])], 'polarity', (i * 13 / 2) %% 5 - 2, 'ambiguous', false, 'spans', '[]'::jsonb))",
    "reasons": "'[]'::jsonb",
}  # fmt: skip
TIMELINE: Columns = {
    "id": "gen_random_uuid()", "customer_id": "person", "happened_at": "at", "ref": "id", "touchpoint_id": "point",
    "kind": "CASE WHEN is_ours THEN 'answer' ELSE 'word' END",
}  # fmt: skip
CONVERSATIONS: Columns = {
    "id": "id", "brand_id": "%(brand)s", "touchpoint_id": "point", "customer_id": "person", "need": "'Besoin ' || c",
    "state": "CASE WHEN is_open THEN 'open' ELSE 'resolved' END", "state_at": "last_out_at", "opened_at": "asked_at",
    "last_in_id": "last_in", "last_in_at": "last_in_at", "last_out_at": "last_out_at", "asked_at": "asked_at",
    "due_at": "CASE WHEN is_open THEN now() + c %% 480 * interval '1 minute' END", "version": "4",
    "answered_at": "answered_at", "answer_worked_seconds": "extract(epoch FROM answered_at - asked_at)::bigint / 3",
}  # fmt: skip
TURN_ROWS: Columns = {
    "interaction_id": "id", "conversation_id": "talk", "at": "at",
    "why": "CASE WHEN i %% 4 = 0 THEN 'first' WHEN is_ours THEN 'ours' ELSE 'token' END",
    "by_id": "CASE WHEN is_ours THEN %(member)s::uuid END",
}  # fmt: skip
EVENTS: Columns = {
    "id": "gen_random_uuid()", "conversation_id": "id", "kind": "'opened'", "at": "asked_at", "detail": "'{}'::jsonb",
}  # fmt: skip
PROMISES: Columns = {
    "id": "gen_random_uuid()", "conversation_id": "id", "kind": "'answer'", "made_at": "asked_at",
    "due_at": "asked_at + interval '9 hours'", "first_due_at": "asked_at + interval '9 hours'",
    "status": "CASE WHEN c %% 9 = 0 THEN 'broken' ELSE 'kept' END", "settled_at": "answered_at",
}  # fmt: skip
TALLIES: Columns = {
    "touchpoint_id": "point", "hour": "date_trunc('hour', at)", "status": "status", "n": "100",
}  # fmt: skip


def main() -> None:
    """Open a brand with its touchpoints and its member, fill, count the days."""
    words = int(sys.argv[1])
    brand = brand_named(name="Mesure")
    member = add_member(email=EMAIL, name="Mesure", password=PASSWORD)
    give_role(member=member, name="admin")
    kinds = ("mail", "api", "example")
    points = [open_touchpoint(brand=brand, kind=kind, name=f"Mesure {kind}").pk for kind in kinds]
    fill(words, brand=brand.pk, member=member.pk, points=points)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # a house that grew has its tables known before its days are counted
    recount_all()
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name their files by what is in them
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def fill(words: int, *, brand: UUID, member: UUID, points: list[UUID]) -> None:
    """Write ``words`` (a multiple of four) at the touchpoints, with all that hangs on them."""
    words -= words % TURNS
    told: dict[str, Any] = {
        **{"words": words, "talks": words // TURNS, "people": max(words // 8, 1), "common": COMMON, "themes": THEMES},
        **{"brand": brand, "member": member, "points": points},
    }
    everybody = "generate_series(0, %(people)s - 1) p"
    with connection.cursor() as cursor:
        for made in (_WORDS, _TALKS, "ANALYZE said", "ANALYZE talk"):
            cursor.execute(made, told)
        for table, columns, rows in (
            ("customers_customer", PEOPLE, everybody),
            ("interactions_handle", HANDLES, everybody),
            ("customers_identity", IDENTITIES, everybody),
            ("interactions_interaction", INTERACTIONS, "said"),
            ("interactions_participation", PARTIES, "said"),
            ("interactions_content", CONTENTS, "said"),
            ("understanding_reading", READINGS, "said WHERE NOT is_ours"),
            ("customers_timelineentry", TIMELINE, "said"),
            ("conversations_conversation", CONVERSATIONS, "talk"),
            ("conversations_turn", TURN_ROWS, "said"),
            ("conversations_event", EVENTS, "talk"),
            ("conversations_promise", PROMISES, "talk"),
            # a row for a hundred words: as they come, some at a time
            ("interactions_tally", TALLIES, "said, unnest(ARRAY['received', 'stored']) status WHERE i %% 100 = 0"),
        ):
            cursor.execute(_insert(table, columns, rows), told)
        cursor.execute("DROP TABLE said; DROP TABLE talk")


def _insert(table: str, fixed: Columns, rows: str) -> str:
    """Insert what is said; every other column that must have a value gets an empty one of its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND is_nullable = 'NO'"
            " AND column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER'",
            [table],
        )
        needed = {name: _empty(kind) for name, kind in cursor.fetchall() if name not in fixed}
    columns = {**fixed, **needed}
    values = ", ".join(columns.values())
    return f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {rows}"


def _empty(kind: str) -> str:
    if kind == "boolean":
        return "false"
    if "timestamp" in kind:
        return "now()"
    return "''" if "char" in kind or kind == "text" else "'{}'" if kind == "ARRAY" else "0"


if __name__ == "__main__":
    main()
