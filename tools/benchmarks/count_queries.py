"""`python -m tools.benchmarks.count_queries EMAIL ADDRESS…`: how many queries each page asks, as JSON."""

import json
import sys

import django

django.setup()

from django.db import connection  # noqa: E402 (models are read only once Django is ready)
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from egards.accounts.models import Member  # noqa: E402


def main() -> None:
    """Ask each page twice, count the second time: what a process keeps is then there, as in a house that runs."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(Member.objects.get(email=sys.argv[1]))
    counts = {}
    for address in sys.argv[2:]:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        counts[address] = len(queries)
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
