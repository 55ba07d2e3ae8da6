"""How a conversation goes on once a customer has written: what advisers do, well or badly, and what follows."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from egards.demo.plan.moments import end_of_day, local_day, local_hour, next_weekday, worked_after, written_at
from egards.demo.plan.people import Customer, Temper
from egards.demo.plan.story import Acts, Deed, Says, Sender, Step, Then, Via
from egards.demo.plan.telling import (
    Need,
    answer_text,
    follow_text,
    kept_sentence,
    name_of,
    note_text,
    promised_thing,
)
from egards.demo.plan.town import Town
from egards.demo.words.grammar import situations
from egards.demo.words.nouns import Before, Facts, Follow, Kind, Member, Quality, Turn
from egards.demo.words.replies import CHASING

#: How an affair is taken care of, and how many of a hundred are.
CARE: Final = {"quick": 41, "plain": 30, "promise": 15, "late": 9, "left": 5}
#: Working minutes until the answer: the least and the most.
DELAYS: Final = {
    "quick": (12, 150),
    "plain": (90, 500),
    "promise": (20, 300),
    "late": (600, 1300),
    "left": (1900, 3200),
}
#: What becomes of a promise, of a hundred.
FATES: Final = {"kept": 72, "renegotiated": 9, "late": 14, "forgotten": 5}
#: A conversation in which nobody says anything any more is resolved after so many days.
QUIET_DAYS: Final = 5


@dataclass
class Course:
    """One affair under way; ``at`` is the moment it has come to."""

    town: Town
    customer: Customer
    need: Need
    sender: Sender
    via: Via
    chance: Random
    at: datetime
    adviser: Member
    steps: list[Step] = field(default_factory=list)
    asked: int = 1
    told: set[str] = field(default_factory=set)

    def odds(self, percent: float) -> bool:
        """Draw: true so many times in a hundred."""
        return self.chance.random() * 100 < percent

    def act(self, deed: Deed, *, what: str = "", promised: str = "", until: datetime | None = None, then: Then = Then.WAITING, renegotiates: bool = False, outcome: str = "") -> None:  # fmt: skip  # noqa: E501
        """One of us does something now."""
        done = Acts(self.at, deed, self.adviser.login, what, promised, until, then, renegotiates, outcome)
        self.steps.append(done)

    def wait(self, low: float, high: float) -> None:
        """Let working minutes pass."""
        self.at = worked_after(self.at, self.chance.triangular(low, high, low + (high - low) * 0.3))

    def answer(
        self,
        quality: Quality,
        then: Then,
        *,
        promised: str = "",
        until: datetime | None = None,
        turn: Turn = Turn.FIRST,
        kept: str = "",
    ) -> None:
        """The adviser answers; ``kept`` is what they had promised and have done."""
        facts = replace(self._facts_now(), adviser=self.adviser)
        if promised and until:
            facts = replace(facts, promise=promised, promised_by=local_day(until))
        heard = " ".join(step.said.text for step in self.steps if isinstance(step, Says))
        done = kept_sentence(kept) if kept else ""
        before = Before(heard=heard, told=self.told, turn=turn, kept=done, is_settled=then == Then.RESOLVED)
        text = answer_text(self.need.situation, quality, facts, self.customer, before, self.chance)
        is_moved = turn == Turn.MOVED
        self.act(Deed.ANSWER, what=text, promised=promised, until=until, then=then, renegotiates=is_moved)

    def _facts_now(self) -> Facts:
        """What is known of the affair at this moment."""
        return replace(self.need.facts, today=local_day(self.at), hour=local_hour(self.at), times=self.asked)

    def write_again(self, follow: Follow, after_days: tuple[float, float]) -> None:
        """The customer writes again in the same thread, some days later."""
        day = local_day(self.at + timedelta(days=self.chance.uniform(*after_days)))
        self.at = max(written_at(day, self.chance), self.at + timedelta(minutes=self.chance.randint(25, 200)))
        self.asked += follow in CHASING
        answered = any(isinstance(step, Acts) and step.deed == Deed.ANSWER for step in self.steps)
        known = self.adviser if answered else None  # nobody greets by their name somebody who has not written yet
        facts = replace(self._facts_now(), adviser=known)
        kind = Kind.MAIL if self.via == Via.MAIL else Kind.FORM
        said = follow_text(self.need.situation, follow, self.customer, facts, kind, self.chance)
        self.steps.append(Says(self.at, self.via, self.sender, said, self.customer.number, order=facts.order))

    def resolve(self, low: float = 5, high: float = 120) -> None:
        """The adviser says that the need is met."""
        self.wait(low, high)
        self.act(Deed.RESOLVE)


def take_care(course: Course) -> None:
    """Let an affair go on from its first word to its end."""
    tone = situations()[course.need.situation].tone
    if tone == "praise":
        _thank(course)
        return
    care = course.chance.choices(tuple(CARE), tuple(CARE.values()))[0]
    is_alarm = "safety" in situations()[course.need.situation].themes
    is_plain = is_alarm or tone == "unclear"
    if is_plain:
        care = "quick"
    opened = course.at
    answered = worked_after(opened, course.chance.triangular(*DELAYS[care]))
    _before(course, opened, answered, care)
    if course.at >= answered:  # a word came in meanwhile: it is read before one answers, when somebody is there
        answered = worked_after(course.at, course.chance.uniform(6, 90))
    course.at = answered
    if care == "promise" or (tone == "problem" and course.odds(12)):
        _promise(course)
    elif is_plain:
        course.answer(Quality.GOOD, Then.WAITING)
        _after(course, worse=4 if is_alarm else 0)
    elif care in ("late", "left"):
        quality = course.chance.choice((Quality.WARM_LATE, Quality.TEMPLATE))
        course.answer(quality, Then.WAITING)
        _after(course, worse=18, is_heard=quality == Quality.WARM_LATE)
    else:
        quality = course.chance.choices((Quality.GOOD, Quality.CURT, Quality.TEMPLATE), (70, 16, 14))[0]
        done = quality != Quality.TEMPLATE and course.odds(72 if tone == "request" else 55)
        course.answer(quality, Then.RESOLVED if done else Then.WAITING)
        _after(course, worse=6 if quality == Quality.GOOD else 32, is_heard=quality == Quality.GOOD)


def _thank(course: Course) -> None:
    course.wait(40, 420)
    if course.odds(18):
        course.act(Deed.RESOLVE)
    else:
        course.answer(Quality.GOOD, Then.RESOLVED)


def _before(course: Course, opened: datetime, answered: datetime, care: str) -> None:
    """What is done before the answer: somebody takes it, names the need, notes something, puts it aside; a nudge."""
    if course.odds(78):
        course.at = worked_after(opened, course.chance.uniform(2, 25))
        if course.at < answered:
            course.act(Deed.ASSIGN)
            _aside(course, answered)
    nudges = course.customer.temper in (Temper.NUDGING, Temper.GIVES_UP)
    if care in ("late", "left") and course.odds(75 if nudges else 25):
        course.at = max(course.at, opened)
        course.write_again(Follow.NUDGE, (1.2, 2.5))
        if course.odds(60):
            course.wait(10, 120)
            course.act(Deed.REPEATED)


def _aside(course: Course, answered: datetime) -> None:
    started = course.at
    if course.odds(14):
        course.act(Deed.NAME, what=name_of(course.need))
    if course.odds(16):
        course.at = worked_after(started, course.chance.uniform(3, 30))
        course.act(Deed.NOTE, what=note_text(course.need, course.adviser, course.chance))
    if answered - course.at > timedelta(hours=20) and course.odds(35):
        course.act(Deed.SNOOZE, until=answered - timedelta(minutes=5))


def _promise(course: Course) -> None:
    """Something is promised by a date, and becomes what it becomes."""
    thing = promised_thing(course.need, course.adviser, course.chance)
    due = end_of_day(
        next_weekday(local_day(course.at), course.chance.randint(1, 4)), course.chance.choice((12, 17, 18))
    )
    course.answer(Quality.GOOD, Then.WAITING, promised=thing, until=due)
    fate = course.chance.choices(tuple(FATES), tuple(FATES.values()))[0]
    if fate == "renegotiated":
        course.at = course.at + (due - course.at) * 0.8
        course.wait(0, 30)
        if course.at >= due:
            fate = "late"
        else:
            due = end_of_day(next_weekday(local_day(due), course.chance.randint(2, 4)), 18)
            course.answer(Quality.GOOD, Then.WAITING, promised=thing, until=due, turn=Turn.MOVED)
    if fate in ("late", "forgotten"):
        course.at = due
        if course.customer.temper != Temper.PATIENT and course.odds(60):
            course.write_again(Follow.NUDGE, (0.3, 1.5))
        course.wait(*((60, 900) if fate == "late" else (1600, 3600)))
    else:
        course.at = course.at + (due - course.at) * course.chance.uniform(0.3, 0.85)
        course.wait(0, 20)
    course.act(Deed.KEEP)
    course.at += timedelta(minutes=course.chance.randint(2, 12))
    is_late = fate in ("late", "forgotten")
    course.answer(Quality.GOOD, Then.RESOLVED, turn=Turn.LATE if is_late else Turn.KEPT, kept=thing)
    _after(course, worse=4 if fate == "kept" else 16)


def _after(course: Course, *, worse: float, is_heard: bool = True) -> None:
    """Once answered: thanks, news, a reply, or it is still wrong; ``worse`` in a hundred for the last.

    Somebody who was not heard (``is_heard`` false: a curt answer, a template) neither thanks nor agrees.
    """
    last = course.steps[-1]
    is_waiting = isinstance(last, Acts) and last.then == Then.WAITING
    draw = course.chance.random() * 100
    gives_up = course.customer.temper == Temper.GIVES_UP
    if draw < (0 if gives_up else worse):
        is_problem = situations()[course.need.situation].tone == "problem"
        course.write_again(Follow.STILL_WRONG if is_heard and is_problem else Follow.UNHEARD, (0.5, 4))
        course.wait(30, 480)
        if course.odds(30):
            course.act(Deed.REPEATED)
        course.answer(Quality.GOOD, Then.WAITING, turn=Turn.WRONG)
        course.at += timedelta(days=QUIET_DAYS)
        course.resolve(5, 300)
    elif is_heard and is_waiting and draw < worse + 34:
        course.write_again(Follow.REPLY, (0.1, 2.5))
        course.wait(20, 420)
        course.answer(Quality.GOOD, Then.RESOLVED, turn=Turn.AGAIN)
    elif is_heard and draw > 80:
        course.write_again(Follow.THANKS, (0.05, 1.5))
        course.resolve()
    elif is_waiting:
        course.at += timedelta(days=QUIET_DAYS)
        course.resolve(5, 300)
