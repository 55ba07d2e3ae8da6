"""A button by the door of each store: how the visit went, in one press, sometimes with a line; nobody signs."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from egards.demo.house import House
from egards.demo.part import Parcel, Part, Thread
from egards.demo.plan.moments import visited_at
from egards.demo.plan.story import Says, Sender, Story, Via
from egards.demo.plan.telling import say, score_of
from egards.demo.plan.town import Town
from egards.demo.words.nouns import Kind, Length, Said, Truth
from egards.interactions.models import Mode

#: Presses on an ordinary day, all stores together.
A_DAY = 11.0
TONES = {"praise": 62.0, "problem": 38.0}
#: What is spoken of at the door of a store.
THEMES = frozenset({"store", "welcome", "wait", "advice", "price"})
#: Of a hundred presses, so many leave a line.
WITH_A_LINE = 45
_SCORES = (1, 2, 3, 4, 5)


class Buttons(Part):
    """Presses in stores, counted each night."""

    name = "buttons"
    is_poured = True
    figures = ("words", "scores", "places")

    def stories(self, town: Town, day: int) -> Iterable[Story]:
        """Plan the presses of a day, when stores are open."""
        chance = town.chance(self.name, day)
        for number in range(town.many(A_DAY, day, chance)):
            at = visited_at(town.date_of(day), chance)
            if at is not None:
                yield _story(town, day, at, f"{self.name}/{day}/{number}")

    def settle(self, house: House) -> None:
        """A button in each store."""
        for key, store in house.stores.items():
            if key != "atelier":
                house.touchpoint("example", f"Borne, {store.name}", key)

    def parcel(self, house: House, thread: Thread, said: Says) -> Parcel:
        """What the button posts."""
        press = {"id": thread.story.key, "score": said.score, "comment": said.said.text, "at": said.at.timestamp()}
        store = house.stores[said.place]
        touchpoint = house.touchpoint("example", f"Borne, {store.name}", said.place)
        return Parcel(touchpoint, json.dumps(press, ensure_ascii=False).encode(), Mode.ARCHIVE)


def _story(town: Town, day: int, at: datetime, key: str) -> Story:
    chance = town.chance(key)
    customer = town.somebody(chance)
    store = town.store_of(customer)
    need = town.need(customer, day, Kind.REVIEW, TONES, chance, themes=THEMES)
    if chance.randrange(100) < WITH_A_LINE:
        said = say(need, customer, Kind.REVIEW, chance, length=Length.LINE)
        score = score_of(said, chance)
    else:
        said, score = Said("", "", Truth((), 0)), chance.choices(_SCORES, (8, 9, 16, 34, 33))[0]
    word = Says(at=at, via=Via.BUTTON, sender=Sender(), said=said, customer=None, score=score, place=store.key)
    return Story(key, Buttons.name, None, need.situation, (word,), need.cause)
