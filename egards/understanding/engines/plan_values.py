"""Values out of a plan's TOML tables, refused with a sentence that names the key at fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

ENGLISH_MARK = "en:"  # before an expression that is English: a text in English is read with these only
_EXPRESSION = re.compile(r"(?:en:)?(?:[^\W_][\w*|<>' ’-]*|<[nd]>[\w*|<>' ’-]*)")
_CODE = re.compile(r"[a-z][a-z_]{1,30}")


class PlanError(ValueError):
    """The plan cannot be used; the sentence, in French, names the key at fault."""


def table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A section that must be there. Raises PlanError."""
    value = data.get(key)
    if not isinstance(value, dict):
        raise PlanError(f"« {key} » manque ou n’est pas une section ([{key}]).")
    return value


def optional_table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """A section that a house's own plan may leave out. Raises PlanError when it is something else."""
    return table(data, key) if key in data else {}


def number(values: Mapping[str, Any], key: str, section: str, *, low: float, high: float) -> float:
    """A number between two bounds, included. Raises PlanError."""
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise PlanError(f"« {section}.{key} » doit être un nombre entre {low} et {high}.")
    return float(value)


def words(values: Mapping[str, Any], key: str, section: str, *, expressions: bool = True) -> tuple[str, ...]:
    """A list of expressions, never empty. Raises PlanError."""
    listed = values.get(key)
    if not isinstance(listed, list) or not listed:
        raise PlanError(f"« {section}.{key} » manque ou n’est pas une liste d’expressions.")
    for value in listed:
        if not isinstance(value, str) or not value.strip():
            raise PlanError(f"« {section}.{key} » contient autre chose qu’une expression : {value!r}.")
        if expressions and not _EXPRESSION.fullmatch(value):
            raise PlanError(f"« {section}.{key} » : l’expression « {value} » ne peut pas être comprise.")
    return tuple(listed)


def sentence(values: Mapping[str, Any], key: str, section: str, *, why: str) -> str:
    """A text for people, never blank. Raises PlanError, which ends with ``why`` it is needed."""
    value = values.get(key)
    if not isinstance(value, str) or not value.strip():
        raise PlanError(f"« {section}.{key} » manque : {why}.")
    return value


def truth(values: Mapping[str, Any], key: str, section: str, *, unsaid: bool) -> bool:
    """True or false, ``unsaid`` when the key is absent. Raises PlanError."""
    value = values.get(key, unsaid)
    if not isinstance(value, bool):
        raise PlanError(f"« {section}.{key} » doit être true ou false.")
    return value


def entry(data: Mapping[str, Any], code: str, section: str) -> Mapping[str, Any]:
    """One named entry of a section, its code well written. Raises PlanError."""
    if not _CODE.fullmatch(code):
        raise PlanError(f"« {section}.{code} » : un code s’écrit en minuscules sans accent.")
    value = data[code]
    if not isinstance(value, dict):
        raise PlanError(f"« {section}.{code} » n’est pas une section ([{section}.{code}]).")
    return value


def examples(values: Mapping[str, Any], section: str, *, most: int) -> tuple[str, ...]:
    """The example sentences of an entry, ``most`` at most, each different. Raises PlanError."""
    listed = words(values, "examples", section, expressions=False)
    if len(listed) > most:
        raise PlanError(f"« {section}.examples » : {most} exemples au plus, il y en a {len(listed)}.")
    if len(set(listed)) < len(listed):
        raise PlanError(f"« {section}.examples » : un exemple y est deux fois.")
    return listed
