"""`python -m tests.mail.people`: in a house of its own, who works there; no way in is open yet."""

from __future__ import annotations

import django

django.setup()

from egards.accounts.actions import add_member, give_role  # noqa: E402 (models are read only once Django is ready)
from egards.accounts.models import Brand, Hours, Team  # noqa: E402
from tests.mail.furnish import ADDRESS  # noqa: E402
from tests.members import PASSWORD  # noqa: E402

#: Somebody is there at any hour, so that the journey may be made at any hour.
ALWAYS = {str(day): [["00:00", "23:59"]] for day in range(1, 8)}

if __name__ == "__main__":
    brand = Brand.objects.get()
    brand.name, brand.slug, brand.email = "Lindelle", "lindelle", ADDRESS
    hours = Hours.objects.create(brand=brand, name="Toujours", week=ALWAYS)
    brand.hours = brand.phone_hours = hours
    brand.default_team = Team.objects.create(brand=brand, name="Service clients", hours=hours)
    brand.save(update_fields=["name", "slug", "email", "hours", "phone_hours", "default_team"])
    alice = add_member(email="alice@maison.example", name="Alice Thévenin", password=PASSWORD)
    give_role(member=alice, name="adviser", brand=brand)
    camille = add_member(email="camille@maison.example", name="Camille Roux", password=PASSWORD)
    give_role(member=camille, name="admin", brand=None)
