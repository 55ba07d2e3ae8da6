"""What was understood, in words: themes, intentions, tones and reasons, for people who ask « pourquoi ? »."""

from __future__ import annotations

from functools import cache
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from egards.core.text import sort_key
from egards.understanding.engines.plan import load_plan

INTENTS: Final[dict[str, Promise]] = {
    "question": gettext_lazy("Asks a question"),
    "complaint": gettext_lazy("Complains"),
    "praise": gettext_lazy("Praises"),
    "suggestion": gettext_lazy("Suggests"),
    "leaving": gettext_lazy("May leave"),
    "urgent": gettext_lazy("Urgent"),
    "sensitive": gettext_lazy("Sensitive, to read with care"),
}
TONES: Final[dict[int, Promise]] = {
    -2: gettext_lazy("very unhappy"),
    -1: gettext_lazy("rather unhappy"),
    0: gettext_lazy("neutral"),
    1: gettext_lazy("rather happy"),
    2: gettext_lazy("very happy"),
}
#: What a member may say of a tone, by the keys of ``rules.Tone``.
SAID_TONES: Final[dict[str, Promise]] = {
    "negative": gettext_lazy("Negative tone"),
    "neutral": gettext_lazy("Neutral tone"),
    "ambiguous": gettext_lazy("Ambiguous tone"),
    "positive": gettext_lazy("Positive tone"),
}
LANGUAGES: Final[dict[str, Promise]] = {
    "fr": gettext_lazy("in French"),
    "en": gettext_lazy("in English"),
    "und": gettext_lazy("language not recognised"),
}
_REASONS: Final[dict[str, Promise]] = {
    "negated": gettext_lazy("turned round by a negation"),
    "wished": gettext_lazy("wished for, so missing"),
    "irony": gettext_lazy("perhaps ironic"),
    "score-disagrees": gettext_lazy("the score and the words disagree"),
    "score-alone": gettext_lazy("the score, for want of an opinion in words"),
    "cut": gettext_lazy("the text was read up to here"),
    "urgency": gettext_lazy("says that it is urgent"),
    "sensitive": gettext_lazy("calls for care"),
    "taught": gettext_lazy("taught by your corrections"),
}


@cache
def _labels() -> dict[str, str]:
    return dict(_named()[0])


def theme_label(code: str) -> str:
    """Return a theme's name in the current plan; its code when the plan no longer has it."""
    return _labels().get(code, code)


def theme_choices() -> list[tuple[str, str]]:
    """Return the themes that the engine reads, code and name, in the order of their names."""
    return list(_named()[1])


def every_theme() -> list[tuple[str, str]]:
    """Return all themes of the current plan, those that only a member may name included, in the same order."""
    return list(_named()[0])


@cache
def _named() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """All themes, and those that the engine reads: reading the plan takes longer than making a page."""
    plan = load_plan()
    every = tuple(sorted(((one.code, one.label) for one in plan.all_themes), key=lambda theme: sort_key(theme[1])))
    read = {theme.code for theme in plan.themes}
    return every, tuple(theme for theme in every if theme[0] in read)


def intent_label(code: str) -> str:
    """Return an intention in words."""
    return str(INTENTS.get(code, code))


def tone(polarity: int, *, ambiguous: bool) -> str:
    """Return a tone in words."""
    return _("ambiguous, to be read") if ambiguous else str(TONES.get(polarity, polarity))


def reason_words(code: str, weight: float) -> str:
    """Return why a passage weighed, in words; the entry of the lexicon itself stays with the engine."""
    if code.startswith("subject:"):
        return _("%(reason)s (in the subject)") % {"reason": reason_words(code.removeprefix("subject:"), weight)}
    family, _colon, rest = code.partition(":")
    if family == "intent":
        return intent_label(rest.partition(":")[0])
    if family in _REASONS:
        return str(_REASONS[family])
    if weight:
        return _("weighs for") if weight > 0 else _("weighs against")
    return code


def reason_tone(code: str, weight: float) -> str:
    """Return how the passage is underlined: ``pos``, ``neg``, ``amb``, or nothing."""
    if code in ("irony", "score-disagrees") or code.startswith("wished:"):
        return "amb"
    if code.startswith("subject:") or not weight:
        return ""
    return "pos" if weight > 0 else "neg"
