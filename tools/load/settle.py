"""Maison Lindelle moves in, with as many advisers as asked for; prints what the load needs to come in.

Run in the house's own environment: python -m tools.load.settle ADVISERS STREAMS KEYS
"""

from __future__ import annotations

import json
import secrets
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

from egards.accounts.actions import add_member, give_role  # noqa: E402
from egards.accounts.models import Member, Team  # noqa: E402
from egards.api.actions import make_key  # noqa: E402
from egards.consent.loading import load_pack  # noqa: E402
from egards.demo.house import DOMAIN, House, found_house, move_in  # noqa: E402
from egards.demo.words.people import members  # noqa: E402
from egards.touchpoints.models import Touchpoint  # noqa: E402

#: One adviser in so many is a manager.
MANAGERS = 10


def main() -> None:
    """Settle, and say where the doors are."""
    advisers, streams, keys = map(int, sys.argv[1:4])
    load_pack()
    passwords = {colleague.login: secrets.token_urlsafe(18) for colleague in members()}
    house = found_house() or move_in(passwords)
    keeper = next(colleague.login for colleague in members() if colleague.role == "admin")
    staff = [_adviser(house, number) for number in range(advisers)]
    listening = [house_member for house_member, _said in staff] or [house.members[keeper]]
    program = house.touchpoint("api", "Boutique en ligne")
    _page = house.page  # open before anybody listens: who may hear of it is asked every few seconds
    said = {
        "keeper": {"email": house.members[keeper].email, "password": _renewed(house.members[keeper])},
        "advisers": [said for _member, said in staff],
        "sessions": [_session(listening[n % len(listening)]) for n in range(streams)],
        "mailboxes": [(str(house.mailbox.pk), house.address)],
        "contact": f"/contact/{house.brand.slug}/",
        "address": house.address,
        "program": program.slug,
        "keys": [_key(house, number) for number in range(keys)],
        "buttons": [_button(house, key) for key in house.stores],
    }
    print(json.dumps(said))


def _adviser(house: House, number: int) -> tuple[Member, dict[str, str]]:
    email, role = f"poste{number:02}@{DOMAIN}", "manager" if number % MANAGERS == 0 else "adviser"
    member = Member.objects.filter(email=email).first()
    if member is None:
        member = add_member(email=email, name=f"Poste {number + 1}", password=secrets.token_urlsafe(18))
        team = Team.objects.filter(brand=house.brand).first()
        give_role(member=member, name=role, brand=house.brand, team=team)
    return member, {"email": email, "password": _renewed(member), "role": role}


def _key(house: House, number: int) -> str:
    """Return a new key of a program."""
    return make_key(brand=house.brand, name=f"Programme {number + 1}", scopes=["interactions:write"], by=None)[1]


def _renewed(member: Member) -> str:
    password = secrets.token_urlsafe(18)
    member.set_password(password)
    member.save(update_fields=["password"])
    return password


def _button(house: House, store: str) -> tuple[str, str]:
    touchpoint: Touchpoint = house.touchpoint("example", f"Borne, {house.stores[store].name}", store)
    if not touchpoint.settings.get("secret"):
        touchpoint.settings = {"secret": secrets.token_hex(32)}
        touchpoint.save(update_fields=["settings"])
    return touchpoint.slug, touchpoint.settings["secret"]


def _session(member: Member) -> dict[str, Any]:
    """Return an open session, as signing in writes it: five hundred passwords would be all that one measures."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.save()
    return {"key": session.session_key, "member": str(member.pk)}


if __name__ == "__main__":
    main()
