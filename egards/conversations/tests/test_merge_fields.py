"""Fields of saved replies: filled once, never expanded from what somebody else wrote."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egards.conversations.rules.merge_fields import FIELDS, Filled, Problem, check, fill
from egards.core.typography import faults

VALUES = {"prénom": "Zoé", "nom": "Martin", "marque": "Lindelle", "numéro": "1042"}


def test_it_works() -> None:
    text = "Bonjour {prénom},\n\nVotre conversation n° {numéro} est bien chez {marque}."
    filled = "Bonjour Zoé,\n\nVotre conversation n° 1042 est bien chez Lindelle."
    assert fill(text, VALUES) == Filled(filled, ())
    assert check(text) == []


@pytest.mark.parametrize(
    ("text", "values", "filled", "missing"),
    [
        ("Bonjour {prénom|vous}", {}, "Bonjour vous", ()),
        ("Bonjour {prénom|vous}", {"prénom": "Zoé"}, "Bonjour Zoé", ()),
        ("Bonjour {prénom|}", {}, "Bonjour ", ()),
        ("Bonjour {prénom|chère cliente, cher client}", {"prénom": ""}, "Bonjour chère cliente, cher client", ()),
        ("Bonjour {prénom}", {}, "Bonjour {prénom}", ("prénom",)),
        ("{nom} {prénom} {nom}", {}, "{nom} {prénom} {nom}", ("nom", "prénom")),
        ("{ prénom }", VALUES, "Zoé", ()),
        (unicodedata.normalize("NFD", "{prénom}"), VALUES, "Zoé", ()),
        ("{prénom}{nom}", VALUES, "ZoéMartin", ()),
        ("{{prénom}}", VALUES, "{Zoé}", ()),
        ("{prenom}", VALUES, "{prenom}", ()),
        ("{prénom.__class__}", VALUES, "{prénom.__class__}", ()),
        ("{0} {} %s $nom {% load x %}", VALUES, "{0} {} %s $nom {% load x %}", ()),
        ("{prénom\n}", VALUES, "{prénom\n}", ()),
        ("{prénom|a|b}", {}, "a|b", ()),
        ("sans champ", VALUES, "sans champ", ()),
        ("", VALUES, "", ()),
    ],
)
def test_a_text_is_filled(text: str, values: dict[str, str], filled: str, missing: tuple[str, ...]) -> None:
    assert fill(text, values) == Filled(filled, missing)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("Bonjour {prenom}", [Problem("prenom", 8, "{prénom}")]),
        ("Bonjour {Prénom}", [Problem("Prénom", 8, "{prénom}")]),
        ("{ telephone } et {equipe|nous}", [Problem("telephone", 0, "{téléphone}"), Problem("equipe", 17, "{équipe}")]),
        ("{commande}", [Problem("commande", 0, "")]),
        ("{}", [Problem("", 0, "")]),
        ("{first_name}", [Problem("first_name", 0, "")]),
        ("Bonjour {prénom, bienvenue", [Problem("prénom", 8, "{prénom}")]),
        ("Bonjour {prénom\n{nom}", [Problem("prénom", 8, "{prénom}")]),
        ("un sourire :-{ et un panier {ouvert", []),
        ("{prénom|vous} {lien} {promesse}", []),
    ],
)
def test_unknown_fields_are_refused_with_their_place(text: str, problems: list[Problem]) -> None:
    assert check(text) == problems


def test_a_problem_reads_as_a_sentence() -> None:
    sentence = check("{prenom}")[0].sentence
    assert sentence == "«\u202f{prenom}\u202f» n’est pas un champ connu. Vouliez-vous dire {prénom}\u202f?"
    assert check("{commande}")[0].sentence == "«\u202f{commande}\u202f» n’est pas un champ connu."


def test_every_field_is_explained() -> None:
    assert all(help_text.endswith(".") and faults(help_text) == [] for help_text in FIELDS.values())
    assert all(check(f"{{{name}}}") == [] for name in FIELDS)


pieces = st.sampled_from(["{", "}", "|", "\n", " ", "a", "é", *(f"{{{name}}}" for name in FIELDS)])
anything = st.lists(pieces, max_size=8).map("".join)


@given(values=st.dictionaries(st.sampled_from(list(FIELDS)), anything.filter(bool), min_size=len(FIELDS)))
def test_what_a_value_holds_is_never_expanded(values: dict[str, str]) -> None:
    """A customer may be called « {téléphone} »: the text is the house's words with the values as they are."""
    text = " – ".join(f"{{{name}}}" for name in FIELDS)
    assert fill(text, values).text == " – ".join(values[name] for name in FIELDS)


@given(name=anything.filter(bool), text=st.text(st.sampled_from("ab{}|\n ")))
def test_braces_that_are_no_field_stay(name: str, text: str) -> None:
    assert fill(text, {"prénom": name}) == Filled(text, ())
