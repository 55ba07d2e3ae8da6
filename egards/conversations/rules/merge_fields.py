"""Fields of saved replies: `{prénom}`, or `{prénom|vous}` with what to write when we do not know.

Not a template engine: one pass of one regular expression puts values in the place of names. What a value holds is never
looked at again, so that a customer called « {téléphone} » stays so. Call ``fill`` once, on the text of the house.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from egards.core.text import plain

#: What may be written between braces, and what it stands for.
FIELDS: Final[Mapping[str, str]] = {
    "prénom": "Le prénom du client.",
    "nom": "Le nom du client.",
    "client": "Le client, comme nous l’appelons\u202f: prénom et nom, ou ce que nous en savons.",
    "numéro": "Le numéro de la conversation.",
    "moi": "Votre prénom et votre nom.",
    "équipe": "Le nom de votre équipe.",
    "téléphone": "Le numéro où le client peut nous appeler.",
    "marque": "Le nom de la marque.",
    "lien": "L’adresse de la page de suivi du client.",
    "promesse": "Le jour et l’heure de la prochaine promesse faite au client.",
}

_FIELD = re.compile(r"\{(?P<name>[^{}|\n]*)(?:\|(?P<otherwise>[^{}\n]*))?\}")
_UNCLOSED = re.compile(r"\{[ \t]*(?P<name>\w+)(?![^{}\n]*\})")


@dataclass(frozen=True, slots=True)
class Problem:
    """A field that would not be filled: what is between its braces, where its brace opens, what was probably meant."""

    field: str
    start: int
    suggestion: str

    @property
    def sentence(self) -> str:
        """Say it to who wrote the text."""
        meant = f" Vouliez-vous dire {self.suggestion}\u202f?" if self.suggestion else ""
        return f"«\u202f{{{self.field}}}\u202f» n’est pas un champ connu.{meant}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its values, and the known fields that had neither value nor fallback; those stay as written."""

    text: str
    missing: tuple[str, ...]


def check(text: str) -> list[Problem]:
    """Return the fields of a text that are unknown or whose brace is not closed, in order."""
    unknown = [
        Problem(match["name"].strip(), match.start(), _meant(match["name"]))
        for match in _FIELD.finditer(text)
        if _known(match["name"]) is None
    ]
    unclosed = [
        Problem(match["name"], match.start(), meant)
        for match in _UNCLOSED.finditer(text)
        if (meant := _meant(match["name"]))
    ]
    return sorted([*unknown, *unclosed], key=lambda problem: problem.start)


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Return a text with the values of its fields (keys as in ``FIELDS``); an empty value is none.

    Unknown fields are left as written: ``check`` refuses them when the reply is saved.
    """
    missing: dict[str, None] = {}

    def value(match: re.Match[str]) -> str:
        name = _known(match["name"])
        if name is None:
            return match[0]
        if found := values.get(name, ""):
            return found
        if match["otherwise"] is not None:
            return match["otherwise"]
        missing[name] = None
        return match[0]

    return Filled(_FIELD.sub(value, text), tuple(missing))


def _known(written: str) -> str | None:
    """Composed or not (macOS writes é in two characters), with spaces around or not."""
    name = unicodedata.normalize("NFC", written).strip()
    return name if name in FIELDS else None


def _meant(written: str) -> str:
    bare = {plain(name): name for name in FIELDS}
    close = get_close_matches(plain(written), bare, n=1, cutoff=0.75)
    return f"{{{bare[close[0]]}}}" if close else ""
