"""Texts of people who write in English: fewer blocks, the same truth."""

from __future__ import annotations

from egards.demo.words.nouns import Kind, Length, Mood, Said, Style
from egards.demo.words.telling import Draft


def english_body(draft: Draft, mood: Mood, style: Style, kind: Kind) -> Said:
    """A whole text in English for a situation that has ``en_what``."""
    chance, pools, tone = draft.chance, draft.situation.pools, draft.situation.tone
    subject = ""
    if kind in (Kind.MAIL, Kind.FORM) and chance.random() < 0.9:
        subject = draft.pick("en.subject_" + tone, own="en_subject")
    told: list[str] = [draft.pick(pools["en_what"])]
    if mood == Mood.MIXED:
        told.insert(0, draft.pick("en.mixed_" + tone))
    if style.length != Length.LINE or mood in (Mood.ANGRY, Mood.IRONIC, Mood.DELIGHTED):
        told += draft.take(f"en.{tone}_{mood}", 1)
    if {"times", "again"} <= draft.known and style.length != Length.LINE and chance.random() < 0.5:
        told += draft.take("en.effort", 1)
    if style.length in (Length.LONG, Length.EPIC, Length.MEDIUM):
        told += draft.take("en.life", 1)
    if kind != Kind.REVIEW and style.length != Length.LINE:
        told += draft.take(pools.get("en_ask", ()), 1)
    text = " ".join(sentence for sentence in told if sentence)
    if kind == Kind.MAIL:
        person = draft.telling.person
        assert person is not None
        parts = (draft.pick("en.greeting"), text, draft.pick("en.closing"), person.name)
        text = "\n\n".join(part for part in parts if part)
    return Said(subject=subject, text=text, truth=draft.truth(mood))
