"""What really happened, counted from the plan and the town's diary alone: nothing here comes from the house. Pure.

An answer has left when its ten seconds to be called back are over; a call is an answer. What customers were promised is
what the brand says it promises: nine open hours, four to somebody it has never heard before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final

from egards.demo.plan.story import Acts, Deed, Says, Story, Then, Via
from tools.town.hours import PARIS, told, worked
from tools.town.journal import Diary, Lived

ANSWER_MINUTES: Final = 9 * 60
FIRST_ANSWER_MINUTES: Final = 4 * 60
UNDO: Final = timedelta(seconds=10)
SLOT: Final = timedelta(hours=1)
#: A press says how the visit went, in words or not: what its score means when there are none.
_SCORES: Final = {1: -2, 2: -1, 3: 0, 4: 1, 5: 2}


@dataclass(frozen=True, slots=True)
class WordTruth:
    """A customer's word: who said it, when, where, and what a person would read in it."""

    key: str
    step: int
    via: Via
    at: datetime
    person: int | None
    sign: str
    text: str
    polarity: int
    themes: tuple[str, ...]
    is_ambiguous: bool
    cause: str

    @property
    def day(self) -> date:
        """The day it was said, on the wall."""
        return self.at.astimezone(PARIS).date()


@dataclass(slots=True)
class PromiseTruth:
    """Something promised: ``due_at`` is the last date agreed in time, ``missed_at`` a date that passed before."""

    story: str
    kind: str
    made_at: datetime
    due_at: datetime
    what: str = ""
    settled_at: datetime | None = None
    is_withdrawn: bool = False
    missed_at: datetime | None = None
    agreed: list[tuple[datetime, datetime]] = field(default_factory=list)

    def due_as_of(self, at: datetime) -> datetime:
        """By when it was to be kept, as known at a moment."""
        later = [due for agreed_at, due in self.agreed if agreed_at > at]
        return later[0] if later else self.due_at

    def status(self, now: datetime) -> str:
        """What became of it by a moment."""
        is_settled = self.settled_at is not None and self.settled_at <= now
        if is_settled and self.is_withdrawn:
            return "withdrawn"
        end, due = (self.settled_at if is_settled else None) or now, self.due_as_of(now)
        is_missed = (self.missed_at is not None and self.missed_at < now) or end > due
        if is_settled:
            return "late" if is_missed else "kept"
        return "broken" if end > due else "open"

    def agree(self, due_at: datetime, at: datetime) -> None:
        """Give it another date: in time nothing is broken, afterwards the break remains."""
        if at > self.due_at:
            self.missed_at = self.missed_at or self.due_at
        self.agreed.append((at, self.due_at))
        self.due_at = due_at


@dataclass(slots=True)
class Contact:
    """Somebody who asked for a person: when, by what, and when a person spoke; ``closed_at`` without any."""

    story: str
    via: Via
    asked_at: datetime
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    will_be_answered_at: datetime | None = None

    def wait(self) -> float:
        """Seconds on the clock, those to come included; infinite when nobody will ever answer."""
        end = self.answered_at or (None if self.closed_at else self.will_be_answered_at)
        return (end - self.asked_at).total_seconds() if end else float("inf")

    def open_wait(self) -> float:
        """The same, in open seconds."""
        end = self.answered_at or (None if self.closed_at else self.will_be_answered_at)
        return worked(self.asked_at, end) if end else float("inf")


@dataclass(slots=True)
class Standing:
    """How a conversation stands in the end: whose turn it is, who has it, and how often each side spoke."""

    story: str
    state: str = "open"
    until: datetime | None = None
    owner: str = ""
    said_at: list[datetime] = field(default_factory=list)
    answered_at: list[datetime] = field(default_factory=list)
    called_at: list[datetime] = field(default_factory=list)
    notes: int = 0


@dataclass
class Truth:
    """Everything that is true of a town by the end."""

    standings: list[Standing] = field(default_factory=list)
    words: list[WordTruth] = field(default_factory=list)
    promises: list[PromiseTruth] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)


def truth_of(stories: Sequence[Story], diary: Diary) -> Truth:
    """Return what is true of the stories as they were lived."""
    lived = diary.of(story.key for story in stories)
    heard = _first_heard(stories, lived)
    found = Truth()
    for story in stories:
        done = [one for one in lived[story.key] if one.is_done]
        found.words += [_word(story, one) for one in done if isinstance(story.steps[one.step], Says)]
        if story.says[0].via in (Via.MAIL, Via.FORM) and done and done[0].step == 0:
            _follow(story, done, heard, found)
    return found


def received_at(said: Says, at: datetime) -> datetime:
    """When the house heard a word: at once, or with the night's batch."""
    if said.via != Via.REVIEW:
        return at
    day = (at + timedelta(minutes=15)).astimezone(PARIS).date()
    return datetime.combine(day, time(23, 45), PARIS)


def sign_of(value: str) -> str:
    """An address or number as all its writings agree."""
    return value.lower() if "@" in value else "".join(c for c in value if c.isdigit())[-9:]


def _first_heard(stories: Sequence[Story], lived: Mapping[str, Sequence[Lived]]) -> dict[int, datetime]:
    first: dict[int, datetime] = {}
    for story in stories:
        for one in lived[story.key]:
            said = story.steps[one.step]
            if isinstance(said, Says) and said.customer is not None and one.is_done:
                at = received_at(said, one.at)
                first[said.customer] = min(first.get(said.customer, at), at)
    return first


def _word(story: Story, one: Lived) -> WordTruth:
    said = story.steps[one.step]
    assert isinstance(said, Says)
    truth = said.truth
    is_silent = not said.said.text.strip()
    return WordTruth(
        key=story.key,
        step=one.step,
        via=said.via,
        at=said.at if said.via in (Via.REVIEW, Via.BUTTON) else one.at,
        person=said.customer,
        sign=sign_of(one.more.get("reach") or said.sender.email or said.sender.phone),
        text=said.said.text,
        polarity=_SCORES[said.score] if is_silent and said.score else truth.polarity,
        themes=truth.themes,
        is_ambiguous=truth.is_ambiguous,
        cause=story.cause,
    )


def _follow(story: Story, done: Sequence[Lived], heard: Mapping[int, datetime], found: Truth) -> None:
    """Go through one affair, and write what was promised and how long its customer waited."""
    first = story.steps[0]
    assert isinstance(first, Says)
    contact = Contact(story.key, first.via, done[0].at)
    standing = Standing(story.key)
    found.standings.append(standing)
    running: list[PromiseTruth] = []
    last = done[-1].step
    for one in done:
        step = story.steps[one.step]
        if isinstance(step, Says):
            _heard(story, step, one, running, heard, found)
            standing.said_at.append(one.at)
            standing.state = "open"
        else:
            _acted(step, one, contact, running, story, found)
            _stand(step, one, standing, is_held=bool(running))
    to_come = (s for s in story.steps[last + 1 :] if isinstance(s, Acts))
    contact.will_be_answered_at = next((s.at for s in to_come if s.deed == Deed.ANSWER or s.outcome == "reached"), None)
    found.contacts.append(contact)


def _heard(
    story: Story, said: Says, one: Lived, running: list[PromiseTruth], heard: Mapping[int, datetime], found: Truth
) -> None:
    if "slot" in one.more:
        promise = PromiseTruth(story.key, "call", one.at, datetime.fromisoformat(one.more["slot"]) + SLOT)
    elif any(promise.kind == "answer" for promise in running):
        return
    else:
        is_first = said.customer is not None and heard[said.customer] == one.at
        minutes = FIRST_ANSWER_MINUTES if is_first else ANSWER_MINUTES
        promise = PromiseTruth(story.key, "answer", one.at, told(one.at, minutes))
    running.append(promise)
    found.promises.append(promise)


def _acted(act: Acts, one: Lived, contact: Contact, running: list[PromiseTruth], story: Story, found: Truth) -> None:
    if act.deed == Deed.ANSWER:
        at = one.at + UNDO
        _settle(running, "answer", at)
        contact.answered_at = contact.answered_at or at
        if act.until and act.renegotiates:
            next(p for p in running if p.kind == "other").agree(act.until, at)
        elif act.until:
            running.append(PromiseTruth(story.key, "other", at, act.until, act.promised))
            found.promises.append(running[-1])
        if act.then == Then.RESOLVED and not running:
            contact.closed_at = at
    elif act.deed == Deed.CALL and act.outcome == "reached":
        _settle(running, "call", one.at)
        _settle(running, "answer", one.at)
        contact.answered_at = contact.answered_at or one.at
    elif act.deed == Deed.KEEP:
        _settle(running, "other", one.at)
    elif act.deed == Deed.RESOLVE:
        for promise in running:
            promise.is_withdrawn, promise.settled_at = True, one.at
        running.clear()
        contact.closed_at = one.at


def _stand(act: Acts, one: Lived, standing: Standing, *, is_held: bool) -> None:
    """Whose turn it is after a deed; something promised keeps a conversation open."""
    if act.deed == Deed.ANSWER:
        standing.answered_at.append(one.at + UNDO)
        standing.owner = standing.owner or act.by
        standing.state = "open" if is_held or act.then == Then.OPEN else str(act.then)
    elif act.deed == Deed.CALL:
        standing.called_at.append(one.at)
        if act.outcome == "reached":
            standing.owner = standing.owner or act.by
    elif act.deed == Deed.ASSIGN:
        standing.owner = act.by
    elif act.deed == Deed.NOTE:
        standing.notes += 1
    elif act.deed == Deed.SNOOZE:
        standing.state, standing.until = "snoozed", act.until
    elif act.deed == Deed.RESOLVE:
        standing.state = "resolved"


def _settle(running: list[PromiseTruth], kind: str, at: datetime) -> None:
    for promise in [one for one in running if one.kind == kind]:
        promise.settled_at = at
        running.remove(promise)
