"""`python -m tests.journeys.furnish PORT`: a brand, its hours, its ways in, two advisers; mail leaves by PORT.

Then `… furnish code CODE` finishes the proof of the sending address with the code that came by mail.
"""

from __future__ import annotations

import sys

import django

django.setup()

from egards.accounts.actions import add_member, give_role  # noqa: E402 (models are read only once Django is ready)
from egards.accounts.models import Brand, Hours, Team  # noqa: E402
from egards.touchpoints.actions import begin_proof, configure_sending, finish_proof, open_touchpoint  # noqa: E402
from egards.touchpoints.models import Touchpoint  # noqa: E402
from tests.members import PASSWORD  # noqa: E402

ADDRESS = "bonjour@lindelle.example"
#: Somebody is there at any hour, so that the journey may be made at any hour.
ALWAYS = {str(day): [["00:00", "23:59"]] for day in range(1, 8)}


def furnish(port: int) -> None:
    """Make the house ready to be spoken to."""
    brand = Brand.objects.create(name="Lindelle", slug="lindelle", phone="02 61 91 04 00", email=ADDRESS)
    hours = Hours.objects.create(brand=brand, name="Toujours", week=ALWAYS)
    brand.hours = brand.phone_hours = hours
    brand.default_team = Team.objects.create(brand=brand, name="Service clients", hours=hours, phone="02 61 91 04 12")
    brand.save(update_fields=["hours", "phone_hours", "default_team"])
    open_touchpoint(brand=brand, kind="form", name="Page de contact")
    box = open_touchpoint(brand=brand, kind="mail", name="Courriel")
    settings = {"address": ADDRESS, "sender_name": "Lindelle", "host": "127.0.0.1", "port": port, "security": "none"}
    box = configure_sending(touchpoint=box, settings=settings | {"plus_addresses": True, "username": ""}, secrets={})
    for login, name in (("alice", "Alice Thévenin"), ("bruno", "Bruno Le Guellec")):
        member = add_member(email=f"{login}@maison.example", name=name, password=PASSWORD)
        give_role(member=member, name="adviser", brand=brand)
    begin_proof(touchpoint=box, by=None)


if __name__ == "__main__":
    if sys.argv[1] == "code":
        finish_proof(touchpoint=Touchpoint.objects.get(kind="mail"), code=sys.argv[2], by=None)
    else:
        furnish(int(sys.argv[1]))
