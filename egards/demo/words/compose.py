"""Composes one text of a customer: a situation told by a person, in a mood, in a manner, with the truth about it."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Final

from egards.demo.words.blocks import Block
from egards.demo.words.english import english_body
from egards.demo.words.fields import Telling, small
from egards.demo.words.grammar import Situation, causes, situations
from egards.demo.words.letter import as_letter, as_note, as_speech, subject_of
from egards.demo.words.manner import dress
from egards.demo.words.nouns import Facts, Kind, Length, Mood, Person, Said, Spelling, Style, Tongue
from egards.demo.words.telling import Draft

#: How many circumstances a text tells, by its length.
DETAILS: Final = {Length.LINE: 0, Length.SHORT: 1, Length.MEDIUM: 2, Length.LONG: 3, Length.EPIC: 4}
LIVES: Final = {Length.LONG: 1, Length.EPIC: 1}
#: How often a long text tells a small story.
STORIES: Final = {Length.LONG: 0.4, Length.EPIC: 0.9}
#: What links one circumstance to the next, now and then.
LINKS: Final = ("En plus, ", "Et puis, ", "D'ailleurs, ", "Par ailleurs, ", "Autre chose : ", "J'ajoute : ")


class CannotBeSaid(ValueError):
    """This situation is not told there, or not in this mood, or lacks a fact."""


def compose(
    *,
    situation: str,
    person: Person,
    mood: Mood,
    style: Style,
    facts: Facts,
    kind: Kind,
    chance: Random,
    heard: str = "",
) -> Said:
    """One text and the truth about it; the same ``chance`` gives the same text.

    ``heard``: of a note on a call, what had been asked before it.

    Raises CannotBeSaid when the situation has no such mood, kind, or lacks a fact: see ``situations()``.
    """
    told = situations()[situation]
    _check(told, mood, kind, facts)
    is_careful = person.spelling == Spelling.CAREFUL
    gender = person.gender if kind != Kind.CALL_NOTE else facts.adviser.gender if facts.adviser else "f"
    telling = Telling(facts, chance, gender, person, is_tidy=is_careful)
    draft = Draft(telling, told)
    if kind == Kind.CALL_NOTE:
        return as_note(draft, mood, style, heard)
    if person.tongue == Tongue.ENGLISH and told.pools.get("en_what"):
        return english_body(draft, mood, style, kind)
    body = tell(draft, mood, style, kind)
    subject = subject_of(draft, style, kind, " ".join(sentence for part in body for sentence in part))
    if kind in (Kind.MAIL, Kind.FORM):
        text = as_letter(draft, body, mood, style, kind)
    else:
        text = dress(as_speech(draft, body, kind), style=style, person=person, mood=mood, chance=chance)
    return Said(subject=subject, text=text, truth=draft.truth(mood))


def _check(told: Situation, mood: Mood, kind: Kind, facts: Facts) -> None:
    missing = [name for name in told.facts if getattr(facts, name) in (None, "")]
    if mood not in told.moods or kind not in told.kinds or missing:
        raise CannotBeSaid(f"{told.key}: {mood} {kind} {missing}")


def tell(draft: Draft, mood: Mood, style: Style, kind: Kind) -> list[list[str]]:
    """The paragraphs of a body, sentence by sentence, before its greetings and its manner."""
    if style.length == Length.LINE:
        return [_line(draft, mood, kind)]
    opening = _opening(draft, mood, style, kind)
    paragraphs = [opening, _details(draft, style), _ending(draft, mood, style, kind)]
    if draft.chance.random() < STORIES.get(style.length, 0):
        paragraphs.insert(1, draft.take("story." + draft.situation.tone, 1))
    if style.length in LIVES:
        lives = draft.take(
            "life", 1 if kind == Kind.REVIEW or draft.situation.tone == "praise" else LIVES[style.length]
        )
        paragraphs.insert(len(paragraphs) - 1, lives)
        if kind != Kind.REVIEW and draft.chance.random() < 0.3:
            paragraphs.append(draft.take("ps", 1))
    return [sentences for sentences in paragraphs if sentences]


def _line(draft: Draft, mood: Mood, kind: Kind) -> list[str]:
    """A text of one line: complete in itself, and of its mood."""
    first = draft.pick(_of(draft, "line")) or _main(draft, kind)
    rest = [draft.feeling(mood)] if mood in (Mood.ANGRY, Mood.IRONIC, Mood.FUNNY, Mood.DELIGHTED) else []
    if mood == Mood.MIXED:
        return _mixed(draft, first)
    if mood == Mood.IRONIC and draft.chance.random() < 0.5:
        return _said((*rest, first))
    if not rest and not draft.situation.polarity and draft.chance.random() < 0.6:
        rest = [draft.pick("short_end." + draft.situation.tone)]
    return _said((first, *rest))


def _opening(draft: Draft, mood: Mood, style: Style, kind: Kind) -> list[str]:
    """What happened, led by an introduction or by what was liked before."""
    chance = draft.chance
    lead: list[str] = []
    if kind == Kind.MAIL and chance.random() < 0.5 and style.length != Length.SHORT:
        lead = draft.take("intro." + draft.situation.tone, 1)
    main = _main(draft, kind)
    cause = causes().get(draft.telling.facts.cause)
    if cause and draft.situation.key in cause.situations and chance.random() < 0.85:
        seen = draft.pick(cause.said)
    else:
        seen = ""
    if mood == Mood.MIXED:
        return [*lead, *_mixed(draft, main), *_said((seen,))]
    if mood == Mood.IRONIC:
        first = draft.feeling(mood)
        return _said((first, *lead, main, seen)) if chance.random() < 0.6 else _said((*lead, main, seen, first))
    return _said((*lead, main, seen))


def _mixed(draft: Draft, main: str) -> list[str]:
    """One thing praised, another blamed: the situation first for a praise, last for a problem."""
    other = draft.pick(f"{draft.situation.tone}.mixed", own="mixed", besides=frozenset(draft.themes))
    if draft.situation.tone == "praise":
        return [main, other]
    but = draft.chance.choice(
        ("En revanche, ", "Par contre, ", "Seulement voilà : ", "Mais ", "Dommage : ", "Cela dit, ")
    )
    return [other, but + small(main, draft.telling)] if other else [main]


def _details(draft: Draft, style: Style) -> list[str]:
    chance = draft.chance
    many = DETAILS[style.length]
    if style.length in (Length.SHORT, Length.MEDIUM):
        many = chance.randint(0, many)
    told = draft.take(_of(draft, "detail"), many)
    if draft.situation.tone == "problem" and not style.bullets and len(told) > 2 and chance.random() < 0.6:
        told[-1] = chance.choice(LINKS) + small(told[-1], draft.telling)
    if {"times", "again"} <= draft.known and chance.random() < (0.35 if style.length == Length.SHORT else 0.65):
        told += draft.take("effort", 1 + (style.length == Length.EPIC))
    if style.length in LIVES and draft.situation.tone == "problem" and chance.random() < 0.5:
        told += draft.take("loyal", 1)
    if style.bullets and len(told) > 1:
        return ["\n" + "\n".join(f"- {sentence}" for sentence in told) + "\n"]
    return told


def _ending(draft: Draft, mood: Mood, style: Style, kind: Kind) -> list[str]:
    """How the person feels, and what they ask."""
    chance = draft.chance
    told: list[str] = []
    must_feel = mood not in (Mood.CALM, Mood.IRONIC, Mood.MIXED)
    if must_feel or (mood != Mood.MIXED and chance.random() < 0.35):
        told.append(draft.feeling(mood))
    if style.length == Length.EPIC and mood != Mood.MIXED:
        told.append(draft.feeling(mood))
    if kind == Kind.REVIEW:
        told += draft.take(f"verdict.{draft.situation.tone}_{mood}", 1) if chance.random() < 0.7 else []
    elif draft.has(_of(draft, "ask")) and (style.length != Length.SHORT or chance.random() < 0.65):
        told += draft.take(_of(draft, "ask"), 1)
        if style.length in LIVES and chance.random() < 0.5:
            told += draft.take("urge." + draft.situation.tone, 1)
    return _said(told)


def _main(draft: Draft, kind: Kind) -> str:
    """What happened: as a review tells it on a review's page."""
    reviewed = draft.pick(_of(draft, "review")) if kind == Kind.REVIEW else ""
    return reviewed or draft.pick(draft.situation.pools["what"])


def _of(draft: Draft, pool: str) -> tuple[Block, ...]:
    return draft.situation.pools.get(pool, ())


def _said(sentences: Iterable[str]) -> list[str]:
    return [sentence for sentence in sentences if sentence]
