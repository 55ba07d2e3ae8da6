"""What is hidden before a customer's sentence is shown."""

from __future__ import annotations

import pytest

from egards.bilan.masking import holes, masked
from egards.bilan.quotes import LONGEST, SHORTEST, quotes, usual_words
from egards.bilan.words import Word
from egards.understanding.engines.lexicon import load_engine
from egards.understanding.reading import Text

SAID = "Le livreur de Rennes, Gontran, a jeté mon colis, c’est inadmissible. Ma commande 448812 attend. Adèle Vauquelin"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("écrivez à adele@a.example vite", "écrivez à […] vite"),
        ("appelez le 06 39 98 12 34 demain", "appelez le […] demain"),
        ("j’habite 12 rue des Lilas, au fond", "j’habite […], au fond"),
        ("ma commande CX-44812 est perdue", "ma commande […] est perdue"),
        ("Bonjour Gontran, rien ne va", "Bonjour […], rien ne va"),
        ("Gontran a raccroché", "[…] a raccroché"),
        ("c’est madame vauquelin qui écrit", "c’est madame […] qui écrit"),
        ("vu avec Mme Ozanne et M. Le Goff hier", "vu avec […] et […] hier"),
        ("voyez https://a.example/moi", "voyez […]"),
        ("mon IBAN FR76 3000 6000 0112 3456 7890 189 est faux", "mon […] est faux"),
        ("Votre SAV ne répond pas depuis 3 semaines.", "Votre SAV ne répond pas depuis 3 semaines."),
    ],
)
def test_people_are_hidden(text: str, shown: str) -> None:
    assert masked(text, names={"vauquelin"}, usual=frozenset()) == shown


def test_what_several_people_write_small_is_no_name() -> None:
    words = [Word("customer", str(i), author=f"{i}@x", text="une table fendue") for i in range(3)]
    assert "fendue" in usual_words(words)
    assert masked("Fendue. Table cassée.", names=(), usual=usual_words(words)) == "Fendue. Table cassée."


def test_a_quote_is_a_whole_sentence_of_an_unhappy_word_masked() -> None:
    reading = load_engine().read([Text(SAID)])[0]
    word = Word("customer", "k", author="adele@a.example", names=("Adèle Vauquelin",), text=SAID, reading=reading)
    (quote,) = quotes([word], ["delivery"])
    assert quote.text == "Le livreur de […], a jeté mon colis, c’est inadmissible."
    assert SHORTEST <= len(quote.text) <= LONGEST
    assert holes(quote.text) == 1


def test_one_person_is_quoted_once() -> None:
    text = "Livraison en retard, c’est inadmissible. La facture est fausse, c’est scandaleux."
    word = Word("customer", "k", author="a@a.example", text=text, reading=load_engine().read([Text(text)])[0])
    assert len(quotes([word], ["delivery", "invoice"])) == 1
