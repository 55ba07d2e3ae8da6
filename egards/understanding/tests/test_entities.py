"""What a text names: kinds, places, and nothing personal shown whole."""

from __future__ import annotations

import pytest

from egards.understanding.engines.entities import find_entities, mask
from egards.understanding.engines.plan import load_plan
from egards.understanding.reading import Span

PATTERNS = load_plan().patterns


def found(text: str) -> list[tuple[str, str]]:
    return [(entity.kind, text[entity.span.start : entity.span.end]) for entity in find_entities(text, PATTERNS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("le 12 mars 2026 au matin", [("date", "12 mars 2026")]),
        ("reçu mardi 3 février", [("date", "mardi 3 février")]),
        ("livré le 04/11/2026.", [("date", "04/11/2026")]),
        ("depuis le 2026-11-04", [("date", "2026-11-04")]),
        ("débité de 1 249,90 € hier", [("amount", "1 249,90 €")]),
        ("il manque 12 euros", [("amount", "12 euros")]),
        ("commande n° AB-12345 perdue", [("order", "AB-12345")]),
        ("ma commande 2026-00417", [("order", "2026-00417")]),
        ("facture #F20931", [("order", "F20931")]),
        ("au 06 12 34 56 78 après 18 h", [("phone", "06 12 34 56 78")]),
        ("call +44 20 7946 0958", [("phone", "+44 20 7946 0958")]),
        ("à jean.dupont@exemple.fr, merci", [("email", "jean.dupont@exemple.fr")]),
        ("IBAN FR14 2004 1010 0505 0001 3M02 606", [("iban", "FR14 2004 1010 0505 0001 3M02 606")]),
        ("carte 4111 1111 1111 1111", [("card", "4111 1111 1111 1111")]),
    ],
)
def test_it_finds(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "IBAN FR15 2004 1010 0505 0001 3M02 606",  # wrong key
        "carte 4111 1111 1111 1112",  # wrong key
        "ma commande est arrivée",
        "noté 4,5 sur 5",
        "ouvert 24/7",
        "3 semaines d’attente",
    ],
)
def test_it_does_not_find(text: str) -> None:
    assert found(text) == []


def test_what_is_personal_is_masked() -> None:
    text = "jean@exemple.fr ou 06 12 34 56 78, 45 €"
    entities = find_entities(text, PATTERNS)
    assert [entity.masked for entity in entities] == ["j•••@exemple.fr", "•••• 78", "45 €"]
    assert mask(text, entities, Span(0, len(text))) == "j•••@exemple.fr ou •••• 78, 45 €"


def test_a_passage_that_begins_inside_a_datum_shows_nothing_of_it() -> None:
    text = "jean@exemple.fr est là"
    assert "jean" not in mask(text, find_entities(text, PATTERNS), Span(2, 22))
