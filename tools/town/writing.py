"""Writes the page: the table, then what was missed, told plainly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.benchmarks.report import commit, machine
from tools.town.rows import Row

SCREENS = {
    "pouls": "Le pouls (`/pouls/`)",
    "client": "La page d’un client (`/clients/…/`)",
    "conversation": "La page d’une conversation (`/conversations/…/`)",
    "mots": "Chaque mot (`/echanges/`, lu par l’API)",
}


def written(rows: Sequence[Row], facts: Mapping[str, str], confusion: str) -> str:
    """Return the page."""
    right = sum(row.is_right for row in rows)
    lines = [
        "# Les écrans disent-ils vrai ?",
        "",
        "Une ville inventée vit contre un Égards en marche : ses clients écrivent par HTTP et par courriel, ses",
        "conseillers répondent par les formulaires de l’espace de travail, les lettres partent par SMTP vers un relais",
        "local, et la ville avance l’heure de la maison. Elle sait ce qui s’est passé ; ce que les écrans montrent est",
        "comparé à sa vérité, comptée à partir de son seul plan (`tools/town/truth.py`), sans aucune fonction d’Égards.",
        "",
        '`make town` refait tout ; `make town ARGS="--size 300 --days 30"` fait une ville plus petite.',
        "",
        *(f"- {name} : {value}" for name, value in {**facts, "Commit": commit(), "Machine": machine()}.items()),
        f"- {right} lignes justes sur {len(rows)}",
        "",
    ]
    for screen, title in SCREENS.items():
        those = [row for row in rows if row.screen == screen]
        lines += [f"## {title}", "", "| Chiffre | Vrai | Montré | Écart |", "|---|---:|---:|---|"]
        lines += [
            f"| {row.figure} | {row.true} | {row.shown} | {'' if row.is_right else '**'}{row.error}{'' if row.is_right else '**'}{f' ({row.note})' if row.note else ''} |"  # noqa: E501
            for row in those
        ]
        lines.append("")
    return "\n".join([*lines, confusion])


def tone_lines(table: Mapping[str, Mapping[str, int]]) -> str:
    """The confusion of tones, as a table."""
    shown = ("mécontent", "neutre", "ambigu", "content")
    lines = [
        "## Les tonalités, vraies et montrées",
        "",
        "| Vrai \\\\ montré | " + " | ".join(shown) + " |",
        "|---|---:|---:|---:|---:|",
    ]
    for true in ("mécontent", "neutre", "content"):
        row = table.get(true, {})
        lines.append(f"| {true} | " + " | ".join(str(row.get(name, 0)) for name in shown) + " |")
    return "\n".join([*lines, ""])
