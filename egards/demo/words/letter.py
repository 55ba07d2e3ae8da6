"""Dresses a body as a letter, a form, a review, a chat line, or an adviser's note of a call."""

from __future__ import annotations

import re
from random import Random
from typing import Final

from egards.demo.words.blocks import Block
from egards.demo.words.fields import small
from egards.demo.words.manner import dress, without_accents
from egards.demo.words.nouns import Kind, Length, Mood, Person, Politeness, Said, Spelling, Style, Tongue
from egards.demo.words.telling import Draft
from egards.demo.words.typeset import typeset

_EDGES: Final = re.compile(r" *\n *")
_GAPS: Final = re.compile(r"\s*\n\s*\n\s*")
HELLOS: Final = (
    "bonjour, ",
    "Bonjour, ",
    "bonjour ",
    "Bonsoir, ",
    "hello, ",
    "Bonjour ! ",
    "slt, ",
    "Bonjour à vous, ",
)
COLD: Final = (Mood.ANGRY, Mood.IRONIC)


def subject_of(draft: Draft, style: Style, kind: Kind, body: str) -> str:
    """What a person writes on the subject line, of what the body tells; "" where there is none."""
    if kind not in (Kind.MAIL, Kind.FORM, Kind.REVIEW):
        return ""
    chance = draft.chance
    if chance.random() < {Kind.MAIL: 0.04, Kind.FORM: 0.25, Kind.REVIEW: 0.45}[kind]:
        return ""
    said = draft.pick(f"title.{draft.situation.tone}" if kind == Kind.REVIEW else _nearest(draft, "subject", body))
    assert draft.telling.person is not None
    if kind == Kind.MAIL and chance.random() < 0.06:
        said = chance.choice(("Re: ", "Tr : ", "RE: ")) + said
    if draft.telling.person.spelling == Spelling.CARELESS and chance.random() < 0.5:
        said = said.lower()
    if style.capitals:
        said = said.upper()
    return said if style.accents else without_accents(said)


def _nearest(draft: Draft, pool: str, body: str) -> list[Block]:
    """The situation's subjects, or notes, that share most words with the body; all of them when none does."""
    told = _words(body)
    fitting = [block for block in draft.situation.pools[pool] if draft.fits(block)]
    shared = {block.source: len(told & _words(block.source)) for block in fitting}
    most = max(shared.values(), default=0)
    return [block for block in fitting if shared[block.source] == most]


def _words(text: str) -> set[str]:
    """Its long words, by their first six letters, plain and small."""
    return {word[:6] for word in re.findall(r"[a-z]{5,}", without_accents(text).lower())}


def as_letter(draft: Draft, body: list[list[str]], mood: Mood, style: Style, kind: Kind) -> str:
    """Greeting, body in its manner, closing and signature (a form signs seldom)."""
    person = draft.telling.person
    assert person is not None
    chance = draft.chance
    is_mail = kind == Kind.MAIL
    whole = [sentences for sentences in body if sentences]
    if person.tongue in (Tongue.LEARNT, Tongue.MIXED) and mood not in COLD and chance.random() < 0.7:
        aside = draft.take(f"tongue.{person.tongue}", 1)
        whole = [aside, *whole] if person.tongue == Tongue.LEARNT else [*whole, aside]
    text = _paragraphs(whole, style, is_mail, chance)
    text = dress(_GAPS.sub("\n\n", _EDGES.sub("\n", text)), style=style, person=person, mood=mood, chance=chance)
    parts = [_greeting(draft, style, mood) if is_mail or chance.random() < 0.6 else "", text]
    if is_mail or chance.random() < 0.45:
        parts.append(_closing(draft, style, mood))
    if is_mail and chance.random() < 0.9:
        parts.append(sign(person, draft, style))
    else:
        parts[-1] = parts[-1].removesuffix(",")
    if is_mail and chance.random() < 0.13:
        parts.append(draft.pick("device"))
    tight = not is_mail and chance.random() < 0.6
    if tight and parts[0][-1:].isalpha():
        parts[0] += ","
    return (" " if tight else "\n\n").join(part for part in parts if part)


def as_speech(draft: Draft, body: list[list[str]], kind: Kind) -> str:
    """A review or a chat line: one breath, sometimes two."""
    chance = draft.chance
    gap = "\n\n" if kind == Kind.REVIEW and chance.random() < 0.3 else " "
    text = gap.join(" ".join(sentences) for sentences in body)
    if kind == Kind.CHAT and chance.random() < 0.55:
        text = chance.choice(HELLOS) + small(text, draft.telling)
    return text


def as_note(draft: Draft, mood: Mood, style: Style, heard: str) -> Said:
    """What an adviser writes of a call: short, in the third person, well set, and about what was ``heard`` before."""
    chance = draft.chance
    told = draft.take("call.lead", 1) if chance.random() < 0.4 else []
    told.append(draft.pick(_nearest(draft, "note", heard)))
    if style.length != Length.LINE and {"times", "again"} <= draft.known and chance.random() < 0.6:
        told += draft.take("call.effort", 1)
    told += draft.take(f"call.{draft.situation.tone}_{mood}", 1)
    if style.length != Length.LINE:
        told += draft.take("call.action_" + draft.situation.tone, 1)
    if style.length == Length.MEDIUM:
        told += draft.take("call.aside", 1)
    text = typeset(" ".join(sentence for sentence in told if sentence))
    return Said(subject="", text=text, truth=draft.truth(mood))


def _paragraphs(body: list[list[str]], style: Style, is_mail: bool, chance: Random) -> str:
    if style.length in (Length.LINE, Length.SHORT):
        return (" " if chance.random() < 0.7 else "\n").join(" ".join(sentences) for sentences in body)
    if style.length == Length.EPIC:
        gap = "\n" if chance.random() < 0.12 else " "
        return "\n\n".join(gap.join(sentences) for sentences in body)
    wide = 0.75 if is_mail else 0.3
    return ("\n\n" if chance.random() < wide else " ").join(" ".join(sentences) for sentences in body)


def _register(draft: Draft, style: Style) -> str:
    person = draft.telling.person
    assert person is not None
    if style.formal:
        return "formal"
    return "blunt" if person.politeness == Politeness.BLUNT else "plain"


def _greeting(draft: Draft, style: Style, mood: Mood) -> str:
    register = _register(draft, style)
    if register == "blunt" and draft.chance.random() < 0.5:
        return ""
    greeting = draft.pick("greeting." + register)
    return greeting if style.accents else without_accents(greeting)


def _closing(draft: Draft, style: Style, mood: Mood) -> str:
    register = _register(draft, style)
    if register != "formal" and mood in COLD:
        register = "cold"
    closing = draft.pick("closing." + register)
    return closing if style.accents else without_accents(closing)


def sign(person: Person, draft: Draft, style: Style) -> str:
    """A name in one of the ways people sign, with a number or a place now and then."""
    chance = draft.chance
    civil = "Mme" if person.gender == "f" else "M."
    ways = [person.name, person.name, f"{person.first[0]}. {person.last}", person.first]
    if person.age == "senior" or style.formal:
        ways += [f"{civil} {person.last}", f"{civil} {person.last} {person.first}", person.name]
    if person.spelling == Spelling.CARELESS:
        ways += [person.first.lower(), person.name.lower(), f"{person.last.upper()} {person.first}"]
    lines = [chance.choice(ways)]
    if person.phone and chance.random() < 0.25:
        lines.append(chance.choice((person.phone, f"Tél. {person.phone}", person.phone.replace(" ", ""))))
    if person.city and chance.random() < 0.1:
        lines.append(person.city)
    if draft.telling.facts.order and chance.random() < 0.12:
        lines.append(chance.choice(("Commande ", "Cde ", "Réf. ", "commande n° ")) + draft.telling.facts.order)
    return "\n".join(lines)
