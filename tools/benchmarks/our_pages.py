"""`python -m tools.benchmarks.our_pages TIMES`: our pages on a filled house, in process, as the peer's are measured."""

from __future__ import annotations

import json
import sys
import time
from statistics import median, quantiles

import django

django.setup()

from django.db import connection  # noqa: E402 (models are read only once Django is ready)
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from egards.accounts.models import Member  # noqa: E402
from egards.conversations.models import Conversation  # noqa: E402
from tools.benchmarks.pages import EMAIL  # noqa: E402


def main() -> None:
    """Ask each page, say milliseconds and queries."""
    times = int(sys.argv[1])
    client = Client(SERVER_NAME="localhost")
    client.force_login(Member.objects.get(email=EMAIL))
    newest = Conversation.objects.exclude(state="resolved").order_by("-opened_at").first()
    assert newest is not None
    addresses = {
        "list": reverse("conversations") + "?vue=all",
        "conversation": reverse("conversation", args=[newest.pk]),
        "search": reverse("search") + "?q=remboursement",
        "rare": reverse("search") + "?q=mot4321",
        "pulse": reverse("pulse"),
        "customer": reverse("customer", args=[newest.customer_id]),
    }
    print(json.dumps({name: measured(client, address, times) for name, address in addresses.items()}))


def measured(client: Client, address: str, times: int) -> dict[str, float]:
    """Milliseconds of a page once the process is warm, and its queries."""
    for _ in range(5):
        client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    asked, taken = len(queries), []
    for _ in range(times):
        began = time.perf_counter()
        client.get(address)
        taken.append(1000 * (time.perf_counter() - began))
    return {"p50": median(taken), "p95": quantiles(taken, n=20)[18], "queries": asked}


if __name__ == "__main__":
    main()
