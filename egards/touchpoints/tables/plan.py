"""How a table will be read: which column is what, on which scale, in which order the days are written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path

from ..inbound import Unreadable
from .columns import MEANINGS, Column, Profile, day_order, recognise, scale_of, shortened
from .source import Shape, column_names, first_rows, read_records, read_shape
from .values import plain_name, read_moment, read_score

SAMPLE_ROWS = 20_000
_ORDERS = {"dmy": "dmy", "mdy": "mdy", "jour": "dmy", "mois": "mdy", "fr": "dmy", "us": "mdy"}
_SCALE = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:-|:|à|to)\s*(\d+(?:[.,]\d+)?)\s*$")


@dataclass(frozen=True, slots=True)
class Plan:
    """The reading of one file. ``errors`` (French) must be empty before rows are read."""

    shape: Shape
    columns: tuple[Column, ...]
    scale: tuple[float, float] | None = None
    day_order: str = "dmy"
    day_order_why: str = ""
    errors: tuple[str, ...] = ()

    def column(self, meaning: str) -> str:
        """The name of the column with that meaning, or empty."""
        return next((column.name for column in self.columns if column.meaning == meaning), "")

    def describe(self) -> list[str]:
        """Lines for a dry run (French): each column, its meaning, how sure and why, three values."""
        lines = [_described_shape(self.shape)]
        for column in self.columns:
            meaning = MEANINGS.get(column.meaning, "gardée telle quelle")
            if column.meaning == "score" and self.scale:
                meaning += f" de {self.scale[0]:g} à {self.scale[1]:g}"
            sure = f"sûr à {column.confidence * 100:.0f}\u00a0%, " if column.meaning else ""
            why = column.why
            if column.meaning == "date" and self.day_order_why:
                why += f"\u202f; {self.day_order_why}"
            samples = " | ".join(column.samples) or "aucune valeur"
            lines.append(f"«\u202f{column.name}\u202f» → {meaning} ({sure}{why}). Exemples\u202f: {samples}")
        return lines + [f"Erreur\u202f: {error}" for error in self.errors]

    def to_json(self) -> str:
        """The part of the plan that reading one row needs, to go with the rows (``Meta.options["plan"]``)."""
        meanings = {column.meaning: column.name for column in self.columns if column.meaning}
        others = [column.name for column in self.columns if not column.meaning]
        return json.dumps(
            {"meanings": meanings, "others": others, "scale": self.scale, "day_order": self.day_order},
            ensure_ascii=False,
            sort_keys=True,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What ``Plan.to_json`` carries: enough to translate one row."""

    meanings: dict[str, str]
    others: tuple[str, ...]
    scale: tuple[float, float] | None
    day_order: str


@lru_cache(maxsize=32)
def reading_from_json(text: str) -> Reading:
    """Read back ``Plan.to_json``. Raises ``Unreadable`` when it is something else."""
    try:
        value = json.loads(text)
        scale = value["scale"]
        return Reading(
            {str(meaning): str(name) for meaning, name in value["meanings"].items()},
            tuple(map(str, value["others"])),
            (float(scale[0]), float(scale[1])) if scale else None,
            str(value["day_order"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise Unreadable("Le plan de lecture du tableau manque ou est abîmé.") from error


def understand(path: Path | str, overrides: dict[str, str] | None = None) -> Plan:
    """Recognise how a table is written and what its columns are.

    ``overrides`` go from a meaning (English key or French word) to a column name, or empty to leave it out; also
    ``scale`` (``1-5``) and ``day_order`` (``dmy``, ``mdy``). What is wrong in them is told in ``Plan.errors``. Raises
    ``Unreadable`` (French) when the file is no table that we read.
    """
    path = Path(path)
    shape = read_shape(path)
    if shape.kind != "jsonl":
        shape = replace(shape, has_header=_has_header(first_rows(path, shape, 50)))
    names = column_names(path, shape)
    if not names:
        raise Unreadable(f"{path.name}\u202f: aucune colonne n’a été trouvée.")
    profiles = _profiles(path, shape, names)
    columns, errors = _overridden(recognise(profiles), profiles, overrides or {})
    values = {profile.name: profile.values for profile in profiles}
    by_meaning = {column.meaning: column.name for column in columns if column.meaning}
    scale = None
    if "score" in by_meaning:
        scale = scale_of(Profile(by_meaning["score"], values[by_meaning["score"]]))
    order, why = day_order(values[by_meaning["date"]]) if "date" in by_meaning else ("dmy", "")
    plan = Plan(shape, tuple(columns), scale, order, why, tuple(errors))
    plan = _with_settings(plan, overrides or {})
    if not plan.column("text") and not plan.column("score"):
        missing = "ni texte ni note reconnus\u202f: dites lesquels, par exemple text=Commentaire ou score=Note"
        plan = replace(plan, errors=(*plan.errors, missing))
    if plan.column("score") and plan.scale is None:
        unknown = "l’échelle des notes est inconnue\u202f: dites-la, par exemple scale=1-5"
        plan = replace(plan, errors=(*plan.errors, unknown))
    return plan


def _profiles(path: Path, shape: Shape, names: tuple[str, ...]) -> list[Profile]:
    values: dict[str, list[str]] = {name: [] for name in names}
    for record in islice(read_records(path, shape, names), SAMPLE_ROWS):
        if not record.error:
            for name, cell in record.cells.items():
                if name in values and (stripped := cell.strip()):
                    values[name].append(stripped[:500])
    return [Profile(name, values[name]) for name in names]


def _has_header(rows: list[list[str]]) -> bool:
    """Whether the first row names the columns: known names, or words over another kind of values."""
    if not rows:
        return False
    head, body = rows[0], rows[1:]
    if any(map(_looks_like_a_value, head)):
        return False
    if _known_names(head):
        return True
    if any(len(cell) > 60 for cell in head) or len(set(map(plain_name, head))) < len(head):
        return False
    for place in range(len(head)):
        below = [row[place] for row in body if place < len(row) and row[place].strip()]
        if below and sum(map(_looks_like_a_value, below)) > 0.7 * len(below):
            return True
        if below and sum(map(len, below)) / len(below) > 2 * len(head[place]) + 20:
            return True
    return False


def _looks_like_a_value(cell: str) -> bool:
    """A number, a date or an address: what names of columns hardly ever are."""
    return bool(read_score(cell) or read_moment(cell) or "@" in cell)


def _known_names(cells: list[str]) -> list[str]:
    """The cells that are wholly names of columns that we know."""
    return [cell for cell in cells if cell.strip() and recognise([Profile(cell, [])])[0].confidence >= 0.8]


def _overridden(
    columns: list[Column], profiles: list[Profile], overrides: dict[str, str]
) -> tuple[list[Column], list[str]]:
    errors: list[str] = []
    by_plain = {plain_name(profile.name): profile.name for profile in profiles}
    for given, wanted in overrides.items():
        if given in ("scale", "day_order"):
            continue
        meaning = _meaning(given)
        if not meaning:
            errors.append(f"«\u202f{given}\u202f» n’est pas un sens connu (connus\u202f: {', '.join(MEANINGS)})")
            continue
        name = by_plain.get(plain_name(wanted), "") if plain_name(wanted) else ""
        if wanted and not name:
            known = ", ".join(shortened(profile.name) for profile in profiles[:30])
            errors.append(f"la colonne «\u202f{wanted}\u202f» n’existe pas (colonnes\u202f: {known})")
            continue
        columns = [_remapped(column, meaning, name) for column in columns]
    return columns, errors


def _remapped(column: Column, meaning: str, name: str) -> Column:
    if column.name == name:
        return replace(column, meaning=meaning, confidence=1.0, why="demandé")
    if column.meaning == meaning:
        return replace(column, meaning="", confidence=0.0, why="laissée de côté à votre demande")
    return column


def _meaning(given: str) -> str:
    wanted = plain_name(given)
    return next((key for key, french in MEANINGS.items() if wanted in (plain_name(key), plain_name(french))), "")


def _with_settings(plan: Plan, overrides: dict[str, str]) -> Plan:
    if "day_order" in overrides:
        order = _ORDERS.get(overrides["day_order"].strip().lower())
        if order is None:
            plan = replace(
                plan, errors=(*plan.errors, "day_order\u202f: dmy (jour/mois) ou mdy (mois/jour) est attendu")
            )
        else:
            plan = replace(plan, day_order=order, day_order_why="ordre demandé")
    if "scale" in overrides:
        said = _SCALE.match(overrides["scale"])
        low, high = (float(said[1].replace(",", ".")), float(said[2].replace(",", "."))) if said else (0.0, 0.0)
        if low >= high:
            return replace(plan, errors=(*plan.errors, "scale\u202f: une échelle comme 1-5 ou 0-10 est attendue"))
        plan = replace(plan, scale=(low, high))
    return plan


def _described_shape(shape: Shape) -> str:
    if shape.kind == "xlsx":
        return f"Classeur Excel, feuille «\u202f{shape.sheet}\u202f»."
    if shape.kind == "jsonl":
        return f"Lignes JSON, encodage {shape.encoding}."
    delimiter = {"\t": "tabulation", "\x1f": "aucun (une seule colonne)"}.get(shape.delimiter, shape.delimiter)
    header = "avec" if shape.has_header else "sans"
    return f"Fichier CSV, encodage {shape.encoding}, séparateur\u202f: {delimiter}, {header} ligne d’en-tête."
