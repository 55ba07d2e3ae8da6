"""A pack of dated rules, written in TOML: read, checked key by key, never half taken."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from egards.consent.rules.facts import ALWAYS, SOLICITATIONS, Medium, Purpose


class PackError(ValueError):
    """A pack that cannot be taken; the sentence names the file, the rule and the key."""


@dataclass(frozen=True, slots=True)
class RuleData:
    """One rule as a pack writes it. ``valid_to`` is the first day it no longer holds; ``doubt_fr`` what to check."""

    code: str
    version: int
    text_fr: str
    value: Mapping[str, Any]
    valid_from: date
    valid_to: date | None
    source: str
    verified_on: date
    scope: str
    doubt_fr: str


Check = Callable[[Any], str]  # "" when the value suits, else what was expected

REQUIRED: Final = {"code", "version", "text_fr", "valid_from", "source", "verified_on", "scope"}
OPTIONAL: Final = {"valid_to", "doubt_fr", "value"}


def parse_pack(text: str, *, name: str) -> list[RuleData]:
    """Return the rules of a pack, in its order. Raises ``PackError`` naming what is wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(f"{name} : ce n’est pas du TOML ({error}).") from error
    rules = [_rule(row, f"{name} : règle n° {n}") for n, row in enumerate(document.get("rule", []), start=1)]
    _check_together(rules, name)
    return rules


def _rule(row: Mapping[str, Any], place: str) -> RuleData:
    if isinstance(row.get("code"), str):
        place = f"{place} « {row['code']} »"
    for key in sorted(REQUIRED - row.keys()):
        raise PackError(f"{place} : la clé « {key} » manque.")
    for key in sorted(row.keys() - REQUIRED - OPTIONAL):
        raise PackError(f"{place} : la clé « {key} » est inconnue.")
    for key, check in COLUMNS.items():
        if key in row and (wanted := check(row[key])):
            raise PackError(f"{place} : la clé « {key} » doit être {wanted}.")
    if "valid_to" in row and row["valid_to"] <= row["valid_from"]:
        raise PackError(f"{place} : la clé « valid_to » doit venir après « valid_from ».")
    value = row.get("value", {})
    _check_value(row["code"], value, place)
    return RuleData(
        code=row["code"],
        version=row["version"],
        text_fr=row["text_fr"],
        value=value,
        valid_from=row["valid_from"],
        valid_to=row.get("valid_to"),
        source=row["source"],
        verified_on=row["verified_on"],
        scope=row["scope"],
        doubt_fr=row.get("doubt_fr", ""),
    )


def _check_value(code: str, value: Mapping[str, Any], place: str) -> None:
    if code not in SHAPES:
        raise PackError(f"{place} : la clé « code » n’est pas un code que le logiciel applique.")
    shape = SHAPES[code]
    for key in sorted(shape.keys() ^ value.keys()):
        trouble = "manque" if key in shape else "est inconnue"
        raise PackError(f"{place} : la clé « value.{key} » {trouble}.")
    for key, check in shape.items():
        if wanted := check(value[key]):
            raise PackError(f"{place} : la clé « value.{key} » doit être {wanted}.")


def _check_together(rules: list[RuleData], name: str) -> None:
    """Each code once per version; a version follows the one before without a gap or an overlap; no code missing."""
    last: dict[str, RuleData] = {}
    for rule in rules:
        before = last.get(rule.code)
        if before and rule.version != before.version + 1:
            raise PackError(f"{name} : règle « {rule.code} » : la clé « version » doit suivre {before.version}.")
        if before and before.valid_to != rule.valid_from:
            raise PackError(
                f"{name} : règle « {rule.code} » version {rule.version} : la clé « valid_from » doit être "
                f"le « valid_to » de la version {before.version}."
            )
        last[rule.code] = rule
    for code in sorted(SHAPES.keys() - last.keys()):
        raise PackError(f"{name} : la règle « {code} » manque.")


def _text(value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else "un texte"


def _whole(value: object) -> str:
    return "" if type(value) is int and value >= 0 else "un entier positif ou nul"


def _positive(value: object) -> str:
    return "" if type(value) is int and value > 0 else "un entier positif"


def _day(value: object) -> str:
    return "" if type(value) is date else "une date (AAAA-MM-JJ)"


def _table(value: object) -> str:
    return "" if isinstance(value, dict) else "une table"


def _one_of(*names: str) -> Check:
    return lambda value: "" if value in names else "l’un de : " + ", ".join(sorted(names))


def _list_of(*names: str) -> Check:
    wanted = "une liste prise dans : " + ", ".join(sorted(names))
    return lambda value: "" if isinstance(value, list) and all(v in names for v in value) else wanted


def _weekdays(value: object) -> str:
    suits = isinstance(value, list) and value and all(type(d) is int and 1 <= d <= 7 for d in value)
    return "" if suits else "une liste de jours, de 1 (lundi) à 7"


def _slots(value: object) -> str:
    wanted = "une liste de plages « HH:MM », début puis fin, dans l’ordre"
    try:
        edges = [time.fromisoformat(edge) for start, end in value for edge in (start, end)]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return wanted
    return "" if edges and edges == sorted(set(edges)) else wanted


def _holidays(value: object) -> str:
    wanted = "une liste de jours {month, day} ou {easter}, avec au besoin departments et zones"
    try:
        suits = all(_is_holiday(entry) for entry in value)  # type: ignore[attr-defined]
    except (TypeError, ValueError, KeyError, OSError):
        return wanted
    return "" if suits else wanted


def _is_holiday(entry: Mapping[str, Any]) -> bool:
    if "easter" in entry:
        named = {"easter"}
        dated = type(entry["easter"]) is int
    else:
        named = {"month", "day"}
        dated = date(2024, entry["month"], entry["day"]).year == 2024
    for zone in entry.get("zones", ()):
        ZoneInfo(zone)
    is_placed = "departments" in entry or "zones" not in entry
    return dated and is_placed and entry.keys() - named <= {"departments", "zones"}


def _weights(value: object) -> str:
    media = {str(m) for m in Medium}
    suits = isinstance(value, dict) and value.keys() == media and not any(_whole(p) for p in value.values())
    return "" if suits else "des points par moyen : " + ", ".join(sorted(media))


def _extra(value: object) -> str:
    suits = isinstance(value, dict) and value.keys() <= set(Purpose) and not any(_whole(p) for p in value.values())
    return "" if suits else "des points en plus par but"


def _budgets(value: object) -> str:
    wanted = "une liste de plafonds {days, points}"
    if not isinstance(value, list) or not value:
        return wanted
    suits = all(isinstance(b, dict) and b.keys() == {"days", "points"} for b in value)
    return "" if suits and not any(_positive(b[key]) for b in value for key in b) else wanted


COLUMNS: Final[Mapping[str, Check]] = {
    "code": _text,
    "version": _positive,
    "text_fr": _text,
    "value": _table,
    "valid_from": _day,
    "valid_to": _day,
    "source": _text,
    "verified_on": _day,
    "scope": _text,
    "doubt_fr": _text,
}

_MEDIUMS = _list_of(*Medium)
_PURPOSES = _list_of(*Purpose)
_SOLICITATIONS = _list_of(*SOLICITATIONS)
_CONDITIONS = _list_of("stop_link", "sender_named", "purpose_said")
_HOLD: Final[Mapping[str, Check]] = {"days": _whole, "days_after_release": _whole}
_HOURS: Final[Mapping[str, Check]] = {"purposes": _PURPOSES, "weekdays": _weekdays, "slots": _slots}
_DAYS: Final[Mapping[str, Check]] = {"purposes": _PURPOSES, "mediums": _MEDIUMS, "days": _holidays}
_BASIS: Final[Mapping[str, Check]] = {"basis": _one_of("consent", "opt_out"), "conditions": _CONDITIONS}
_EXCEPTION: Final[Mapping[str, Check]] = {"mediums": _MEDIUMS}

#: Every code that the software applies, with the keys of its value. A pack holds them all and no other.
SHAPES: Final[Mapping[str, Mapping[str, Check]]] = {
    **{f"always.{purpose}": {} for purpose in sorted(ALWAYS)},
    "archive.silent": {},
    "objection": {"purposes": _SOLICITATIONS},
    "hold.complaint": _HOLD,
    "hold.call_refused": _HOLD,
    "hold.repair_first": _HOLD,
    "hold.deceased": _HOLD,
    "hold.pause": _HOLD,
    "follow_up.act": {"expected_days": _whole},
    "survey.interest": {},
    "survey.quarantine": {"invited_days": _positive},
    "usage_help.interest": {},
    **{f"{medium}.prospecting": _BASIS for medium in Medium},
    "prospecting.consent": {},
    "prospecting.similar": _EXCEPTION,
    "phone.contract": _EXCEPTION,
    "phone.bloctel": {},
    "phone.hours": _HOURS,
    "phone.courtesy_hours": _HOURS,
    "sms.hours": _HOURS,
    "holidays.national": _DAYS,
    "holidays.courtesy": _DAYS,
    "phone.frequency": {"attempts": _positive, "days": _positive},
    "pressure": {"weights": _weights, "extra": _extra, "budgets": _budgets},
}
#: The reasons a hold may give: each has its rule.
HOLD_REASONS: Final = frozenset(code.removeprefix("hold.") for code in SHAPES if code.startswith("hold."))
