"""The theme plan in two levels: groups, and in each the themes that customers speak of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from egards.understanding.engines.plan_values import PlanError, entry, examples, sentence, truth, words

MOST_EXAMPLES = 10


@dataclass(frozen=True, slots=True)
class ThemeGroup:
    """The first level: English slug, French label and what it gathers."""

    code: str
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme: English slug, French label, and the expressions that speak of it.

    ``failure``: blaming it is complaining, however mildly (a delivery), where blaming another is an opinion (a price).
    ``lexicon``: the lexicon engine reads it; otherwise it waits for an engine that learns from ``examples``.
    ``group`` is the code of a ThemeGroup; it, ``description`` and ``examples`` may be empty in a house's own plan.
    """

    code: str
    label: str
    words: tuple[str, ...]
    failure: bool = False
    lexicon: bool = True
    group: str = ""
    description: str = ""
    examples: tuple[str, ...] = ()


def theme_groups_from(data: Mapping[str, Any]) -> tuple[ThemeGroup, ...]:
    """The groups of [theme_groups], in the order of the file. Raises PlanError."""
    return tuple(_group(entry(data, code, "theme_groups"), code) for code in data)


def themes_from(data: Mapping[str, Any], groups: Collection[str]) -> tuple[Theme, ...]:
    """The themes of [themes], in the order of the file; ``groups`` are the codes they may name. Raises PlanError."""
    return tuple(_theme(entry(data, code, "themes"), code, groups) for code in data)


def _group(group: Mapping[str, Any], code: str) -> ThemeGroup:
    section = f"theme_groups.{code}"
    label = sentence(group, "label", section, why="chaque groupe a un nom en français")
    return ThemeGroup(code, label, sentence(group, "description", section, why="dire ce qu’il réunit"))


def _theme(theme: Mapping[str, Any], code: str, groups: Collection[str]) -> Theme:
    section = f"themes.{code}"
    group = theme.get("group", "")
    if not isinstance(group, str) or (group and group not in groups):
        raise PlanError(f"« {section}.group » : « {group} » n’est pas un groupe de thèmes ([theme_groups]).")
    described = "description" in theme
    return Theme(
        code=code,
        label=sentence(theme, "label", section, why="chaque thème a un nom en français"),
        words=words(theme, "words", section),
        failure=truth(theme, "failure", section, unsaid=False),
        lexicon=truth(theme, "lexicon", section, unsaid=True),
        group=group,
        description=sentence(theme, "description", section, why="dire ce qu’il réunit") if described else "",
        examples=examples(theme, section, most=MOST_EXAMPLES) if "examples" in theme else (),
    )
