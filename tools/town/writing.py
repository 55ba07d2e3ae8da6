"""Writes the page: the table, then what was missed, told plainly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tools.town.rows import Row

SCREENS = {
    "pouls": "Le pouls (`/pouls/`)",
    "client": "La page d’un client (`/clients/…/`)",
    "conversation": "La page d’une conversation (`/conversations/…/`)",
    "mots": "Chaque mot (`/echanges/`, lu par l’API)",
}


def written(rows: Sequence[Row], facts: Mapping[str, str], more: Sequence[str]) -> str:
    """Return the page."""
    right = sum(row.is_right for row in rows)
    lines = [
        "# Les écrans disent-ils vrai ?",
        "",
        "Une ville inventée vit contre un Égards en marche : ses clients écrivent par HTTP et par e-mail, ses",
        "conseillers répondent par les formulaires de l’espace de travail, les lettres partent par SMTP vers un relais",
        "local, et la ville avance l’heure de la maison. Elle sait ce qui s’est passé ; ce que les écrans montrent est",
        "comparé à sa vérité, comptée à partir de son seul plan (`tools/town/truth.py`), sans une fonction d’Égards.",
        "",
        '`make town` refait tout ; `make town ARGS="--size 300 --days 30"` fait une ville plus petite.',
        "",
        *(f"- {name} : {value}" for name, value in facts.items()),
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
    return "\n".join([*lines, *more])


def tone_lines(table: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The confusion of tones, as a table."""
    shown = ("mécontent", "neutre", "ambigu", "content")
    lines = [
        "## Les tonalités, vraies et montrées",
        "",
        "| vrai / montré | " + " | ".join(shown) + " |",
        "|---|---:|---:|---:|---:|",
    ]
    for true in ("mécontent", "neutre", "content"):
        row = table.get(true, {})
        lines.append(f"| {true} | " + " | ".join(str(row.get(name, 0)) for name in shown) + " |")
    return [*lines, ""]


def missed_lines(rows: Sequence[Row], table: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What was missed, in sentences: each with its figures, and why as far as it is known."""
    told = [
        _of_unhappy(table.get("mécontent", {})),
        *(f"{row.figure[:1].upper()}{row.figure[1:]} : {row.shown}." for row in rows if _is_short(row)),
        "Un intervalle compte le hasard du tirage, pas l’erreur de lecture : là où elle penche, il penche avec elle.",
        *(f"« {row.figure.partition(' : ')[2]} » : {row.true}, {row.shown}." for row in rows if _is_cause(row)),
        "Deux personnes qui partagent une adresse sont un client ; une personne qui en a deux en est deux, tant que"
        " rien ne les relie : Égards ne colle personne sans preuve, et propose la ressemblance.",
    ]
    exact = [row.figure for row in rows if row.is_right]
    return [
        "## Ce qui manque, dit simplement",
        "",
        *(f"- {one}" for one in told if one),
        "",
        f"Justes : {len(exact)}.",
        "",
    ]


def _of_unhappy(row: Mapping[str, int]) -> str:
    n = sum(row.values())
    if not n:
        return ""
    parts = ", ".join(
        f"{round(100 * row.get(name, 0) / n)} {name}s" for name in ("mécontent", "ambigu", "neutre", "content")
    )
    return f"De 100 mots mécontents, la lecture en montre {parts}."


def _is_short(row: Row) -> bool:
    return row.figure.startswith("intervalle à 95 %") and not row.is_right


def _is_cause(row: Row) -> bool:
    return row.figure.startswith("ce qui monte : ")
