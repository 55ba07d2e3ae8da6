"""`python -m tests.mail.sender PORT`: in a house of its own, a touchpoint whose letters leave by the relay at PORT.

Its address is written as proved: how one proves it is another test's business (journey_suite.py).
"""

from __future__ import annotations

import sys

import django

django.setup()

from egards.accounts.models import Brand, Hours, Team  # noqa: E402 (models are read only once Django is ready)
from egards.core.clock import now  # noqa: E402
from egards.touchpoints.actions import configure_sending, open_touchpoint  # noqa: E402
from egards.touchpoints.models import Touchpoint  # noqa: E402
from tests.mail.furnish import ADDRESS  # noqa: E402
from tests.mail.people import ALWAYS  # noqa: E402

if __name__ == "__main__":
    brand = Brand.objects.get()
    hours = Hours.objects.create(brand=brand, name="Toujours", week=ALWAYS)
    brand.hours = hours
    brand.default_team = Team.objects.create(brand=brand, name="Service clients", hours=hours)
    brand.save(update_fields=["hours", "default_team"])
    box = open_touchpoint(brand=brand, kind="mail", name="Courriel")
    settings = {"address": ADDRESS, "host": "127.0.0.1", "port": int(sys.argv[1]), "security": "none"}
    configure_sending(touchpoint=box, settings=settings | {"plus_addresses": True, "username": ""}, secrets={})
    Touchpoint.objects.filter(pk=box.pk).update(proved_at=now(), proved_address=ADDRESS)
