"""Members' corrections become versions of the reading: learnt, compared on what they had not seen, put in force.

A version is compared with the engine as shipped and with the version in force, each time on corrections left aside: a
tenth of the texts is read by lessons that did not see it, ten times over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from scipy.stats import binomtest

from egards.interactions.models import Content
from egards.understanding.actions import mass_engine, text_of
from egards.understanding.engines.taught import Example, Lessons, mistakes, say_of, words_of
from egards.understanding.engines.taught_learner import learn, out_of_fold
from egards.understanding.in_force import one_at_a_time, put_in_force, version_in_force
from egards.understanding.models import Correction, Reading, Version
from egards.understanding.rules import MEMBER, Say

#: Fewer corrections teach nothing; a version is worth making after so many new ones.
LEAST: Final = 20
NEW_ENOUGH: Final = 10
MOST: Final = 5_000
#: Words that nobody corrected are supposed well read, a little: lessons must not upset what nobody complained of.
_SUPPOSED, _SUPPOSED_WEIGHT = 500, 0.1
#: A version takes over by itself when luck alone would do as well less often than this, and changes few other readings.
_LUCK: Final = 0.1
_MOST_CHANGED: Final = 1 / 3


@dataclass(frozen=True, slots=True)
class Taught:
    """A correction that stands, as an example; ``at`` is when it was said."""

    example: Example
    at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """How many corrections stand, and how many of them no version learnt from yet."""

    standing: int
    new: int

    @property
    def missing(self) -> int:
        """How many more are needed before the next version."""
        return max(LEAST - self.standing, NEW_ENOUGH - self.new, 0)


def corrections_said() -> Said:
    """Count the corrections that stand (one query)."""
    learnt = Version.objects.order_by("-last_at").values("last_at")[:1]
    is_new = Q(at__gt=Coalesce(Subquery(learnt), Value(datetime.min.replace(tzinfo=UTC))))
    counted = _standing().aggregate(standing=Count("pk"), new=Count("pk", filter=is_new))
    return Said(**counted)


@transaction.atomic
def learn_version() -> Version | None:
    """Learn from the corrections that stand, compare, keep, and put in force if better. None when too few are new.

    May run twice: what was learnt already is not learnt again.
    """
    one_at_a_time()
    if corrections_said().missing:
        return None
    taught, supposed = _taught(), _supposed()
    current = version_in_force()
    examples = [*(one.example for one in taught), *supposed]
    lessons = learn(examples)
    before = Lessons.of_json(current.lessons) if current else Lessons({})
    figures = _compared(taught, supposed, current)
    figures |= {"changed": _changed(before, lessons, supposed), "supposed": len(supposed)}
    number = (Version.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    version = Version.objects.create(
        number=number,
        base=mass_engine().version,
        corrections=len(taught),
        last_at=max(one.at for one in taught),
        lessons=lessons.as_json(),
        figures=figures,
    )
    if is_better(figures):
        put_in_force(version=version, by=None)
    return version


def is_better(figures: dict[str, Any]) -> bool:
    """Whether a version may take over by itself: surely fewer mistakes, and hardly anything else changed."""
    return bool(figures["luck"] < _LUCK and figures["changed"] <= _MOST_CHANGED * max(figures["supposed"], 1))


def _standing() -> QuerySet[Correction]:
    return Correction.objects.filter(reading__is_current=True, undone_at=None).exclude(after={})


def _taught() -> list[Taught]:
    """The latest corrections that stand, oldest first, beside what the shipped engine says of their texts."""
    rows = list(_standing().select_related("content__interaction").order_by("-at", "id")[:MOST])[::-1]
    before = _says([row.content for row in rows])
    return [
        Taught(Example(words_of(text_of(row.content)), said, _say(row.after)), row.at)
        for row, said in zip(rows, before, strict=True)
    ]


def _supposed() -> list[Example]:
    """The latest words that nobody corrected, as the shipped engine reads them."""
    read = Reading.objects.filter(is_current=True).exclude(engine=MEMBER).order_by("-at", "id")
    words = [row.content for row in read.select_related("content__interaction")[:_SUPPOSED]]
    return [
        Example(words_of(text_of(word)), said, said, _SUPPOSED_WEIGHT)
        for word, said in zip(words, _says(words), strict=True)
    ]


def _says(words: Sequence[Content]) -> list[Say]:
    return [say_of(reading) for reading in mass_engine().read([text_of(word) for word in words])]


def _say(kept: dict[str, Any]) -> Say:
    return Say(kept["tone"], tuple(sorted(kept["themes"])), tuple(sorted(kept["intents"])))


def _compared(taught: Sequence[Taught], supposed: Sequence[Example], current: Version | None) -> dict[str, Any]:
    """Mistakes of each engine on corrections its lessons did not see, and how well luck alone would do (sign test)."""
    examples, right = [*(one.example for one in taught), *supposed], [one.example.said for one in taught]
    known = {id(one.example) for one in taught if current and one.at <= current.last_at}
    shipped = [one.example.before for one in taught]
    before = shipped
    if current is not None:
        before = out_of_fold(examples, seen=lambda one: one.weight < 1.0 or id(one) in known)
    after = out_of_fold(examples, seen=lambda one: True)
    wins, losses = 0, 0
    for was, says, truth in zip(before, after, right, strict=True):
        gained = mistakes(was, truth) - mistakes(says, truth)
        wins, losses = wins + (gained > 0), losses + (gained < 0)
    luck = float(binomtest(wins, wins + losses, alternative="greater").pvalue) if wins + losses else 1.0
    return {
        "shipped": _tally(shipped, right),
        "before": _tally(before, right),
        "after": _tally(after, right),
        "before_number": current.number if current else None,
        "wins": wins,
        "losses": losses,
        "luck": round(luck, 5),
    }


def _tally(found: Sequence[Say], right: Sequence[Say]) -> dict[str, Any]:
    """Texts, tones right, mistakes; by theme and intention: told rightly, told wrongly, missed."""
    labels: dict[str, list[int]] = {}
    for says, truth in zip(found, right, strict=True):
        for family, said, true in (("theme", says.themes, truth.themes), ("intent", says.intents, truth.intents)):
            for code in set(said) | set(true):
                place = 0 if code in said and code in true else 1 if code in said else 2
                labels.setdefault(f"{family}:{code}", [0, 0, 0])[place] += 1
    return {
        "n": len(right),
        "tones": sum(says.tone == truth.tone for says, truth in zip(found, right, strict=True)),
        "whole": sum(says == truth for says, truth in zip(found, right, strict=True)),
        "mistakes": sum(mistakes(says, truth) for says, truth in zip(found, right, strict=True)),
        "labels": dict(sorted(labels.items())),
    }


def _changed(before: Lessons, after: Lessons, supposed: Sequence[Example]) -> int:
    return sum(before.say(one.words, one.before) != after.say(one.words, one.before) for one in supposed)
