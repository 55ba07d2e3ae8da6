"""The plan: everything the lexicon engine knows, in one TOML file checked when it is loaded."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from egards.understanding.engines.sensitive import CHECKS, Pattern
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
    "idioms neutral emoji themes intents urgency sensitive".split()
)
ENGLISH_MARK = "en:"  # before an expression that is English: a text in English is read with these only
_EXPRESSION = re.compile(r"(?:en:)?(?:[^\W_][\w*|<>' ’-]*|<[nd]>[\w*|<>' ’-]*)")


class PlanError(ValueError):
    """The plan cannot be used; the sentence, in French, names the key at fault."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: English slug, French label, and the expressions that speak of it.

    ``failure``: blaming it is complaining, however mildly (a delivery), where blaming another is an opinion (a price).
    """

    code: str
    label: str
    words: tuple[str, ...]
    failure: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan. Expressions are still as written; ``sha`` is the SHA-256 of the file's bytes, in hexadecimal."""

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
    return plan_from(data, sha=hashlib.sha256(raw).hexdigest())


def plan_from(data: Mapping[str, Any], *, sha: str) -> Plan:
    """Check a parsed plan. Raises PlanError naming the first key at fault."""
    if data.get("format") != 1:
        raise PlanError("« format » doit valoir 1 : cette version du plan n’est pas connue.")
    for unknown in data.keys() - _SECTIONS:
        raise PlanError(f"« {unknown} » n’est pas une section connue du plan.")
    negation, irony, urgency = _table(data, "negation"), _table(data, "irony"), _table(data, "urgency")
    plan = Plan(
        sha=sha,
        thresholds=_thresholds(_table(data, "thresholds")),
        languages=_languages(_table(data, "language")),
        numbers=_words(_table(data, "numbers"), "words", "numbers"),
        durations=_words(_table(data, "durations"), "words", "durations"),
        shorthands=_shorthands(_table(data, "sms")),
        ne=_words(negation, "markers", "negation"),
        negators=_words(negation, "words", "negation"),
        negators_with_ne=_words(negation, "with_marker", "negation"),
        scales=_weighted(data, "scale", low=0.1, high=3.0),
        contrasts=_words(_table(data, "contrast"), "words", "contrast"),
        joins=_words(_table(data, "joins"), "words", "joins"),
        wishes=_words(_table(data, "wish"), "words", "wish"),
        openers=_words(irony, "openers", "irony"),
        targets=_words(irony, "targets", "irony"),
        irony_reach=int(_number(irony, "reach", "irony", low=1, high=20)),
        polarity=_weighted(data, "polarity"),
        verbs=_weighted(data, "verbs"),
        idioms=_weighted(data, "idioms"),
        neutral=_words(_table(data, "neutral"), "words", "neutral"),
        emoji=dict(_weighted(data, "emoji", expressions=False)),
        themes=_themes(_table(data, "themes")),
        intents=_intents(_table(data, "intents")),
        urgent_now=_words(urgency, "now", "urgency"),
        urgent_soon=_words(urgency, "soon", "urgency"),
        sensitive=_words(_table(data, "sensitive"), "words", "sensitive"),
        patterns=_patterns(_table(data, "sensitive")),
    )
    _refuse_two_weights(plan)
    return plan


def _table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key)
    if not isinstance(value, dict):
        raise PlanError(f"« {key} » manque ou n’est pas une section ([{key}]).")
    return value


def _number(table: Mapping[str, Any], key: str, section: str, *, low: float, high: float) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise PlanError(f"« {section}.{key} » doit être un nombre entre {low} et {high}.")
    return float(value)


def _words(table: Mapping[str, Any], key: str, section: str, *, expressions: bool = True) -> tuple[str, ...]:
    values = table.get(key)
    if not isinstance(values, list) or not values:
        raise PlanError(f"« {section}.{key} » manque ou n’est pas une liste d’expressions.")
    for value in values:
        if not isinstance(value, str) or not value.strip():
            raise PlanError(f"« {section}.{key} » contient autre chose qu’une expression : {value!r}.")
        if expressions and not _EXPRESSION.fullmatch(value):
            raise PlanError(f"« {section}.{key} » : l’expression « {value} » ne peut pas être comprise.")
    return tuple(values)


def _weighted(
    data: Mapping[str, Any], section: str, *, low: float = -3.0, high: float = 3.0, expressions: bool = True
) -> tuple[tuple[str, float], ...]:
    return tuple(_weighted_items(_table(data, section), section, low, high, expressions))


def _weighted_items(
    table: Mapping[str, Any], section: str, low: float, high: float, expressions: bool
) -> Iterator[tuple[str, float]]:
    for key in table:
        try:
            weight = float(key)
        except ValueError:
            weight = float("nan")
        if not low <= weight <= high:
            raise PlanError(f"« {section}.{key} » : le poids doit être un nombre entre {low} et {high}.")
        for word in _words(table, key, section, expressions=expressions):
            yield word, weight


def _thresholds(table: Mapping[str, Any]) -> dict[str, float]:
    return {key: _number(table, key, "thresholds", low=0, high=10) for key in THRESHOLDS}


def _languages(table: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    words = ((key, _words(table, key, "language")) for key in ("fr", "en", "other"))
    return {key: frozenset(map(fold, listed)) for key, listed in words}


def _shorthands(table: Mapping[str, Any]) -> dict[str, str]:
    for key, value in table.items():
        if not isinstance(value, str) or not value:
            raise PlanError(f"« sms.{key} » doit être l’expression entière.")
    return {fold(key): fold(value) for key, value in table.items()}


def _themes(table: Mapping[str, Any]) -> tuple[Theme, ...]:
    return tuple(_theme(table, code) for code in table)


def _theme(table: Mapping[str, Any], code: str) -> Theme:
    section = f"themes.{code}"
    if not re.fullmatch(r"[a-z][a-z_]{1,30}", code):
        raise PlanError(f"« {section} » : le code d’un thème s’écrit en minuscules sans accent.")
    theme = table[code]
    if not isinstance(theme, dict) or not isinstance(theme.get("label"), str) or not theme["label"].strip():
        raise PlanError(f"« {section}.label » manque : chaque thème a un nom en français.")
    failure = theme.get("failure", False)
    if not isinstance(failure, bool):
        raise PlanError(f"« {section}.failure » doit être true ou false.")
    return Theme(code=code, label=theme["label"], words=_words(theme, "words", section), failure=failure)


def _intents(table: Mapping[str, Any]) -> dict[Intent, tuple[str, ...]]:
    known = {str(intent): intent for intent in get_args(Intent)}
    for key in table:
        if key not in known:
            raise PlanError(f"« intents.{key} » n’est pas une intention connue.")
    return {known[key]: _words(table, key, "intents") for key in table}


def _patterns(table: Mapping[str, Any]) -> tuple[Pattern, ...]:
    entries = table.get("patterns", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise PlanError("« sensitive.patterns » doit être une liste de tableaux ([[sensitive.patterns]]).")
    return tuple(_pattern(entry, f"sensitive.patterns[{number}]") for number, entry in enumerate(entries))


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
