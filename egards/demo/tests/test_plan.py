"""The plan of the town: the same for the same seed, ordered, plausible."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

from egards.core.working_hours import is_open
from egards.demo.part import parts
from egards.demo.plan.causes import CAMPAIGNS, TROUBLES, bustle
from egards.demo.plan.moments import SERVICE
from egards.demo.plan.story import Acts, Deed, Says, Story
from egards.demo.plan.telling import score_of
from egards.demo.plan.town import Town
from egards.demo.words.grammar import causes
from egards.demo.words.nouns import Said, Truth

FIRST = date(2026, 7, 6)


def stories(town: Town, days: int) -> list[Story]:
    """What is planned for the first days."""
    return [story for day in range(days) for part in parts().values() for story in part.stories(town, day)]


def test_the_same_seed_is_the_same_town() -> None:
    assert stories(Town("a", FIRST, 200), 6) == stories(Town("a", FIRST, 200), 6)
    assert stories(Town("a", FIRST, 200), 6) != stories(Town("b", FIRST, 200), 6)


def test_a_day_does_not_depend_on_how_many_are_planned() -> None:
    town = Town("a", FIRST, 300)
    assert stories(town, 9)[: len(stories(town, 4))] == stories(town, 4)


def test_a_story_begins_with_a_word_and_goes_forward() -> None:
    told = stories(Town("a", FIRST, 1500), 12)
    assert all(isinstance(story.steps[0], Says) for story in told)
    assert all(a.at <= b.at for story in told for a, b in zip(story.steps, story.steps[1:], strict=False))
    assert len({story.key for story in told}) == len(told)


def test_advisers_answer_while_somebody_is_there() -> None:
    answers = [
        step
        for story in stories(Town("a", FIRST, 1500), 12)
        for step in story.steps
        if isinstance(step, Acts) and step.deed == Deed.ANSWER
    ]
    assert len(answers) > 30
    assert sum(is_open(SERVICE, step.at) for step in answers) / len(answers) > 0.9


def test_nobody_answers_in_the_minute_a_word_comes_in() -> None:
    told = [story.steps for story in stories(Town("a", FIRST, 1500), 12)]
    pairs = [(a, b) for steps in told for a, b in pairwise(steps)]
    waits = [b.at - a.at for a, b in pairs if isinstance(a, Says) and isinstance(b, Acts) and b.deed == Deed.ANSWER]
    assert len(waits) > 10
    assert min(waits) > timedelta(minutes=1)


def test_stars_that_are_written_are_the_score() -> None:
    def scored(text: str, polarity: int) -> set[int]:
        said = Said("", text, Truth((), polarity))
        return {score_of(said, Random(seed)) for seed in range(60)}

    assert scored("Donc trois étoiles, au milieu.", -1) == {3}
    assert max(scored("Cinq étoiles pour l’audace.", -2)) <= 3
    assert max(scored("À FUIR.", -2)) <= 3 <= min(scored("Parfait !", 2))


def test_people_go_to_the_store_near_them() -> None:
    town = Town("a", FIRST, 400)
    at = {person.person.city: town.store_of(person).city for person in town.customers}
    assert (at["Lyon"], at["Roubaix"], at["Agen"], at["Pornic"]) == ("Lyon", "Lille", "Bordeaux", "Nantes")


def test_a_whole_town_says_at_least_six_thousand_words_in_its_history() -> None:
    months = stories(Town("lindelle", FIRST), 120)
    end = FIRST + timedelta(days=120)
    said = [word for story in months for word in story.says if word.at.date() < end]
    assert len(said) >= 6000
    assert {word.via for word in said} == {"mail", "form", "review", "button"}
    assert {story.cause for story in months} - {""} == {trouble.cause for trouble in TROUBLES}


def test_some_share_an_address_some_have_two_some_bear_the_same_name() -> None:
    people = Town("lindelle", FIRST).customers
    addresses = [email for person in people for email in set(person.emails)]
    assert len(addresses) - len(set(addresses)) == sum(person.household is not None for person in people) > 50
    assert sum(len(person.emails) == 2 for person in people) > 100
    assert len({person.name for person in people}) < len(people) - 50
    phones = [person.phone for person in people if person.phone]
    assert len(set(phones)) == len(phones)


def test_every_hidden_cause_is_written() -> None:
    assert {trouble.cause for trouble in TROUBLES} == set(causes())


def test_a_campaign_brings_people_and_fades() -> None:
    first = CAMPAIGNS[0]
    assert bustle(first.first) > bustle(first.last) > bustle(first.first - 1)
