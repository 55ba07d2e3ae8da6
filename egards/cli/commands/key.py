"""``egards key``."""

from __future__ import annotations

import argparse
import sys

from django.utils.translation import override

from egards.accounts.actions import brand_named
from egards.api.actions import CannotOpen, make_key


def handle(args: argparse.Namespace) -> int:
    """Make an API key; its text is shown once."""
    scopes = args.scope or ["interactions:write", "interactions:read"]
    try:
        with override("fr"):
            key, text = make_key(brand=brand_named(name=args.brand), name=args.name, scopes=scopes, by=None)
    except CannotOpen as error:
        print(f"egards key : {error}", file=sys.stderr)
        return 1
    print(f"Clé « {key.name} » de {args.brand} ({', '.join(key.scopes)}), montrée une seule fois :\n{text}")
    return 0
