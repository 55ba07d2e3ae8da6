"""The plan: what the engines know, in one TOML file checked when it is loaded."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from egards.understanding.engines.intents import FineIntent, fine_intents_from
from egards.understanding.engines.plan_values import ENGLISH_MARK, PlanError, number, optional_table, table, words
from egards.understanding.engines.sensitive import CHECKS, Pattern
from egards.understanding.engines.themes import Theme, ThemeGroup, theme_groups_from, themes_from
from egards.understanding.engines.words import fold
from egards.understanding.reading import Intent

DEFAULT_PLAN = Path(__file__).resolve().parent.parent / "plans" / "fr.toml"
THRESHOLDS = (
    "negative_gain",
    "contrast_gain",
    "neutral_below",
    "ambiguous_below",
    "strong_margin",
    "strong_score",
)
_SECTIONS = frozenset(
    "format thresholds language numbers durations sms negation scale contrast joins wish irony polarity verbs "
    "idioms neutral emoji themes intents urgency sensitive theme_groups fine_intents".split()
)
_NOT_LEXICON = frozenset({"format", "themes", "theme_groups", "fine_intents"})


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan. Expressions are still as written; ``sha`` is that of ``lexicon_sha``.

    ``themes`` are those that the lexicon engine reads, ``all_themes`` the whole of the second level.
    """

    sha: str
    thresholds: Mapping[str, float]
    languages: Mapping[str, frozenset[str]]
    numbers: tuple[str, ...]
    durations: tuple[str, ...]
    shorthands: Mapping[str, str]
    ne: tuple[str, ...]
    negators: tuple[str, ...]
    negators_with_ne: tuple[str, ...]
    scales: tuple[tuple[str, float], ...]
    contrasts: tuple[str, ...]
    joins: tuple[str, ...]
    wishes: tuple[str, ...]
    openers: tuple[str, ...]
    targets: tuple[str, ...]
    irony_reach: int
    polarity: tuple[tuple[str, float], ...]
    verbs: tuple[tuple[str, float], ...]
    idioms: tuple[tuple[str, float], ...]
    neutral: tuple[str, ...]
    emoji: Mapping[str, float]
    themes: tuple[Theme, ...]
    all_themes: tuple[Theme, ...]
    theme_groups: tuple[ThemeGroup, ...]
    fine_intents: tuple[FineIntent, ...]
    intents: Mapping[Intent, tuple[str, ...]]
    urgent_now: tuple[str, ...]
    urgent_soon: tuple[str, ...]
    sensitive: tuple[str, ...]
    patterns: tuple[Pattern, ...]


def load_plan(path: Path | None = None) -> Plan:
    """Read and check a plan file (the French one by default). Raises PlanError with a sentence for the reader."""
    source = path or DEFAULT_PLAN
    try:
        raw = source.read_bytes()
        data = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise PlanError(f"Le plan « {source.name} » ne peut pas être lu : {error.strerror}.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PlanError(f"Le plan « {source.name} » n’est pas un fichier TOML valide : {error}.") from error
    return replace(plan_from(data, sha=""), sha=lexicon_sha(data))


def lexicon_sha(data: Mapping[str, Any]) -> str:
    """The SHA-256, in hexadecimal, of what the lexicon engine reads of a checked plan.

    It is part of the version of each reading: an example added for another engine, a label or a comment must not
    make a whole house be read again.
    """
    read = {section: data[section] for section in sorted(data.keys() - _NOT_LEXICON)}
    themes = {
        code: [theme["words"], theme.get("failure", False)]
        for code, theme in data["themes"].items()
        if theme.get("lexicon", True)
    }
    return hashlib.sha256(json.dumps([read, themes], default=str).encode()).hexdigest()


def plan_from(data: Mapping[str, Any], *, sha: str) -> Plan:
    """Check a parsed plan. Raises PlanError naming the first key at fault."""
    _refuse_unknown(data)
    negation, irony, urgency = table(data, "negation"), table(data, "irony"), table(data, "urgency")
    groups = theme_groups_from(optional_table(data, "theme_groups"))
    themes = themes_from(table(data, "themes"), {group.code for group in groups})
    plan = Plan(
        sha=sha,
        thresholds=_thresholds(table(data, "thresholds")),
        languages=_languages(table(data, "language")),
        numbers=words(table(data, "numbers"), "words", "numbers"),
        durations=words(table(data, "durations"), "words", "durations"),
        shorthands=_shorthands(table(data, "sms")),
        ne=words(negation, "markers", "negation"),
        negators=words(negation, "words", "negation"),
        negators_with_ne=words(negation, "with_marker", "negation"),
        scales=_weighted(data, "scale", low=0.1, high=3.0),
        contrasts=words(table(data, "contrast"), "words", "contrast"),
        joins=words(table(data, "joins"), "words", "joins"),
        wishes=words(table(data, "wish"), "words", "wish"),
        openers=words(irony, "openers", "irony"),
        targets=words(irony, "targets", "irony"),
        irony_reach=int(number(irony, "reach", "irony", low=1, high=20)),
        polarity=_weighted(data, "polarity"),
        verbs=_weighted(data, "verbs"),
        idioms=_weighted(data, "idioms"),
        neutral=words(table(data, "neutral"), "words", "neutral"),
        emoji=dict(_weighted(data, "emoji", expressions=False)),
        themes=tuple(theme for theme in themes if theme.lexicon),
        all_themes=themes,
        theme_groups=groups,
        fine_intents=fine_intents_from(optional_table(data, "fine_intents")),
        intents=_intents(table(data, "intents")),
        urgent_now=words(urgency, "now", "urgency"),
        urgent_soon=words(urgency, "soon", "urgency"),
        sensitive=words(table(data, "sensitive"), "words", "sensitive"),
        patterns=_patterns(table(data, "sensitive")),
    )
    _refuse_two_weights(plan)
    return plan


def _refuse_unknown(data: Mapping[str, Any]) -> None:
    if data.get("format") != 1:
        raise PlanError("« format » doit valoir 1 : cette version du plan n’est pas connue.")
    for unknown in data.keys() - _SECTIONS:
        raise PlanError(f"« {unknown} » n’est pas une section connue du plan.")


def _weighted(
    data: Mapping[str, Any], section: str, *, low: float = -3.0, high: float = 3.0, expressions: bool = True
) -> tuple[tuple[str, float], ...]:
    return tuple(_weighted_items(table(data, section), section, low, high, expressions))


def _weighted_items(
    weights: Mapping[str, Any], section: str, low: float, high: float, expressions: bool
) -> Iterator[tuple[str, float]]:
    for key in weights:
        try:
            weight = float(key)
        except ValueError:
            weight = float("nan")
        if not low <= weight <= high:
            raise PlanError(f"« {section}.{key} » : le poids doit être un nombre entre {low} et {high}.")
        for word in words(weights, key, section, expressions=expressions):
            yield word, weight


def _thresholds(bounds: Mapping[str, Any]) -> dict[str, float]:
    return {key: number(bounds, key, "thresholds", low=0, high=10) for key in THRESHOLDS}


def _languages(spoken: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {key: frozenset(map(fold, words(spoken, key, "language"))) for key in ("fr", "en", "other")}


def _shorthands(short: Mapping[str, Any]) -> dict[str, str]:
    for key, value in short.items():
        if not isinstance(value, str) or not value:
            raise PlanError(f"« sms.{key} » doit être l’expression entière.")
    return {fold(key): fold(value) for key, value in short.items()}


def _intents(expressions: Mapping[str, Any]) -> dict[Intent, tuple[str, ...]]:
    known = {str(intent): intent for intent in get_args(Intent)}
    for key in expressions:
        if key not in known:
            raise PlanError(f"« intents.{key} » n’est pas une intention connue.")
    return {known[key]: words(expressions, key, "intents") for key in expressions}


def _patterns(sensitive: Mapping[str, Any]) -> tuple[Pattern, ...]:
    entries = sensitive.get("patterns", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise PlanError("« sensitive.patterns » doit être une liste de tableaux ([[sensitive.patterns]]).")
    return tuple(_pattern(entry, f"sensitive.patterns[{place}]") for place, entry in enumerate(entries))


def _pattern(entry: Mapping[str, Any], section: str) -> Pattern:
    for key in ("code", "regex", "check"):
        if not isinstance(entry.get(key), str):
            raise PlanError(f"« {section}.{key} » manque.")
    if entry["check"] not in CHECKS:
        raise PlanError(f"« {section}.check » : « {entry['check']} » n’est pas une vérification connue.")
    try:
        regex = re.compile(entry["regex"])
    except re.error as error:
        raise PlanError(f"« {section}.regex » n’est pas une expression régulière valide : {error}.") from error
    return Pattern(code=entry["code"], regex=regex, check=entry["check"])


def _refuse_two_weights(plan: Plan) -> None:
    """Two weights for one expression would make the result depend on the order of the file."""
    seen: dict[str, str] = {}
    neutral = tuple((word, 0.0) for word in plan.neutral)
    lists = (("polarity", plan.polarity), ("verbs", plan.verbs), ("idioms", plan.idioms), ("neutral", neutral))
    for section, weighted in lists:
        for word, weight in weighted:
            place = f"{section}.{weight:g}" if section != "neutral" else section
            folded = fold(word.removeprefix(ENGLISH_MARK))
            if seen.setdefault(folded, place) != place:
                raise PlanError(f"« {place} » : « {word} » est déjà dans « {seen[folded]} ».")
