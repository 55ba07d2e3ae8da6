"""The intents of a text: each one told from its neighbours, several at once, out of scope, unsure, and why."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pytest

from egards.understanding.engines.intent_model import CUES, OUT_OF_SCOPE, UNSURE, load_intent_model
from egards.understanding.engines.intent_reader import TOLD, IntentReader, IntentsRead
from egards.understanding.engines.intent_words import Weighed, letter_groups, said, spelt
from egards.understanding.engines.plan import DEFAULT_PLAN, load_plan
from egards.understanding.engines.polarity import WEIGHTS
from egards.understanding.engines.verbatim import Mode, VerbatimReader
from egards.understanding.engines.words import split
from egards.understanding.reading import Text
from egards.understanding.tests.messages import CORPUS, labels, messages

BORDERS = [
    ("find_product", "Quel aspirateur me conseillez-vous pour un escalier ?"),
    ("availability", "L’aspirateur Vega est-il encore en stock ?"),
    ("promo_price", "Combien coûte l’aspirateur Vega ?"),
    ("usage_help", "Comment vider le bac de l’aspirateur Vega ?"),
    ("order_confirmed", "Je n’ai pas reçu de mail de confirmation, ma commande est-elle bien enregistrée ?"),
    ("order_status", "Où en est ma commande ?"),
    ("delivery_eta", "Quel jour serai-je livré ?"),
    ("complaint", "Trois semaines de retard et personne ne répond, c’est inadmissible !"),
    ("return_refund", "Ces bottes sont trop petites, je voudrais les échanger."),
    ("damaged_wrong_item", "La lampe est arrivée cassée."),
    ("withdrawal_termination", "Je souhaite résilier mon abonnement."),
    ("churn_risk", "Si cela continue, je passe chez un concurrent."),
    ("payment_problem", "J’ai été débitée deux fois pour le même achat."),
    ("order_history", "Pouvez-vous me renvoyer la facture de ma commande de mars ?"),
    ("praise", "Votre vendeuse a été adorable, un grand bravo à elle !"),
    ("thanks_closing", "Merci beaucoup, bonne journée !"),
    ("suggestion", "Ce serait bien d’ouvrir le dimanche."),
    ("callback_request", "Pouvez-vous me rappeler demain au 06 00 00 00 00 ?"),
    ("human_wanted", "Je veux parler à un conseiller, pas à un robot."),
    ("urgency_safety", "Ça sent le gaz dans ma cuisine depuis votre passage !"),
    ("legal_mediator", "Sans réponse sous huit jours, je saisis le médiateur."),
    ("data_rights", "Supprimez toutes les données que vous avez sur moi."),
]
OUTSIDE = [
    "Nous proposons des services de référencement pour votre site.",
    "Je vous envoie mon CV pour un poste de vendeur.",
    "Quelle est la capitale du Pérou ?",
    "Je suis absent du bureau jusqu’au 12 août.",
]


@pytest.fixture(scope="module", params=["mass", "fine"])
def reader(request: pytest.FixtureRequest) -> VerbatimReader:
    mode: Mode = request.param
    return VerbatimReader(load_plan(), mode)


def intents(reader: VerbatimReader, text: str, subject: str = "") -> IntentsRead:
    return reader.read([Text(text, subject=subject)])[0].intents


@pytest.mark.parametrize(("intent", "text"), BORDERS)
def test_each_intent_is_told_from_its_neighbours(reader: VerbatimReader, intent: str, text: str) -> None:
    read = intents(reader, text)
    assert read.main == intent
    assert read.said[0].intent == intent
    assert read.said[0].probability >= TOLD
    assert read.reasons[0].code == f"intent:{intent}"


def test_the_borders_are_those_of_the_whole_plan() -> None:
    assert {intent for intent, _ in BORDERS} == {intent.code for intent in load_plan().fine_intents}


@pytest.mark.parametrize("text", OUTSIDE)
def test_what_is_none_of_our_business_is_out_of_scope(reader: VerbatimReader, text: str) -> None:
    read = intents(reader, text)
    assert (read.main, read.said, read.reasons) == (OUT_OF_SCOPE, (), ())


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_a_text_without_a_word_is_unsure(reader: VerbatimReader, text: str) -> None:
    assert intents(reader, text) == IntentsRead(UNSURE, 0.0, (), ())


def test_what_nobody_could_tell_is_unsure(reader: VerbatimReader) -> None:
    read = intents(reader, "voir photo")
    assert (read.main, read.said) == (UNSURE, ())


def test_several_are_said_at_once_the_main_one_first(reader: VerbatimReader) -> None:
    read = intents(reader, "Où en est ma commande ? Rappelez-moi au 06 00 00 00 00.")
    assert read.main == "callback_request"
    assert [said.intent for said in read.said][:2] == ["callback_request", "order_status"]


def test_reasons_stand_in_the_text_whatever_stands_before_it(reader: VerbatimReader) -> None:
    text = "Bonjour,\nje souhaite résilier mon abonnement.\n\n> Où en est ma commande ?"
    spans = [reason.span for reason in intents(reader, text, subject="Bonjour").reasons]
    assert any("résilier" in text[span.start : span.end] for span in spans)


def test_the_subject_of_a_mail_is_read(reader: VerbatimReader) -> None:
    assert intents(reader, "Bonjour,", subject="Résiliation de mon abonnement").main == "withdrawal_termination"


def test_a_batch_says_what_each_text_says_alone(reader: VerbatimReader) -> None:
    texts = [Text(text) for _, text in BORDERS] + [Text("")]
    together = [read.intents for read in reader.read(texts)]
    assert [one.main for one in together] == [reader.read([text])[0].intents.main for text in texts]


def test_an_intent_that_a_plan_does_not_list_is_not_said() -> None:
    plan = load_plan()
    short = type(plan)(
        **{name: getattr(plan, name) for name in plan.__slots__ if name != "fine_intents"},
        fine_intents=tuple(intent for intent in plan.fine_intents if intent.code != "promo_price"),
    )
    read = IntentReader(short, "mass").read([["Combien", " ", "coûte", " ", "ce", " ", "sac", " ?"]], np.zeros((1, 0)))
    assert (read[0].main, "promo_price" in {one.intent for one in read[0].said}) == (UNSURE, False)


def test_the_weights_are_those_of_the_plan_the_cues_and_the_corpus() -> None:
    told = json.loads((WEIGHTS / "intents_fr.json").read_text(encoding="utf-8"))
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (CORPUS, CUES)}
    assert {name: told["sources"][name] for name in files} == files, "tools/learn_intents.py is to be run again"
    listed = [intent.code for intent in load_plan().fine_intents]
    assert list(load_intent_model().labels) == [*listed, OUT_OF_SCOPE]
    assert DEFAULT_PLAN.name in told["sources"]


def test_a_word_weighs_the_same_at_the_first_meeting_and_after() -> None:
    weights = np.array([[1.0, 0.0], [0.0, 2.0]], dtype=np.float32)
    rarity = np.array([3.0, 4.0], dtype=np.float32)
    words = Weighed(letter_groups, {" c": 0, "is ": 1}, weights, rarity)
    once = words.margins([["colis"], [], ["colis", "inconnu"]])
    assert once.tolist() == words.margins([["colis"], [], ["colis", "inconnu"]]).tolist()
    assert once[0].tolist() == pytest.approx([3 / 5, 8 / 5])
    assert once[1].tolist() == [0.0, 0.0]


def test_thousands_of_words_never_met_are_weighed_at_once() -> None:
    words = Weighed(letter_groups, {" c": 0}, np.ones((1, 2), dtype=np.float32), np.ones(1, dtype=np.float32))
    assert words.rows([f"c{number}" for number in range(3_000)]).tolist() == [[1.0, 1.0, 1.0]] * 3_000


def test_words_are_counted_once_and_marks_have_no_letters() -> None:
    assert spelt(["^", "où", "?", "où", "$"]) == ["où"]
    assert said(["a", "b", "a", "b"]) == ["a", "b", ("a", "b"), ("b", "a")]
    assert letter_groups("ab") == [" a", " ab", " ab ", "ab", "ab ", "b "]


def test_the_development_set_is_read_as_well_as_the_page_says() -> None:
    agreed = labels("agreed")
    parts = [split(message.text) for message in messages()]
    read = IntentReader(load_plan(), "mass").likeliest(parts, np.zeros((len(parts), 0)))
    right = sum(one == agreed[message.id].main for one, message in zip(read, messages(), strict=True))
    assert right / len(parts) >= 0.78
