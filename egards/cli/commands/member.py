"""``egards member``."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import override

from egards.accounts.actions import AccountError, add_member, brand_named, give_role, set_password
from egards.accounts.models import Member


def handle(args: argparse.Namespace) -> int:
    """List members, or add one; the password is asked, or drawn and printed once when there is no terminal."""
    with override("fr"):
        try:
            if args.new_password:
                return _renew(args.new_password)
            return _add(args) if args.add else _list()
        except (AccountError, ValidationError) as error:
            sentences = error.messages if isinstance(error, ValidationError) else [str(error)]
            print("egards member : " + " ".join(sentences), file=sys.stderr)
            return 1


def _list() -> int:
    members = Member.objects.prefetch_related("roles__brand").order_by("sort_key")
    for member in members:
        roles = ", ".join(
            f"{role.get_name_display()} ({role.brand.name})" if role.brand else role.get_name_display()
            for role in member.roles.all()
        )
        print(f"{member.name} <{member.email}> : {roles or 'aucun rôle'}{'' if member.is_active else ' (parti)'}")
    if not members:
        print("Personne encore. Ajoutez quelqu’un avec --add.")
    return 0


def _add(args: argparse.Namespace) -> int:
    password, is_drawn = _password()
    with transaction.atomic():
        member = add_member(email=args.add, name=args.name or args.add.split("@")[0], password=password)
        brand = brand_named(name=args.brand) if args.brand else None
        give_role(member=member, name=args.role, brand=brand)
    print(f"{member.name} peut se connecter avec {member.email}.")
    _show(password, is_drawn)
    return 0


def _renew(email: str) -> int:
    password, is_drawn = _password()
    member = set_password(email=email, password=password)
    print(f"{member.name} a un nouveau mot de passe ; ses autres sessions sont fermées.")
    _show(password, is_drawn)
    return 0


def _show(password: str, is_drawn: bool) -> None:
    if is_drawn:
        print(f"Mot de passe tiré au hasard, montré une seule fois : {password}")


def _password() -> tuple[str, bool]:
    if given := os.environ.get("EGARDS_MEMBER_PASSWORD"):
        return given, False
    if not sys.stdin.isatty():
        return secrets.token_urlsafe(15), True
    typed = getpass.getpass("Mot de passe (vide : tiré au hasard) : ")
    return (typed, False) if typed else (secrets.token_urlsafe(15), True)
