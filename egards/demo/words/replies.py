"""What follows in a thread: the customer again, the adviser's answer, notes between colleagues, call-backs."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Final

from egards.demo.words.compose import CannotBeSaid
from egards.demo.words.fields import MONTHS, Telling, small
from egards.demo.words.grammar import situations
from egards.demo.words.letter import sign
from egards.demo.words.manner import dress, without_accents
from egards.demo.words.nouns import (
    Before,
    Facts,
    Follow,
    Kind,
    Member,
    Mood,
    Person,
    Quality,
    Said,
    Spelling,
    Style,
    Turn,
)
from egards.demo.words.telling import Draft
from egards.demo.words.typeset import typeset

#: The moods in which a thread may go on, by its reason; another mood falls back on the first.
FOLLOW_MOODS: Final = {
    Follow.NUDGE: (Mood.CALM, Mood.DISAPPOINTED, Mood.ANGRY, Mood.IRONIC),
    Follow.THANKS: (Mood.HAPPY,),
    Follow.REPLY: (Mood.CALM,),
    Follow.NEWS: (Mood.CALM,),
    Follow.STILL_WRONG: (Mood.DISAPPOINTED, Mood.ANGRY),
    Follow.UNHEARD: (Mood.DISAPPOINTED, Mood.ANGRY),
}
#: What nobody writes after a compliment.
CHASING: Final = (Follow.NUDGE, Follow.STILL_WRONG, Follow.UNHEARD)
POOLS: Final = {
    Follow.NUDGE: "nudge",
    Follow.THANKS: "thanks_again",
    Follow.REPLY: "reply",
    Follow.NEWS: "news",
    Follow.STILL_WRONG: "still_wrong",
    Follow.UNHEARD: "unheard",
}
#: How often a thread that goes on names its matter again.
RECALLED: Final = {Follow.NUDGE: 0.6, Follow.STILL_WRONG: 0.5, Follow.UNHEARD: 0.5}


def follow_up(
    *,
    follow: Follow,
    situation: str,
    person: Person,
    mood: Mood,
    style: Style,
    facts: Facts,
    kind: Kind,
    chance: Random,
    quoted: str = "",
) -> Said:
    """One more word of the customer in the same thread; ``quoted`` is what a mail quotes below its answer.

    A mood that does not suit falls back on the first of FOLLOW_MOODS. Raises CannotBeSaid for a relance, or a
    problem that lasts, where nothing was asked.
    """
    told = situations()[situation]
    if told.tone in ("praise", "unclear") and follow in CHASING:
        raise CannotBeSaid(f"{situation}: {follow}")
    telling = Telling(facts, chance, person.gender, person, is_tidy=person.spelling == Spelling.CAREFUL)
    draft = Draft(telling, told, is_bare=True)
    tempers = FOLLOW_MOODS[follow]
    temper = mood if mood in tempers else tempers[0]
    said = _said(_follow(draft, follow, temper, style))
    text = dress(" ".join(said), style=style, person=person, mood=temper, chance=chance)
    if kind == Kind.MAIL:
        text = _as_mail(draft, text, person, style, quoted)
    base = -1 if told.tone == "problem" and set(told.themes) & set(draft.themes) else 0
    return Said(subject="", text=text, truth=draft.truth(temper, base))


def _follow(draft: Draft, follow: Follow, mood: Mood, style: Style) -> list[str]:
    """The sentences of a thread that goes on."""
    chance = draft.chance
    if follow == Follow.NEWS:
        lead = draft.pick("news.lead")
        matter = draft.pick_of_matter("detail")
        return [f"{lead} {small(matter, draft.telling) if lead.endswith(':') else matter}"]
    said = [draft.pick(f"{POOLS[follow]}.{mood}")]
    if chance.random() < RECALLED.get(follow, 0):
        said.append(draft.pick_of_matter("line"))
    if follow in (Follow.THANKS, Follow.REPLY) and chance.random() < 0.5:
        said.append(draft.pick(f"{POOLS[follow]}.more"))
    return said


def _as_mail(draft: Draft, text: str, person: Person, style: Style, quoted: str) -> str:
    chance = draft.chance
    adviser = draft.telling.facts.adviser
    greetings = ["Bonjour,", "Bonjour", ""]
    if adviser is not None:
        greetings += [f"Bonjour {adviser.first},"] * 3
    parts = [chance.choice(greetings), text]
    if chance.random() < 0.8:
        parts.append(sign(person, draft, style))
    if quoted:
        day = draft.telling.facts.today
        head = f"Le {day.day} {MONTHS[day.month - 1]} {day.year}, Maison Lindelle <bonjour@lindelle.example> a écrit :"
        parts.append(head + "\n" + "\n".join(f"> {line}".rstrip() for line in quoted.splitlines()))
    return "\n\n".join(part for part in parts if part)


def answer(
    *,
    situation: str,
    quality: Quality,
    adviser: Member,
    facts: Facts,
    chance: Random,
    person: Person | None = None,
    before: Before | None = None,
) -> str:
    """What an adviser writes back, well or badly, in good typography.

    A promise is told when the facts hold one (``promise`` and ``promised_by``), whatever the quality. Nothing told
    ``before`` is told twice: its sentences are added there.
    """
    draft = Draft(Telling(facts, chance, adviser.gender, person), situations()[situation])
    if facts.adviser == adviser:
        draft.known.discard("adviser")  # one does not speak of oneself by one's name
    before = before or Before()
    draft.heard = without_accents(before.heard).lower()
    draft.used = before.told
    draft.known.add("settled" if before.is_settled else "pending")
    if quality in (Quality.GOOD, Quality.WARM_LATE) and before.turn != Turn.FIRST:
        body = _further(draft, adviser, before)
    else:
        body = _ANSWERS[quality](draft, adviser)
    return typeset("\n\n".join(part for part in body if part))


def _core(draft: Draft) -> list[str]:
    """What the answer is about: what was asked before all, or why a date comes first."""
    if "promise" in draft.known:
        return draft.take("good.before_promise", 1)
    pool = draft.situation.pools["answer"]
    return draft.take([block for block in pool if block.heard], 1) or draft.take(pool, 1)


def _good(draft: Draft, adviser: Member) -> list[str]:
    is_alarm = "safety" in draft.situation.themes
    core = _core(draft)
    more = draft.take("good.more", 1) if draft.chance.random() < 0.5 else []
    first = " ".join(_said([draft.pick("good.alarm" if is_alarm else "good.lead"), *core]))
    last = " ".join(_said([*more, draft.pick("good.promise"), draft.pick("good.end")]))
    return [_hello(draft, "good"), first, last, f"{adviser.name}, {adviser.phone}"]


def _further(draft: Draft, adviser: Member, before: Before) -> list[str]:
    """One more answer in a thread: it says what is new, never the whole story again."""
    if before.turn in (Turn.AGAIN, Turn.WRONG):
        said = [draft.pick(f"good.{before.turn}"), *draft.take(f"good.{before.turn}_next", 1)]
    else:
        is_told = bool(before.kept) or "promise" in draft.known
        said = [draft.pick(f"good.{before.turn}"), *([before.kept] if is_told else _core(draft))]
    last = [draft.pick("good.promise"), draft.pick("good.end")]
    return [_hello(draft, "good"), " ".join(_said(said)), " ".join(_said(last)), f"{adviser.name}, {adviser.phone}"]


def _warm_late(draft: Draft, adviser: Member) -> list[str]:
    first = " ".join(_said([draft.pick("warm_late.lead"), *_core(draft)]))
    gesture = draft.pick("warm_late.gesture") if draft.situation.tone == "problem" else ""
    last = " ".join(_said([gesture, draft.pick("good.promise"), draft.pick("good.end")]))
    return [_hello(draft, "good"), first, last, f"{adviser.name}, {adviser.phone}"]


def _curt(draft: Draft, adviser: Member) -> list[str]:
    core = " ".join(_said([draft.pick(draft.situation.pools["curt"]), draft.pick("brief.promise")]))
    end = f"{draft.pick('brief.end')}\n{adviser.first}" if draft.chance.random() < 0.7 else ""
    return [draft.pick("hello.curt") if draft.chance.random() < 0.7 else "", core, end]


def _template(draft: Draft, adviser: Member) -> list[str]:
    """Words that could answer anything: no name, no date, unless something was promised."""
    body = " ".join(_said([*draft.take("template.body", draft.chance.choice((2, 3, 4))), draft.pick("brief.promise")]))
    return [draft.pick("hello.template"), body, draft.pick("template.end")]


_ANSWERS: Final = {
    Quality.GOOD: _good,
    Quality.CURT: _curt,
    Quality.TEMPLATE: _template,
    Quality.WARM_LATE: _warm_late,
}


def note(*, situation: str, adviser: Member, facts: Facts, chance: Random) -> str:
    """What an adviser leaves for colleagues, out of the customer's sight."""
    draft = Draft(Telling(facts, chance, adviser.gender), situations()[situation])
    if facts.adviser == adviser:
        draft.known.discard("adviser")
    lead = draft.pick("internal.lead") if chance.random() < 0.4 else ""
    main = draft.pick(draft.situation.pools["internal"])
    if lead.endswith(":"):
        main = small(main, draft.telling)
    more = draft.take("internal.more", chance.choice((0, 1, 1, 2)))
    return typeset(" ".join(_said([lead, main, *more])))


def callback(*, situation: str, person: Person, facts: Facts, chance: Random) -> Said:
    """Why somebody asks to be called: a word or two for the person who will dial."""
    draft = Draft(Telling(facts, chance, person.gender, person), situations()[situation])
    matter = draft.pick_of_matter("line")
    lead = draft.pick("callback.lead") if chance.random() < 0.7 else ""
    said = [lead, matter] if chance.random() < 0.5 else [matter, lead]
    return Said(subject="", text=" ".join(_said(said)), truth=draft.truth(Mood.CALM))


def _hello(draft: Draft, register: str) -> str:
    return draft.pick("hello." + register) or draft.pick("hello.plain")


def _said(sentences: Iterable[str]) -> list[str]:
    return [sentence for sentence in sentences if sentence]
