"""The town for `make screenshots`: the demo itself, as it opens, and the pages of it that show most.

Run in a house of its own by tools/screenshots.py; prints, as JSON, everybody's password and the addresses to
photograph. What is shown is chosen by what a page holds, so that it stays worth seeing whatever the day.
"""

from __future__ import annotations

import json
import re
from typing import Any

import django

django.setup()

from django.contrib.postgres.aggregates import ArrayAgg  # noqa: E402
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet  # noqa: E402
from django.db.models.functions import Length  # noqa: E402
from django.urls import reverse  # noqa: E402

from egards.cli.demo import fill_house  # noqa: E402
from egards.consent.loading import load_pack  # noqa: E402
from egards.conversations.models import Conversation, Link, Promise  # noqa: E402
from egards.conversations.tokens import link_token  # noqa: E402
from egards.core.clock import now  # noqa: E402
from egards.demo.filling import passwords  # noqa: E402
from egards.interactions.models import Content  # noqa: E402

ADVISER = "ines"
#: A page is photographed at one height: a thread of so many words fills it, and its texts are not letters of pages.
FULL_THREAD = 4
LONGEST = 500
SEEN, STEM = 12, 6
SEARCHED = ("livreur", "notice", "facture", "étiquette")
#: Pictographs, which only some machines can draw: no picture depends on their fonts.
PICTOGRAPHS = "[\u2600-\u27bf\U0001f000-\U0001faff]"


def main() -> None:
    """Let the town move in, and choose what to show."""
    load_pack()
    fill_house()
    print(json.dumps({"passwords": passwords(), "addresses": addresses()}))


def addresses() -> dict[str, str]:
    """Where to stand for each picture."""
    hero = fullest(telling().filter(owner__email__startswith=f"{ADVISER}@", due_at__gt=now()))
    return {
        "contact": reverse("contact"),
        "suivi": reverse("follow_up", args=[link_token(followed())]),
        "file": f"{reverse('conversations')}?vue=all",
        "conversation": f"{reverse('conversation', args=[hero.pk])}?vue=all",
        "echanges": reverse("words"),
        "clients": reverse("customers"),
        "client": reverse("customer", args=[most_faithful()]),
        "recherche": f"{reverse('search')}?q={searched()}",
        "pouls": reverse("pulse"),
        "points-de-contact": reverse("touchpoints"),
        "sortants": reverse("outgoing"),
        "reglages": reverse("settings"),
        "regles": reverse("rules"),
        "planche": reverse("specimen"),
    }


def telling() -> QuerySet[Any]:
    """Return conversations in which both spoke, not at too great length, with how much was said and where."""
    rows = Conversation.objects.exclude(customer=None).filter(joined_into=None, last_out_at__isnull=False)
    return (
        rows.annotate(
            said=Count("turns", distinct=True),
            doors=Count("turns__interaction__touchpoint__kind", distinct=True),
            longest=Max(Length("turns__interaction__content__text")),
            promised=Count("promises", filter=Q(promises__kind=Promise.Kind.OTHER), distinct=True),
        )
        .filter(longest__lt=LONGEST)
        .exclude(turns__interaction__content__text__regex=PICTOGRAPHS)
    )


def fullest(rows: QuerySet[Any]) -> Conversation:
    """Return the one that shows most: a promise made by hand, more than one touchpoint, a full thread, lately."""
    found = rows.order_by(F("promised").desc(), F("doors").desc(), F("said").desc(), "-last_in_at")
    chosen: Conversation = found.filter(said__gte=FULL_THREAD).first() or found[0]
    return chosen


def followed() -> Link:
    """Return the link, held in a letter of ours, of a request that was answered and waits for something promised."""
    talks = telling().filter(due_at__gt=now())
    mailed = Link.objects.filter(level=Link.Level.MAILED, revoked_at=None)
    return mailed.filter(
        conversation=fullest(talks.filter(Exists(mailed.filter(conversation=OuterRef("pk")))))
    ).earliest("made_at")


def searched() -> str:
    """Return a word of which the newest finds can be read on any machine."""
    for word in SEARCHED:
        newest = (
            Content.objects.filter(text__icontains=word[:STEM]).order_by("-at").values_list("text", flat=True)[:SEEN]
        )
        if not any(re.search(PICTOGRAPHS, text) for text in newest):
            return word
    return SEARCHED[0]


def most_faithful() -> object:
    """Return the customer heard at most touchpoints, most often."""
    found = telling().values("customer_id").annotate(n=Count("pk"), ways=ArrayAgg("touchpoint__kind", distinct=True))
    return max(found, key=lambda row: (len(row["ways"]), row["n"]))["customer_id"]


if __name__ == "__main__":
    main()
