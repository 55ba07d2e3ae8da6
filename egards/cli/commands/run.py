"""``egards run``."""

from __future__ import annotations

import argparse
import os
import sys
import threading

from egards.accounts.models import Member
from egards.cli.supervisor import address, free_port, parts, prepare_pages, supervise
from egards.consent.loading import load_pack
from egards.interactions.models import Interaction


def handle(args: argparse.Namespace) -> int:
    """Open the house until Ctrl-C."""
    port = free_port(args.port, args.host)
    url = os.environ["EGARDS_URL"] = address(args.host, port)
    prepare_pages()
    load_pack()
    _say_hello(url, taken=port != args.port, wanted=args.port)
    supervise(parts(args.host, port), stop=threading.Event())
    print("La maison est fermée.", file=sys.stderr)
    return 0


def _say_hello(url: str, *, taken: bool, wanted: int) -> None:
    if taken:
        print(f"Le port {wanted} est pris.", file=sys.stderr)
    print(f"Égards est ouvert : {url} (Ctrl-C pour fermer)", flush=True)
    if not Member.objects.exists():
        print("Personne n’a encore de compte. Dans un autre terminal :\n  ./egards.py member --add vous@exemple.fr --name 'Votre nom' --role admin")  # fmt: skip  # noqa: E501
    if not Interaction.objects.exists():
        print("Aucun mot n’est encore entré :\n  ./egards.py import CHEMIN (courriels, .csv, .xlsx, .jsonl)")
    sys.stdout.flush()
