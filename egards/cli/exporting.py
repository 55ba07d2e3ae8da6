"""``egards export``: a person's own copy of everything: JSON and CSV for machines, one page to read, their files."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.html import escape

from egards.cli.forgetting import erasable_places
from egards.core.clock import now
from egards.core.forget import ErasablePlace, Person

Rows = Sequence[Mapping[str, object]]


class ExportRefused(Exception):
    """The copy cannot be written, and why."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What the copy holds."""

    path: Path
    rows: dict[str, int]
    files: int


def export_person(person: Person, target: Path, *, progress: Callable[[str], None] = lambda sentence: None) -> Exported:
    """Write the person's copy into ``target`` (``.zip``), readable by its owner only; all of it or nothing."""
    if target.exists():
        raise ExportRefused(f"{target} existe déjà : donnez un autre nom.")
    if not target.parent.is_dir():
        raise ExportRefused(f"Le dossier {target.parent} n’existe pas.")
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                exported = _fill(archive, person, progress)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return Exported(target, *exported)


def readable_page(given: Mapping[str, tuple[str, Rows]], *, files: Sequence[str]) -> str:
    """Return one French page with everything, for somebody who has only a browser."""
    sections = "".join(_section(title or name, rows) for name, (title, rows) in given.items() if rows)
    listed = "".join(f'<li><a href="{escape(name)}">{escape(name)}</a></li>' for name in files)
    return (
        '<!doctype html><html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>Vos données</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>Vos données</h1>"
        f"<p>Copie faite le {now():%d/%m/%Y} : tout ce que nous savons de vous, nos notes et nos lectures "
        "automatiques comprises (article 15 du RGPD). Les mêmes lignes sont dans <code>donnees.json</code> et dans "
        "le dossier <code>csv</code>. Ce qui touche d’autres personnes n’y est pas.</p>"
        f"{sections}<h2>Vos fichiers</h2><ul>{listed or '<li>Aucun.</li>'}</ul></main></body></html>"
    )


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0;color:#1d1b19;background:#fff}"
    "main{max-width:60rem;margin:0 auto;padding:1.5rem}h2{margin-top:2.5rem}"
    "article{border-top:1px solid #ccc;padding:.75rem 0}dl{display:grid;grid-template-columns:11rem 1fr;"
    "gap:.25rem 1rem;margin:0}dt{color:#5c5751}dd{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}"
    "@media(max-width:40rem){dl{display:block}dd{margin-bottom:.5rem}}"
)
#: Field → how it is called on the page. A field without a name here is shown under its own.
_LABELS = {
    "ambiguous": "ambigu",
    "at": "le",
    "content_type": "type",
    "customer": "numéro de client",
    "direction": "sens",
    "ended_at": "jusqu’au",
    "engine": "lu par",
    "facts": "précisions reçues",
    "file": "fichier",
    "handle": "adresse",
    "happened_at": "dit le",
    "html": "version HTML",
    "intents": "intentions",
    "interaction": "numéro de l’échange",
    "is_ambiguous": "ambigu",
    "is_current": "lecture en cours",
    "is_shared": "adresse partagée",
    "kind": "sorte",
    "known_since": "connu depuis",
    "language": "langue",
    "margin": "sûreté de la lecture",
    "merged_into": "réuni au client",
    "name": "nom",
    "place": "lieu",
    "polarity": "ton, de −2 à +2",
    "problems": "difficultés de lecture",
    "product": "produit",
    "proof": "preuve",
    "reasons": "raisons de la lecture",
    "received_at": "reçu le",
    "ref": "renvoi",
    "scale": "échelle",
    "score": "note",
    "subject": "objet",
    "text": "texte",
    "themes": "thèmes",
    "touchpoint": "point de contact",
    "urgency": "urgence",
    "value": "valeur",
    "you": "vous y étiez",
}


def _fill(archive: zipfile.ZipFile, person: Person, progress: Callable[[str], None]) -> tuple[dict[str, int], int]:
    given: dict[str, tuple[str, Rows]] = {}
    names: list[str] = []
    for place in reversed(erasable_places()):
        progress(f"Copie : {place.name}…")
        given[place.name] = (place.title, place.export(person))
        names += _add_files(archive, place, person)
    data = {name: list(rows) for name, (_title, rows) in given.items() if rows}
    archive.writestr("donnees.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
    for name, rows in data.items():
        archive.writestr(f"csv/{name.replace(':', '-')}.csv", _csv(rows))
    archive.writestr("LISEZ-MOI.html", readable_page(given, files=names))
    return {name: len(rows) for name, rows in data.items()}, len(names)


def _add_files(archive: zipfile.ZipFile, place: ErasablePlace, person: Person) -> list[str]:
    names = []
    for file in place.files(person) if place.files else ():
        archive.writestr(file.name, file.read())
        names.append(file.name)
    return names


def _section(title: str, rows: Rows) -> str:
    return f"<h2>{escape(title)}</h2>" + "".join(f"<article><dl>{_fields(row)}</dl></article>" for row in rows)


def _fields(row: Mapping[str, object]) -> str:
    shown = [(key, value) for key, value in row.items() if value not in (None, "", [], {}) and key != "html"]
    return "".join(f"<dt>{escape(_LABELS.get(key, key))}</dt><dd>{escape(_plain(value))}</dd>" for key, value in shown)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _csv(rows: Rows) -> str:
    fields = list(dict.fromkeys(key for row in rows for key in row))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(fields)
    writer.writerows([_cell(row.get(key)) for key in fields] for row in rows)
    return "\ufeff" + out.getvalue()


def _cell(value: object) -> str:
    """A spreadsheet runs what begins like a formula; telephone numbers are left as they are."""
    text = "" if value is None else _plain(value)
    is_formula = text[:1] in ("=", "@", "\t", "\r") or (text[:1] in ("+", "-") and not text[1:2].isdigit())
    return f"'{text}" if is_formula else text
