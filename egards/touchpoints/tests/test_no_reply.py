"""Nothing of ours says « do not reply »: addresses, names, subjects, sentences."""

from __future__ import annotations

import pytest

from egards.touchpoints.no_reply import invites_silence


@pytest.mark.parametrize(
    "value",
    [
        "no-reply@lindelle.example",
        "noreply@lindelle.example",
        "No.Reply@lindelle.example",
        "info-noreply@lindelle.example",
        "NO_REPLY@lindelle.example",
        "donotreply@lindelle.example",
        "do-not-reply@lindelle.example",
        "ne-pas-repondre@lindelle.example",
        "nepasrepondre@lindelle.example",
        "Ne_Pas_Répondre@lindelle.example",
        "sans-reponse@lindelle.example",
        "pasdereponse@lindelle.example",
        "Lindelle (no-reply)",
        "Merci de ne pas répondre à ce message.",
        "Ceci est un message automatique, merci de ne pas y répondre.",
        "Veuillez ne pas répondre.",
        "Prière de ne pas répondre à ce courriel",
        "Nous vous invitons à ne pas répondre directement à ce mail.",
        "Vous pouvez ne pas répondre à cet e-mail",
        "Ne répondez pas à ce message",
        "Ne pas répondre",
        "[Ne pas répondre] Votre commande",
        "Merci de ne\npas répondre à ce message",
        "Inutile de répondre à ce message.",
        "Vous ne pouvez pas répondre à ce message.",
        "Aucune réponse ne sera lue.",
        "Please do not reply.",
        "Cet envoi est automatique, n’y répondez pas.",
        "Cette adresse n’est pas relevée.",
        "Cette boîte, hélas, n’est pas consultée",
        "Les réponses envoyées ici ne seront pas lues.",
        "Votre réponse à ce message ne sera pas traitée",
        "Please do not reply to this email.",
        "Don't reply directly to this message",
        "This mailbox is not monitored.",
        "You wrote to an unmonitored address",
    ],
)
def test_what_invites_silence_is_found(value: str) -> None:
    assert invites_silence(value)


@pytest.mark.parametrize(
    "value",
    [
        "bonjour@lindelle.example",
        "service.clients@lindelle.example",
        "reply@lindelle.example",
        "reno-replybox@lindelle.example",
        "casinoreply@lindelle.example",
        "Répondez simplement à ce message.",
        "Si vous ne répondez pas à ce message sous huit jours, nous vous rappelons.",
        "L’adresse de livraison n’est pas lue par le transporteur.",
        "Pardon de ne pas vous avoir répondu plus tôt.",
        "Nous avons mis trop longtemps à répondre, et ce n’est pas normal.",
        "Vous pouvez choisir de ne pas répondre à cette question.",
        "Votre adresse n’est pas desservie par ce transporteur.",
        "Merci de votre patience. Ne rien faire suffit.",
        "",
    ],
)
def test_what_asks_for_an_answer_goes_through(value: str) -> None:
    assert not invites_silence(value)
