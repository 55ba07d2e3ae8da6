"""What a note should do without: what is found, what is let pass, what is refused. Every number here is made up."""

from __future__ import annotations

import random
import time
import tomllib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egards.conversations.rules.note_hints import PACK, WORDS, hints
from egards.conversations.rules.secret_numbers import luhn
from egards.core.text import plain
from egards.core.typography import faults


def found(text: str) -> list[tuple[str, str]]:
    """Return what is found: its code and its words."""
    return [(hint.code, text[hint.start : hint.end]) for hint in hints(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Client en instance de divorce, à ménager.", [("family", "divorce")]),
        ("Cliente au chômage.", [("money", "au chômage")]),
        ("Il a pété un plomb au téléphone.", [("temper", "pété un plomb")]),
        ("A PÉTÉ LES PLOMBS", [("temper", "PÉTÉ LES PLOMBS")]),
        ("Quel con !", [("insult", "con")]),
        ("Vraiment une cliente pénible", [("insult", "cliente pénible")]),
        ("client de mauvaise foi", [("insult", "mauvaise foi")]),
        ("Monsieur est complètement fou", [("insult", "Monsieur est complètement fou")]),
        ("hystérique, menteuse", [("insult", "hystérique"), ("insult", "menteuse")]),
        ("Son fils est malade, rappeler lundi.", [("health", "malade")]),
        ("Mme Martin a un cancer", [("health", "cancer")]),
        ("patient séropositif", [("health", "séropositif")]),
        ("personne handicapée", [("health", "handicapée")]),
        ("Elle est enceinte de six mois", [("health", "Elle est enceinte")]),
        ("fait une dépression nerveuse", [("health", "dépression nerveuse")]),
        ("A fait un burn-out", [("health", "burn-out")]),
        ("Cliente musulmane", [("religion", "Cliente musulmane")]),
        ("M. Benali est musulman", [("religion", "M. Benali est musulman")]),
        ("Famille juive, pas le samedi", [("religion", "Famille juive")]),
        ("témoin de Jéhovah", [("religion", "témoin de Jéhovah")]),
        ("C’est un gauchiste", [("politics", "gauchiste")]),
        ("client d’extrême droite", [("politics", "extrême droite")]),
        ("délégué syndical à la CGT", [("union", "délégué syndical"), ("union", "CGT")]),
        ("elle est lesbienne", [("sex_life", "lesbienne")]),
        ("le client est gay", [("sex_life", "client est gay")]),
        ("sort de prison", [("offence", "sort de prison")]),
        ("un voleur, déjà signalé", [("offence", "voleur")]),
        ("d’origine maghrébine", [("origin", "d’origine maghrébine")]),
        ("parle avec un fort accent", [("origin", "fort accent")]),
        ("C'est un arabe", [("origin", "C'est un arabe")]),
        ("interdit bancaire et surendettée", [("money", "interdit bancaire"), ("money", "surendettée")]),
        ("un cas social", [("money", "cas social")]),
        ("veuve, vit seule", [("family", "veuve"), ("family", "vit seule")]),
        (unicodedata.normalize("NFD", "client chômeur"), [("money", unicodedata.normalize("NFD", "chômeur"))]),
        ("client\u00a0au\u202fchômage", [("money", "au\u202fchômage")]),
        ("Sœur malade – œdème", [("health", "malade")]),
    ],
)
def test_words_a_note_should_do_without(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected
    assert not any(hint.blocks for hint in hints(text))


@pytest.mark.parametrize(
    "text",
    [
        "Demande une lampe de chevet musulmane, motif moucharabieh.",
        "Retard dû à la grève des transporteurs.",
        "La roue de la desserte est voilée.",
        "Rideau en voile de coton, 140 × 240.",
        "Voile d’ombrage déchiré à la livraison.",
        "L’enceinte connectée ne s’allume plus.",
        "Oreiller pour femme enceinte, taille L.",
        "Plante malade à la réception, photo jointe.",
        "Recette du chili con carne demandée.",
        "La cliente a reçu une louche cassée.",
        "Un chinois inox manque au colis.",
        "C’est un chinois de 20 cm qu’elle voulait.",
        "Chapeau de cône en papier kraft.",
        "Pièce d’origine introuvable.",
        "Emballage d’origine conservé.",
        "Le pays d’origine n’est pas indiqué sur la boîte.",
        "Deux colis séparés, livrés séparément.",
        "Chaussette dépareillée, chaussettes d’homme noires.",
        "Montre femme noire, bracelet abîmé.",
        "Canapé noir plutôt que gris, il est noir.",
        "Code promo invalide au moment de payer.",
        "Le lien est invalide.",
        "Produit nettoyant trop agressif pour le bois.",
        "Prix fou d’après elle : 12 € de port.",
        "Demande où déposer le colis : syndicat de copropriété, hall B.",
        "Direction assistée du vélo cargo en panne.",
        "Colis volé dans le hall, déclaré au transporteur.",
        "L’antivol ne ferme plus.",
        "Les plombs ont sauté quand la bouilloire a démarré.",
        "Gel hydroalcoolique renversé dans le carton.",
        "Carafe de gauche fêlée, celle de droite intacte.",
        "La poignée se trouve à l’extrême droite du tiroir.",
        "Imprimante sans papier, facture à renvoyer.",
        "Livrée à la mauvaise adresse, voisine prévenue.",
        "Mécontente du délai ; souhaite un échange avant vendredi.",
        "Mme Boulet et M. Noir, même adresse.",
        "Demande un échange : table trop lourde pour l’étage.",
        "La table est bancale, elle est folle de joie qu’on la remplace.",
        "Voudrait la balance avec fonction tare.",
        "Préfère être rappelée le soir, après 18 h.",
        "Tapis de laine, teinture riche en pigments.",
        "Cocotte de grande famille, 6 litres.",
        "Mot de passe oublié, lien renvoyé.",
        "Son mot de passe est expiré.",
        "Le code de la porte est sur l’étiquette.",
        "Adresse : 12 rue de la Paix, digicode 4512B.",
    ],
)
def test_words_of_a_shop_are_let_pass(text: str) -> None:
    assert found(text) == []


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NIR 255081416802538", [("nir", "255081416802538")]),
        ("sécu : 2 55 08 14 168 025 38.", [("nir", "2 55 08 14 168 025 38")]),
        ("1.84.12.2A.123.456.97", [("nir", "1.84.12.2A.123.456.97")]),
        ("184122b12345627", [("nir", "184122b12345627")]),
        ("FR14 2004 1010 0505 0001 3M02 606", [("iban", "FR14 2004 1010 0505 0001 3M02 606")]),
        ("iban fr1420041010050500013m02606 merci", [("iban", "fr1420041010050500013m02606")]),
        ("BE68 5390 0754 7034 et après", [("iban", "BE68 5390 0754 7034")]),
        ("carte 4111 1111 1111 1111, exp. 12/28", [("card", "4111 1111 1111 1111")]),
        ("5555-5555-5555-4444", [("card", "5555-5555-5555-4444")]),
        ("amex 378282246310005", [("card", "378282246310005")]),
        ("4222222222222", [("card", "4222222222222")]),
        ("6304000000000000018", [("card", "6304000000000000018")]),
        ("mot de passe : Soleil42", [("password", "mot de passe : Soleil42")]),
        ("Mot de passe: soleil", [("password", "Mot de passe: soleil")]),
        ("son mdp=Az3rty!", [("password", "mdp=Az3rty")]),
        ("Mot de passe actuel : « soleil42 »", [("password", "Mot de passe actuel : « soleil42")]),
        ("son mot de passe est soleil42.", [("password", "mot de passe est soleil42")]),
        ("code secret 4512", [("password", "code secret 4512")]),
        ("code de la carte 4512", [("password", "code de la carte 4512")]),
        ("mot de passe du compte : passw0rd", [("password", "mot de passe du compte : passw0rd")]),
        ("CVV : 123", [("password", "CVV : 123")]),
    ],
)
def test_numbers_and_passwords_are_refused(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected
    assert all(hint.blocks for hint in hints(text))


@pytest.mark.parametrize(
    "text",
    [
        "NIR 255081416802539",  # wrong key
        "2 55 13 14 168 025 21",  # no month 13
        "1255081416802538",  # a longer number
        "FR14 2004 1010 0505 0001 3M02 607",  # wrong check
        "ZZ14 2004 1010 0505 0001 3M02 606",  # no such country
        "FR14 2004 1010",  # too short
        "4111 1111 1111 1112",  # wrong check
        "barcode 4006381333023",  # EAN-13, though issued and checked like a card's number might be
        "IMEI 490154203237518",  # passes Luhn; no network gives 49 with 15 digits
        "suivi 15501234567890",
        "Commande 1000204518812345",
        "+33 6 12 34 56 78 90 12 34",
        "tél. 01 23 45 67 89",
        "mot de passe : oublié",
        "mot de passe : réinitialisé ce matin",
        "mot de passe :",
        "mot de passe : problème de connexion",
        "mot de passe : il ne sait plus lequel",
        "mot de passe changé 2 fois",
        "mot de passe à changer",
        "mot de passe : à changer",
        "mot de passe refusé",
        "lui ai demandé de changer son mot de passe",
    ],
)
def test_what_only_looks_like_one_is_let_pass(text: str) -> None:
    assert found(text) == []


def test_of_two_that_overlap_what_is_refused_is_told() -> None:
    assert found("mdp : cancer2024") == [("password", "mdp : cancer2024")]


def test_hints_are_in_order_and_apart() -> None:
    text = "Au chômage, malade, IBAN FR1420041010050500013M02606, quel con"
    assert [code for code, _words in found(text)] == ["money", "health", "iban", "insult"]


@given(st.integers(10**13, 10**14 - 1))
def test_one_digit_wrong_and_luhn_says_so(number: int) -> None:
    check = next(d for d in range(10) if luhn(f"{number}{d}"))
    assert not any(luhn(f"{number}{d}") for d in range(10) if d != check)


@given(st.text(st.sampled_from("aeé’' -œ\u0301con d5 71:=«»\n")))
def test_places_are_those_of_the_text(text: str) -> None:
    assert all(0 <= hint.start < hint.end <= len(text) for hint in hints(text))
    moved = [(hint.code, hint.start + 4, hint.end + 4) for hint in hints(text)]
    assert [(hint.code, hint.start, hint.end) for hint in hints(f"Éœ, {text}")] == moved


def test_a_long_note_is_read_at_once() -> None:
    chance = random.Random(7)
    words = "client est très mot de passe le la 4111 FR14 a un peu mme con 2 55 08 séparé d’une".split()
    text = " ".join(chance.choice(words) for _ in range(4000))
    began = time.perf_counter()
    hints(text)
    assert time.perf_counter() - began < 2


# ── the pack ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sentences_are_well_set_and_say_what_to_write() -> None:
    assert [fault for kind in WORDS for fault in faults(kind.sentence)] == []
    assert {kind.code for kind in WORDS} == {
        "insult", "temper", "health", "religion", "politics", "union", "sex_life", "offence", "origin", "family",
        "money",
    }  # fmt: skip


def test_the_pack_is_written_without_accents() -> None:
    pack = tomllib.loads(PACK.read_text(encoding="utf-8"))
    phrases = [phrase for hint in pack["hint"] for phrase in [*hint["words"], *hint["unless"]]]
    assert [phrase for phrase in phrases if phrase != plain(phrase)] == []
    assert len(phrases) == len(set(phrases))
