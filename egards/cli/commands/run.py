"""``egards run``."""

from __future__ import annotations

import argparse
import os
import sys
import threading

from egards.cli.backup import backup_keys_folder
from egards.cli.supervisor import address, free_port, parts, prepare_pages, supervise
from egards.cli.vault import drop_old_keys
from egards.consent.loading import load_pack
from egards.core.clock import now
from egards.intake.files import sweep_uploads
from egards.interactions.models import Interaction
from egards.workspace.beginning.key import first_page_address, is_new


def handle(args: argparse.Namespace) -> int:
    """Open the house until Ctrl-C."""
    port = free_port(args.port, args.host)
    url = os.environ["EGARDS_URL"] = address(args.host, port)
    sweep_uploads(args.house.home)
    prepare_pages()
    load_pack()
    _say_hello(url, taken=port != args.port, wanted=args.port)
    supervise(parts(args.host, port), stop=threading.Event(), daily=_keep_keys_young)
    print("La maison est fermée.", file=sys.stderr)
    return 0


def _keep_keys_young() -> None:
    """Destroy the backup keys that are past their time: what they closed cannot be read any more."""
    drop_old_keys(backup_keys_folder(), now().date())


def _say_hello(url: str, *, taken: bool, wanted: int) -> None:
    if taken:
        print(f"Le port {wanted} est pris.", file=sys.stderr)
    print(f"Égards est ouvert : {url} (Ctrl-C pour fermer)", flush=True)
    if is_new():
        print("Personne n’a encore de compte. La première page, en cinq étapes (gardez cette adresse pour vous) :")
        print(f"  {first_page_address(url)}")
    elif not Interaction.objects.exists():
        print("Aucun mot n’est encore entré. Les vôtres (courriels, .csv, .xlsx, .jsonl), ou ceux d’essai :")
        print("  ./egards.py import exemples/ --brand Lindelle")
    sys.stdout.flush()
