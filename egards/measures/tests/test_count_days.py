"""Figures of days are those of their rows: after random writes, re-readings, deaths in the middle, and twice."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import transaction

from egards.accounts.actions import brand_named, place_named
from egards.accounts.models import Place
from egards.core.clock import now
from egards.customers.models import TimelineEntry
from egards.interactions.models import Content, Interaction
from egards.measures import actions
from egards.measures.actions import count_touched, recount_all, touch_days
from egards.measures.days import begins_at, day_of, ends_at
from egards.measures.models import DayFigure, ThemeFigure, TouchedDay
from egards.touchpoints.models import Touchpoint
from egards.understanding.models import Reading
from egards.understanding.reread import reread_all
from tests.builders import api_touchpoint, mail, mailbox, posted, say

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 20)
SAYINGS = (
    "Livraison rapide, rien à redire, je suis ravi.",
    "Le colis est perdu, c'est inadmissible.",
    "Bonjour, quelle est votre adresse ?",
    "SAV nul mais vendeuse adorable.",
    "Merci pour votre incompétence.",
    "Toujours pas livré, et personne ne répond au téléphone.",
)
Figures = dict[tuple[Any, ...], tuple[Any, ...]]


@pytest.fixture
def town() -> list[Touchpoint]:
    """Two touchpoints of one brand, one of another that stands at a place; words of three weeks, seeded."""
    chance = random.Random(4)
    lindelle, ormelle = brand_named(name="Lindelle"), brand_named(name="Ormelle")
    place_named(brand=lindelle, name="Nantes")
    there = api_touchpoint(ormelle)
    Touchpoint.objects.filter(pk=there.pk).update(place=place_named(brand=ormelle, name="Brest"))
    touchpoints = [api_touchpoint(lindelle), mailbox(lindelle), Touchpoint.objects.get(pk=there.pk)]
    for touchpoint in (touchpoints[0], touchpoints[2]):
        say(*[_word(chance) for _ in range(40)], at=touchpoint, when=datetime(2026, 11, 22, tzinfo=UTC))
    for n in range(9):
        _spoken_of(touchpoints[0], Place.objects.get(name="Nantes"), minute=n)
    say(
        mail("Le colis est perdu."),
        mail("Absente.", Auto_Submitted="auto-replied", Date="Sat, 21 Nov 2026 12:00:00 +0000"),
        at=touchpoints[1],
    )
    return touchpoints


def _spoken_of(touchpoint: Touchpoint, place: Place, *, minute: int) -> None:
    """A word about a place, already recorded; half of them nobody has read yet."""
    at = datetime(2026, 11, 20, 8, minute, tzinfo=UTC)
    word = Interaction.objects.create(touchpoint=touchpoint, mode="live", happened_at=at, received_at=at, place=place)
    text = "Livraison rapide, rien à redire." if minute % 2 else ""
    Content.objects.create(interaction=word, touchpoint_id=touchpoint.pk, at=at, text=text)
    if text:
        reread_all()


def _word(chance: random.Random) -> bytes:
    who = {"email": f"c{chance.randint(1, 6)}@client.example"} if chance.random() < 0.8 else {}
    at = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 20 * 24 * 60))
    return posted(f"{chance.choice(SAYINGS)} {chance.randint(1, 10**6)}", at=at, **who)


def test_figures_are_those_of_the_rows(town: list[Touchpoint]) -> None:
    nantes = Place.objects.get(name="Nantes")
    recount_all()
    assert day_figures() == by_hand_days()
    assert theme_figures() == by_hand_themes()
    assert DayFigure.objects.filter(place_id=nantes.pk).exists()
    assert sum(f.words for f in DayFigure.objects.filter(touchpoint_id=town[1].pk)) == 1, "an automatic word counted"
    assert ThemeFigure.objects.exists()


def test_only_the_days_touched_are_counted_and_none_is_left(town: list[Touchpoint]) -> None:
    recount_all()
    DayFigure.objects.all().delete()
    day = day_of(Interaction.objects.filter(touchpoint=town[0]).earliest("happened_at").happened_at)
    touch_days([(town[0].pk, day), (town[0].pk, day)])
    touch_days([(town[0].pk, day)])
    assert count_touched() == 1
    assert {(f.touchpoint_id, f.day) for f in DayFigure.objects.all()} == {(town[0].pk, day)}
    assert not TouchedDay.objects.exists()


def test_counting_twice_changes_nothing(town: list[Touchpoint]) -> None:
    recount_all()
    once = day_figures(), theme_figures()
    recount_all()
    assert (day_figures(), theme_figures()) == once


def test_a_house_that_never_counted_counts_itself(town: list[Touchpoint]) -> None:
    TouchedDay.objects.all().delete()
    assert count_touched() > 0
    assert day_figures() == by_hand_days()
    assert count_touched() == 0


def test_an_empty_house_has_nothing_to_count() -> None:
    assert count_touched() == 0


def test_a_day_whose_words_went_away_is_emptied(town: list[Touchpoint]) -> None:
    recount_all()
    nobody_spoke = DAY + timedelta(days=300)
    DayFigure.objects.filter(touchpoint_id=town[0].pk, day=DAY, place_id=None).update(day=nobody_spoke)
    ThemeFigure.objects.filter(touchpoint_id=town[0].pk, day=DAY, place_id=None).update(day=nobody_spoke)
    assert ThemeFigure.objects.filter(day=nobody_spoke).exists()
    recount_all()
    assert day_figures() == by_hand_days()
    assert theme_figures() == by_hand_themes()


def test_readings_written_anew_are_counted_once(town: list[Touchpoint]) -> None:
    recount_all()
    Reading.objects.update(version="ancienne", polarity=2, is_ambiguous=False)
    assert reread_all() == Reading.objects.filter(is_current=True).count()
    recount_all()
    assert day_figures() == by_hand_days()
    assert theme_figures() == by_hand_themes()


def test_a_counter_that_dies_leaves_its_days_to_the_next(town: list[Touchpoint]) -> None:
    recount_all()
    before = day_figures()
    touch_days([(town[0].pk, DAY), (town[2].pk, DAY)])
    told = TouchedDay.objects.count()
    with (
        patch.object(actions, "_COUNT_THEMES", "SELECT 1 / 0"),
        pytest.raises(Exception, match="zero"),
        transaction.atomic(),
    ):
        count_touched()
    assert TouchedDay.objects.count() == told
    assert day_figures() == before
    assert count_touched() == 2
    assert day_figures() == before


def test_a_turn_ends_after_a_while_and_the_next_goes_on(town: list[Touchpoint]) -> None:
    TouchedDay.objects.all().delete()
    actions.touch_everything()
    days = TouchedDay.objects.count()
    with patch.object(actions, "BATCH", 3):
        assert count_touched(for_seconds=0) == 3
        newest = set(DayFigure.objects.values_list("day", flat=True))
        assert count_touched() == days - 3
    assert newest <= set(DayFigure.objects.order_by("-day").values_list("day", flat=True)[:9])
    assert day_figures() == by_hand_days()


def test_days_follow_the_houses_clock() -> None:
    assert day_of(datetime(2026, 11, 19, 23, 30, tzinfo=UTC)) == DAY
    assert day_of(datetime(2026, 11, 19, 22, 30, tzinfo=UTC)) == DAY - timedelta(days=1)
    longest = date(2026, 10, 25)
    assert (ends_at(longest).astimezone(UTC) - begins_at(longest).astimezone(UTC)) == timedelta(hours=25)


def test_a_word_at_midnight_belongs_to_the_new_day() -> None:
    touchpoint = api_touchpoint()
    for minute in (datetime(2026, 11, 19, 22, 59, tzinfo=UTC), datetime(2026, 11, 19, 23, 0, tzinfo=UTC)):
        say(posted(f"Bonjour {minute}", at=minute), at=touchpoint, when=now())
    recount_all()
    assert dict(DayFigure.objects.values_list("day", "words")) == {DAY: 1, DAY - timedelta(days=1): 1}


def day_figures() -> Figures:
    """The figures kept, whole touchpoints and places."""
    return {
        (f.touchpoint_id, f.place_id, f.day): (f.words, f.read, f.n2, f.n1, f.n0, f.p1, f.p2, f.ambiguous)
        for f in DayFigure.objects.all()
    }


def by_hand_days() -> Figures:
    """The same, counted in Python."""
    counts: dict[tuple[Any, ...], Counter[str]] = {}
    for word, reading in spoken():
        for key in keys_of(word):
            count = counts.setdefault(key, Counter())
            count["words"] += 1
            if reading:
                count["read"] += 1
                count["ambiguous" if reading.is_ambiguous else str(reading.polarity)] += 1
    names = ("words", "read", "-2", "-1", "0", "1", "2", "ambiguous")
    return {key: tuple(count[name] for name in names) for key, count in counts.items()}


def theme_figures() -> Figures:
    """The figures of themes kept."""
    return {
        (f.touchpoint_id, f.place_id, f.day, f.theme): (f.words, f.unhappy, f.happy, f.polarity, len(f.people))
        for f in ThemeFigure.objects.all()
    }


def by_hand_themes() -> Figures:
    """The same, counted in Python."""
    customers = dict(TimelineEntry.objects.values_list("ref", "customer_id"))
    rows: dict[tuple[Any, ...], list[tuple[int | None, UUID]]] = {}
    for word, reading in spoken():
        for theme in reading.themes if reading else ():
            polarity = None if theme["ambiguous"] else theme["polarity"]
            for key in keys_of(word):
                rows.setdefault((*key, theme["theme"]), []).append((polarity, customers.get(word.pk, word.pk)))
    return {key: _summed(said) for key, said in rows.items()}


def _summed(said: list[tuple[int | None, UUID]]) -> tuple[int, ...]:
    tones = [polarity for polarity, _who in said if polarity is not None]
    happy, unhappy = sum(t > 0 for t in tones), sum(t < 0 for t in tones)
    return len(said), unhappy, happy, sum(tones), len({who for _polarity, who in said})


def spoken() -> Iterable[tuple[Interaction, Reading | None]]:
    """What people said to us, with what was understood of it."""
    readings = {r.content_id: r for r in Reading.objects.filter(is_current=True)}
    words = Interaction.objects.filter(direction="in", is_automatic=False).select_related("touchpoint")
    return [(word, readings.get(word.pk)) for word in words]


def keys_of(word: Interaction) -> list[tuple[Any, ...]]:
    """The whole touchpoint; its place or the word's own, if any."""
    place = word.place_id or word.touchpoint.place_id
    day = day_of(word.happened_at)
    whole = (word.touchpoint_id, None, day)
    return [whole, (word.touchpoint_id, place, day)] if place else [whole]
