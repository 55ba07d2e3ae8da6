"""A member's say over a reading: tone, themes and intentions; what else the reading said follows, or goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

Tone = Literal["negative", "neutral", "ambiguous", "positive"]
TONES: Final[tuple[Tone, ...]] = get_args(Tone)
#: The engine's name of what a member said. No engine takes its place.
MEMBER: Final = "member"
#: How the version of a member's reading begins: the engine's say was confirmed, or changed.
CONFIRMED: Final = "same-"
CHANGED: Final = "said-"
_SIGN: Final[dict[Tone, int]] = {"negative": -1, "neutral": 0, "ambiguous": 0, "positive": 1}


@dataclass(frozen=True, slots=True)
class Say:
    """What may be corrected of a reading. Themes and intents are codes, in order, each once."""

    tone: Tone
    themes: tuple[str, ...]
    intents: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values to be kept."""
        return {"tone": self.tone, "themes": list(self.themes), "intents": list(self.intents)}


def tone_of(polarity: int, *, ambiguous: bool) -> Tone:
    """The tone of a polarity (−2..+2), in one of four words."""
    if ambiguous:
        return "ambiguous"
    return "negative" if polarity < 0 else "positive" if polarity > 0 else "neutral"


def polarity_said(tone: Tone, before: int) -> int:
    """The polarity (−2..+2) of a corrected tone: the one before when it goes that way, else the mild one."""
    if tone == "ambiguous":
        return before
    sign = _SIGN[tone]
    return before if before * sign > 0 else sign


def themes_said(say: Say, themes: Sequence[Mapping[str, Any]], *, polarity: int) -> list[dict[str, Any]]:
    """The themes of a corrected reading: those kept as they were, with their words; those added take the whole's tone.

    A theme alone takes the whole's tone too: it is what the word is about.
    """
    kept = {theme["theme"]: dict(theme) for theme in themes}
    whole = {"polarity": polarity, "ambiguous": say.tone == "ambiguous"}
    if len(say.themes) == 1:
        only = say.themes[0]
        return [kept.get(only, {"theme": only, "spans": []}) | whole]
    return [kept.get(theme) or {"theme": theme, "spans": []} | whole for theme in say.themes]


def reasons_left(say: Say, reasons: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The passages that still speak for a corrected reading: those that push the other way are not underlined."""
    if say.tone == "ambiguous":
        return [list(one) for one in reasons]
    sign = _SIGN[say.tone]
    return [list(one) for one in reasons if not one[3] or one[3] * sign > 0]
