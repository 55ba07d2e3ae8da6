"""What a conversation is about, until a person says it better."""

from __future__ import annotations

import pytest

from egards.conversations.actions.opening import _need


@pytest.mark.parametrize(
    ("subject", "text", "need"),
    [
        ("Ma table", "Bonjour, elle est fendue.", "Ma table"),
        ("", "Bonjour, il manque le sachet de vis. Merci.", "Il manque le sachet de vis"),
        ("", "Bonjour,\n\nOù est ma commande ? Je l’attends.", "Où est ma commande ?"),
        ("Re : ma table", "oui", "Ma table"),
        ("", "Bonsoir Madame, votre lampe clignote", "Votre lampe clignote"),
        ("", "Madame, Monsieur, bonjour, le carton était éventré.", "Le carton était éventré"),
        ("", "Mesdames, Messieurs,\n\nMon colis a quinze jours de retard.", "Mon colis a quinze jours de retard"),
        ("", "Bonjour à toute l'équipe !\nOù en est ma commande ?", "Où en est ma commande ?"),
        ("", "Bonjour l'equipe,\nLe four est froid", "Le four est froid"),
        ("", "Rehausse cassée sur le lit", "Rehausse cassée sur le lit"),
        ("", "Bonjour", ""),
        ("", "", ""),
    ],
)
def test_the_need_is_said_in_one_line(subject: str, text: str, need: str) -> None:
    assert _need(subject, text) == need
