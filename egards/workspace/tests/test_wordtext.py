"""How a word is cut for its page: what is said, what is quoted, what weighed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egards.workspace.wordtext import Block, Mark, Piece, blocks, excerpt

ANSWER = "Bonsoir,\n\nJe n’ai rien reçu.\n\nLe 18 nov. 2026, Camille a écrit :\n> Bonjour,\n>\n> votre table arrive.\n"


def said(found: list[Block]) -> list[str]:
    return ["".join(piece.text for piece in paragraph) for block in found for paragraph in block.paragraphs]


def test_it_works() -> None:
    own, quoted = blocks(ANSWER)
    assert said([own]) == ["Bonsoir,", "Je n’ai rien reçu."]
    assert quoted.is_quoted
    assert said([quoted]) == ["Le 18 nov. 2026, Camille a écrit\u00a0:\nBonjour,", "votre table arrive."]


def test_an_answer_between_two_quotes_stays_said() -> None:
    found = blocks("> Quand ?\nMardi.\n> Où ?\nChez moi.\n")
    assert [(b.is_quoted, said([b])) for b in found] == [
        (True, ["Quand\u00a0?"]), (False, ["Mardi."]), (True, ["Où\u00a0?"]), (False, ["Chez moi."]),
    ]  # fmt: skip


def test_lines_that_a_mailer_cut_become_one_and_those_of_the_author_stay() -> None:
    cut = "Mon canapé est arrivé avec une teinte bien plus foncée que\nsur le site, je le rends.\nHervé\n02 40 12 34 56"
    kept = "Mon canapé est arrivé avec une teinte bien plus foncée que sur le site, je le rends.\nHervé\n"
    (paragraph,) = said(blocks(cut))
    assert paragraph == kept + "02\u00a040\u00a012\u00a034\u00a056"


def test_a_text_that_no_mailer_cut_keeps_every_line() -> None:
    long = "J’ai pris ma journée pour rien, et personne n’est venu, ni le matin, ni l’après-midi, ni le soir."
    assert said(blocks(f"{long}\nOdile")) == [f"{long}\nOdile"]


def test_no_line_begins_with_a_sign_nor_breaks_a_number() -> None:
    assert said(blocks("n° 88 412 : 1 284,00 € « sûr » ?")) == [
        "n°\u00a088\u00a0412\u00a0: 1\u00a0284,00\u00a0€ «\u00a0sûr\u00a0»\u00a0?"
    ]


def test_a_sentence_that_only_looks_like_an_announcement_stays_said() -> None:
    (own,) = blocks("Le livreur a écrit :\nabsent")
    assert not own.is_quoted


def test_passages_that_weighed_are_marked_in_place() -> None:
    (own,) = blocks("Vendeuse adorable, colis perdu.", [Mark(9, 17, "pos"), Mark(25, 30, "neg")])
    assert own.paragraphs[0] == (
        Piece("Vendeuse "), Piece("adorable", "pos"), Piece(", colis "), Piece("perdu", "neg"), Piece("."),
    )  # fmt: skip


def test_marks_that_overlap_do_not_repeat_words() -> None:
    (own,) = blocks("jamais content", [Mark(0, 14, "neg"), Mark(7, 14, "pos")])
    assert own.paragraphs[0] == (Piece("jamais content", "neg"),)


@given(
    st.text(alphabet="ab >\n\r\té😀:", max_size=200),
    st.lists(st.tuples(st.integers(-5, 220), st.integers(-5, 220)), max_size=8),
)
def test_no_character_that_was_said_is_lost_or_written_twice(text: str, spans: list[tuple[int, int]]) -> None:
    found = blocks(text, [Mark(max(a, 0), b, "neg") for a, b in spans])
    shown = "".join(said(found))
    assert [c for c in shown if not c.isspace() and c != ">"] == [c for c in text if not c.isspace() and c != ">"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANSWER, "Bonsoir, Je n’ai rien reçu."),
        ("> seulement cité", "> seulement cité"),
        ("", ""),
        ("mot " * 200, "mot " * 78 + "mot…"),
    ],
)
def test_an_excerpt_begins_with_what_was_said(text: str, expected: str) -> None:
    assert excerpt(text) == expected


@pytest.mark.parametrize(
    "copied",
    [
        "De : Boutique <contact@boutique.example>\nEnvoyé : lundi 23 novembre\nÀ : Odile\nObjet : Table\n\nBonjour.",
        "-----Ursprüngliche Nachricht-----\nVon: Boutique\nGesendet: Montag\nAn: Odile\n\nGuten Tag.",
        "El lun, 23 nov 2026 a las 9:12, Boutique (<contact@boutique.example>)\nescribió:\n\n> Hola",
    ],
)
def test_what_a_program_copied_is_folded_also_without_signs(copied: str) -> None:
    own, quoted = blocks(f"Je n’ai rien reçu.\n\nOdile\n\n{copied}\n")
    assert said([own]) == ["Je n’ai rien reçu.", "Odile"]
    assert (own.is_quoted, quoted.is_quoted) == (False, True)
