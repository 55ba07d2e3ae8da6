"""Maison Lindelle moves into the test house, its buttons and its program with their keys. Prints what the town needs.

Run in the house's own environment, its clock standing at the first day.
"""

from __future__ import annotations

import json
import secrets

import django

django.setup()

from egards.api.actions import make_key  # noqa: E402
from egards.consent.loading import load_pack  # noqa: E402
from egards.demo.house import address_of, move_in  # noqa: E402
from egards.demo.part import parts  # noqa: E402
from egards.demo.parts.reviews import NAME as REVIEWS  # noqa: E402
from egards.demo.words.people import counters, members  # noqa: E402


def main() -> None:
    """Settle, and say where the doors are."""
    load_pack()
    passwords = {colleague.login: f"{colleague.login} {secrets.token_urlsafe(9)}" for colleague in members()}
    house = move_in(passwords)
    for part in parts().values():
        part.settle(house)
    buttons = {}
    for key, store in house.stores.items():
        touchpoint = house.touchpoint("example", f"Borne, {store.name}", key)
        touchpoint.settings = {"secret": secrets.token_hex(32)}
        touchpoint.save(update_fields=["settings"])
        buttons[key] = (touchpoint.slug, touchpoint.settings["secret"])
    reviews = house.touchpoint("api", REVIEWS)
    boxes = {"": (house.mailbox, house.address)}
    boxes |= {store: (house.mailbox_of(store), address_of(store)) for store in counters()}
    _key, text = make_key(
        brand=house.brand, name="Avis", scopes=["interactions:write", "interactions:read", "customers:read"], by=None
    )
    said = {
        "passwords": passwords,
        "emails": {login: member.email for login, member in house.members.items()},
        "mailboxes": [(str(box.pk), address) for box, address in boxes.values()],
        "mail": {store: box.slug for store, (box, _address) in boxes.items()},
        "addresses": {store: address for store, (_box, address) in boxes.items()},
        "contact": f"/contact/{house.brand.slug}/",
        "buttons": buttons,
        "reviews": reviews.slug,
        "key": text,
    }
    print(json.dumps(said))


if __name__ == "__main__":
    main()
