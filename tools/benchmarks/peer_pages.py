"""Runs in the peer's own environment: N follow-ups by bulk SQL, then its list, a ticket, a search, its reports.

Usage: ``python peer_pages.py N TIMES``. Prints milliseconds (p50, p95) per page as JSON. Asked in process, with
Django's test client, as ours are in the same table.
"""

import json
import logging
import sys
import time
from statistics import median, quantiles
from typing import Any

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from helpdesk.models import Queue  # type: ignore[import-not-found] # noqa: E402
from helpdesk.query import query_to_base64  # type: ignore[import-not-found] # noqa: E402

COMMON = (
    "bonjour commande livraison colis retard merci produit magasin service client vendeur réponse facture"
    " remboursement échange article couleur taille qualité prix notice montage vis table chaise lampe rideau tapis"
    " assiette verre four bouilloire casserole carton emballage transporteur adresse rendez-vous téléphone attente"
    " accueil conseil garantie"
).split()
TURNS = 4
TEXT = """
(SELECT string_agg(
    CASE WHEN (i * 31 + n * 17) %% 3 = 0 THEN 'mot' || ((i * 2654435761 + n * 40503) %% 60000)
         ELSE (%(common)s::text[])[1 + ((i * 7 + n * n * 13) %% cardinality(%(common)s::text[]))] END, ' ')
 FROM generate_series(1, 40) n)
"""


def main() -> None:
    """Fill, measure, say."""
    words, times = int(sys.argv[1]), int(sys.argv[2])
    call_command("migrate", verbosity=0, interactive=False)
    logging.disable(logging.CRITICAL)
    queue = Queue.objects.create(title="Bench", slug="bench", allow_email_submission=False)
    member = get_user_model().objects.create_superuser("bench", "bench@egards.example", "x")  # type: ignore[attr-defined]
    fill(words, queue.pk, member.pk)
    client = Client(SERVER_NAME="localhost")
    client.force_login(member)
    # sorted, filtered and searched as its own page asks for it
    plain = {"filtering": {"status__in": [1, 2]}, "filtering_null": {}, "sorting": "created", "sortreverse": False}
    wanted = {"list": listing(plain), "search": listing({**plain, "search_string": "remboursement"})}
    wanted["ticket"] = reverse("helpdesk:view", args=[ticket_with_most()])
    wanted["reports"] = reverse("helpdesk:report_index")
    print(json.dumps({name: measured(client, address, times) for name, address in wanted.items()}))


def listing(query: dict[str, object]) -> str:
    """The address from which its list takes its first 25 rows."""
    return reverse("helpdesk:datatables_ticket_list", args=[query_to_base64(query)])


def ticket_with_most() -> int:
    """A ticket like the others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM helpdesk_ticket")
        (found,) = cursor.fetchone() or (1,)
    return int(found)


def fill(words: int, queue: int, member: int) -> None:
    """As many tickets as we have conversations, as many words in them."""
    values: dict[str, Any] = {
        "words": words,
        "tickets": words // TURNS,
        "queue": queue,
        "member": member,
        "common": COMMON,
    }
    with connection.cursor() as cursor:
        for table, fixed in (("helpdesk_ticket", TICKET), ("helpdesk_followup", FOLLOW_UP)):
            cursor.execute(statement(table, fixed), values)
        cursor.execute("SELECT setval('helpdesk_ticket_id_seq', %s)", [words // TURNS + 1])
        cursor.execute("VACUUM ANALYZE")


TICKET = {
    "series": "generate_series(0, %(tickets)s - 1)",
    "id": "i + 1",
    "title": "'Besoin ' || i",
    "queue_id": "%(queue)s",
    "created": "now() - interval '730 days' * (1 - i::float / %(tickets)s)",
    "modified": "now() - interval '730 days' * (1 - i::float / %(tickets)s)",
    "submitter_email": "'p' || (i * 7919 %% greatest(%(words)s / 8, 1)) || '@client.example'",
    "status": "CASE WHEN i > %(tickets)s - least(2000, 1 + %(words)s / 200) THEN 1 ELSE 4 END",
    "on_hold": "false",
    "description": TEXT,
    "priority": "3",
    "secret_key": "md5(i::text)",
}
FOLLOW_UP = {
    "series": "generate_series(0, %(words)s - 1)",
    "ticket_id": f"i / {TURNS} + 1",
    "date": "now() - interval '730 days' * (1 - i::float / %(words)s)",
    "title": "'Réponse'",
    "comment": TEXT,
    "public": "true",
    "user_id": f"CASE WHEN i %% {TURNS} IN (1, 3) THEN %(member)s END",
}


def statement(table: str, fixed: dict[str, str]) -> str:
    """Insert what is fixed; every other column that must have a value gets an empty one of its type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'",
            [table],
        )
        needed = {name: kind for name, kind in cursor.fetchall() if name not in fixed}
    columns = {k: v for k, v in fixed.items() if k != "series"} | {n: empty(kind) for n, kind in needed.items()}
    overriding = " OVERRIDING SYSTEM VALUE" if "id" in columns else ""
    return (
        f"INSERT INTO {table} ({', '.join(columns)}){overriding}"
        f" SELECT {', '.join(columns.values())} FROM {fixed['series']} i"
    )


def empty(kind: str) -> str:
    """An empty value of a type."""
    if "char" in kind or kind == "text":
        return "''"
    return "false" if kind == "boolean" else "now()" if "timestamp" in kind else "0"


def measured(client: Client, address: str, times: int) -> dict[str, float]:
    """Milliseconds of a page, the first tries left out."""
    taken = []
    for _ in range(times + 2):
        began = time.perf_counter()
        answer = client.get(address)
        taken.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, (address, answer.status_code)
    return {"p50": median(taken[2:]), "p95": quantiles(taken[2:], n=20)[18]}


if __name__ == "__main__":
    main()
