"""``egards new``."""

from __future__ import annotations

import argparse

from egards.accounts.models import Brand, Member
from egards.cli.house import HouseError, start_command
from egards.consent.loading import load_pack
from egards.core.house_mark import mark_house


def handle(args: argparse.Namespace) -> int:
    """Finish a house that has just been made, and say how to open it."""
    if Member.objects.exists() or Brand.objects.exists():
        raise HouseError("la base donnée par DATABASE_URL est déjà celle d’une maison. Donnez une base vide.")
    mark_house(is_demo=False)
    load_pack()
    print(f"La maison est prête dans {args.house.home}. Elle est vide, et n’a aucun compte.")
    print("Ouvrez-la :")
    print(f"  {start_command(args.house.home)}")
    print("Elle vous dira l’adresse de sa première page : cinq étapes, cinq minutes.")
    return 0
