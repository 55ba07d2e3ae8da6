"""What is asked after a delivery and poured in every night: a score, a comment, a product."""

from __future__ import annotations

import json
from collections.abc import Iterable

from egards.demo.house import House
from egards.demo.part import Parcel, Part, Thread
from egards.demo.plan.moments import written_at
from egards.demo.plan.story import Says, Sender, Story, Via
from egards.demo.plan.telling import say, score_of
from egards.demo.plan.town import Town
from egards.demo.words.grammar import situations
from egards.demo.words.nouns import Kind
from egards.interactions.models import Mode

A_DAY = 27.0
TONES = {"praise": 56.0, "problem": 38.0, "unclear": 6.0}
NAME = "Avis après livraison"


class Reviews(Part):
    """Comments that call for no answer by themselves: a history, day after day."""

    name = "reviews"
    is_poured = True
    figures = ("words", "themes", "polarity", "scores", "rising themes")

    def stories(self, town: Town, day: int) -> Iterable[Story]:
        """Plan what is said on a day."""
        chance = town.chance(self.name, day)
        for number in range(town.many(A_DAY, day, chance)):
            yield _story(town, day, f"{self.name}/{day}/{number}")

    def settle(self, house: House) -> None:
        """The programme that asks posts by the API."""
        house.touchpoint("api", NAME)

    def parcel(self, house: House, thread: Thread, said: Says) -> Parcel:
        """The JSON of the API, of a word that nobody is to answer."""
        party = {"role": "author", "kind": "email", "value": said.sender.email, "name": said.sender.name}
        word = {
            "id": thread.story.key,
            "text": said.said.text,
            "subject": said.said.subject,
            "happened_at": said.at.isoformat(),
            "parties": [party],
            "score": said.score,
            "scale": [1, 5],
            "facts": {"product": said.product},
            "mode": "archive",
        }
        raw = json.dumps(word, ensure_ascii=False).encode()
        return Parcel(house.touchpoint("api", NAME), raw, Mode.ARCHIVE)


def _story(town: Town, day: int, key: str) -> Story:
    chance = town.chance(key)
    customer = town.somebody(chance)
    need = town.need(customer, day, Kind.REVIEW, TONES, chance)
    said = say(need, customer, Kind.REVIEW, chance)
    product = need.facts.product
    word = Says(
        at=written_at(town.date_of(day), chance),
        via=Via.REVIEW,
        sender=Sender(customer.name, customer.emails[0]),
        said=said,
        customer=customer.number,
        score=score_of(said, chance),
        product=product.label if product and "owned" in situations()[need.situation].traits else "",
    )
    return Story(key, Reviews.name, customer.number, need.situation, (word,), need.cause)
