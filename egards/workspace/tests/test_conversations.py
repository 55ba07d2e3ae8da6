"""The queue and the conversation as pages: what they show, what is done there, to whom, in how many questions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from egards.accounts.actions import give_role
from egards.accounts.models import Team
from egards.consent.loading import load_pack
from egards.conversations.actions.drafts import save_draft, send_draft
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.states import assign
from egards.conversations.models import Conversation, Draft, Event, Note, Promise, SavedReply, SavedView
from egards.core.clock import now
from egards.touchpoints.models import Touchpoint
from tests.builders import mail, posted, prove, say
from tests.cast import Cast, newcomer
from tests.letters import letters_leave

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def talk(house: Cast) -> Conversation:
    """Odile writes to Lindelle, today."""
    load_pack()
    prove(house.mailbox)
    say(mail("Il manque des vis, c’est agaçant.", Subject="Ma table"), at=house.mailbox, when=now())
    return Conversation.objects.get()


def page(talk: Conversation) -> str:
    return f"/conversations/{talk.pk}/"


def shown(client: Client, talk: Conversation) -> str:
    return client.get(page(talk)).content.decode()


def did(client: Client, talk: Conversation, noun: str, **sent: Any) -> str:
    """What the page says after an act, as one without script sees it."""
    answer = client.post(f"{page(talk)}{noun}/", sent, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def let_leave(talk: Conversation) -> None:
    draft = Draft.objects.get(conversation=talk, leaves_at__isnull=False)
    Draft.objects.filter(pk=draft.pk).update(leaves_at=now() - timedelta(seconds=1))
    assert leave(draft_id=draft.pk) is not None
    letters_leave()


def test_a_word_waits_in_the_queue(house: Cast, talk: Conversation, as_member: As) -> None:
    answer = as_member(house.alice).get("/conversations/?vue=nobody").content.decode()
    assert "Odile Marchand" in answer
    assert "Ma table" in answer
    assert "Il manque des vis" in answer
    assert as_member(house.alice).get("/").url == "/conversations/"  # type: ignore[attr-defined]


def test_nobody_waits(house: Cast, as_member: As) -> None:
    assert "Personne ne vous attend." in as_member(house.alice).get("/conversations/").content.decode()


def test_a_house_where_nothing_is_open_leads_to_what_customers_say(house: Cast, as_member: As) -> None:
    text = as_member(house.alice).get("/conversations/?vue=all").content.decode()
    assert "Aucune conversation n’est ouverte." in text
    assert 'href="/echanges/">Lire ce que disent les clients' in text


def test_a_number_is_written_as_it_is_said(house: Cast, talk: Conversation, as_member: As) -> None:
    Conversation.objects.filter(pk=talk.pk).update(number=12874)
    assert "n°\xa012874" in shown(as_member(house.alice), talk)


def test_one_begins_where_something_waits(house: Cast, talk: Conversation, as_member: As) -> None:
    def begun() -> str:
        answer = as_member(house.alice).get("/", follow=True).content.decode()
        return str(re.findall(r'id="queue-title">([^<]*)<', answer)[0])

    assert begun() == "Sans interlocuteur"
    assign(conversation=talk, by=house.alice, owner=house.alice)
    Conversation.objects.filter(pk=talk.pk).update(due_at=now() + timedelta(days=3))
    assert begun() == "Tout ce qui est à moi"
    Conversation.objects.filter(pk=talk.pk).update(due_at=now())
    assert begun() == "Mes promesses du jour"
    Conversation.objects.filter(pk=talk.pk).update(owner=house.bob)
    assert begun() == "Promesses en danger"


def test_an_empty_page_goes_to_the_first_word_by_itself(house: Cast, as_member: As) -> None:
    alice = as_member(house.alice)
    waiting = alice.get("/conversations/").content.decode()
    assert waiting.count('data-live-get="/conversations/?"') == 3  # the views, the queue, the middle pane
    assert 'data-live-get="/conversations/?vue=nobody"' in alice.get("/conversations/?vue=nobody").content.decode()
    say(mail("Il manque des vis.", Subject="Ma table"), at=house.mailbox, when=now())
    again = alice.get("/conversations/?", headers={"HX-Target": "file"}).content.decode()
    assert "Sans interlocuteur" in again
    assert "Il manque des vis" in again


def test_a_conversation_shows_its_words_and_what_was_understood(house: Cast, talk: Conversation, as_member: As) -> None:
    answer = shown(as_member(house.alice), talk)
    assert '<h1 class="h2" id="need">Ma table</h1>' in answer
    assert answer.count("<h1") == 1
    assert "manque" in answer
    assert "Pourquoi" in answer
    assert "Promis" in answer


@pytest.mark.parametrize("address", ["/conversations/", "{talk}"])
def test_at_most_eight_questions(house: Cast, talk: Conversation, as_member: As, address: str) -> None:
    client = as_member(house.alice)
    say(*[posted(f"Mot {n}", email=f"c{n}@client.example") for n in range(12)], at=house.api, when=now())
    address = address.format(talk=page(talk))
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    assert len(asked) <= 8, "\n".join(query["sql"][:120] for query in asked)


def test_an_answer_is_written_sent_and_leaves(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    answer = did(alice, talk, "envoi", texte="Elles partent ce soir.", via="email", version=talk.version)
    assert "Rappeler" in answer
    let_leave(talk)
    answer = shown(alice, talk)
    assert "Elles partent ce soir." in answer
    assert "tenue" in answer
    talk.refresh_from_db()
    assert (talk.owner, talk.state) == (house.alice, "waiting")


def test_it_is_called_back(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    did(alice, talk, "envoi", texte="Trop vite", via="email", version=talk.version)
    assert "Trop vite</textarea>" in did(alice, talk, "envoi/annulation")
    assert Draft.objects.get().leaves_at is None


def test_nobody_answers_twice_and_words_are_kept(house: Cast, talk: Conversation, as_member: As) -> None:
    sent = save_draft(conversation=talk, member=house.bob, text="Je m’en occupe.")
    send_draft(draft=sent, by=house.bob, seen_version=talk.version)
    answer = did(as_member(house.alice), talk, "envoi", texte="Moi aussi", via="email", version=talk.version)
    assert "Bob Le Guellec répond" in answer
    assert "Moi aussi</textarea>" in answer
    let_leave(talk)
    answer = did(as_member(house.alice), talk, "envoi", texte="Moi aussi", via="email", version=talk.version)
    assert "Bob Le Guellec a répondu" in answer
    assert Draft.objects.get(member=house.alice).leaves_at is None


def test_a_draft_is_kept_and_found_again(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    answer = alice.post(f"{page(talk)}brouillon/", {"texte": "Bonjour Odile", "promis": "les vis", "avant": ""})
    assert answer.status_code == 204
    assert "Bonjour Odile</textarea>" in shown(alice, talk)
    assert "Bonjour Odile" not in shown(as_member(house.bob), talk)


def test_a_promise_goes_with_an_answer(house: Cast, talk: Conversation, as_member: As) -> None:
    by = (now() + timedelta(days=2)).isoformat()
    sent = {"texte": "Demain.", "via": "email", "promis": "les vis", "avant": by, "version": talk.version}
    did(as_member(house.alice), talk, "envoi", **sent)
    let_leave(talk)
    promise = Promise.objects.get(kind="other")
    assert (promise.what, promise.owner) == ("les vis", house.alice)
    assert "les vis" in shown(as_member(house.alice), talk)


def test_a_promise_without_a_moment_is_refused_and_kept(house: Cast, talk: Conversation, as_member: As) -> None:
    sent = {"texte": "Demain.", "via": "email", "promis": "les vis", "avant": "", "version": talk.version}
    answer = did(as_member(house.alice), talk, "envoi", **sent)
    assert "Dites pour quand" in answer
    assert 'value="les vis"' in answer


def test_a_saved_reply_is_filled(house: Cast, talk: Conversation, as_member: As) -> None:
    reply = SavedReply.objects.create(brand=house.lindelle, title="Vis", text="Bonjour {prénom}, {moi}")
    alice = as_member(house.alice)
    assert 'data-reply="Bonjour Odile, Alice Thévenin"' in shown(alice, talk)
    answer = did(alice, talk, "brouillon", texte="Bon.", reponse=str(reply.pk))
    assert "Bon.\n\nBonjour Odile, Alice Thévenin</textarea>" in answer


def test_a_file_goes_beside_the_draft(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    answer = did(alice, talk, "pieces", texte="Voici.", pieces=SimpleUploadedFile("notice.pdf", b"%PDF"))
    assert "notice.pdf" in answer
    file = Draft.objects.get().files.get()
    removed = did(alice, talk, "pieces/retrait", texte="Voici.", fichier=str(file.pk))
    assert "notice.pdf" not in removed
    assert "Voici.</textarea>" in removed


def test_a_note_is_kept(house: Cast, talk: Conversation, as_member: As) -> None:
    assert "reste entre nous" in did(as_member(house.bob), talk, "notes", note="@Alice la visserie est partie.")


def test_a_note_that_says_too_much_is_shown_again(house: Cast, talk: Conversation, as_member: As) -> None:
    answer = did(as_member(house.bob), talk, "notes", note="Cliente au chômage, a pété un plomb.")
    assert "a pété un plomb.</textarea>" in answer
    assert "Garder quand même" in answer
    assert not Note.objects.exists()
    did(as_member(house.bob), talk, "notes", note="Cliente au chômage, a pété un plomb.", garder="1")
    assert Note.objects.get().warned_of


def test_it_is_entrusted_put_aside_resolved_and_taken_up(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    assert "Confiée à Bob Le Guellec" in did(alice, talk, "attribution", a=str(house.bob.pk))
    assert "Reportée" in did(alice, talk, "report", jusqu=(now() + timedelta(days=1)).isoformat())
    assert "Rouverte par Alice" in did(alice, talk, "reouverture")
    assert "personne n’a encore répondu" in did(alice, talk, "resolution").lower()
    did(alice, talk, "resolution", sans="1")
    talk.refresh_from_db()
    assert (talk.owner, talk.state) == (house.bob, "resolved")


def test_a_need_is_named_and_a_repetition_told(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    assert "Vis manquantes</h1>" in did(alice, talk, "besoin", besoin="Vis manquantes")
    assert "tout réexpliquer" in did(alice, talk, "repetition")
    assert Event.objects.filter(kind="repeated").count() == 1


def test_a_promise_by_word_of_mouth_is_made_kept_or_let_go(house: Cast, talk: Conversation, as_member: As) -> None:
    alice, by = as_member(house.alice), (now() + timedelta(days=1)).isoformat()
    did(alice, talk, "promesses", ce_que="un remboursement", avant=by)
    promise = Promise.objects.get(kind="other")
    did(alice, talk, f"promesses/{promise.pk}/tenue")
    promise.refresh_from_db()
    assert promise.status == "kept"
    did(alice, talk, "promesses", quoi_promis="appel", avant=by)
    call = Promise.objects.get(kind="call")
    did(alice, talk, f"promesses/{call.pk}/retrait")
    call.refresh_from_db()
    assert call.status == "withdrawn"


def test_a_call_is_written_down(house: Cast, talk: Conversation, as_member: As) -> None:
    answer = did(as_member(house.alice), talk, "appels", issue="reached", appel="Elle attend les vis.")
    assert "Elle attend les vis." in answer
    assert "appel, abouti" in answer


def test_two_conversations_become_one(house: Cast, talk: Conversation, as_member: As) -> None:
    other = Conversation.objects.create(
        brand=talk.brand, touchpoint=talk.touchpoint, customer=talk.customer, need="Encore", opened_at=now(),
        linked_to=talk, link_reason="maybe",
    )  # fmt: skip
    assert "Encore" in shown(as_member(house.alice), talk)
    did(as_member(house.alice), other, "jonctions", avec=str(talk.pk))
    other.refresh_from_db()
    assert other.joined_into == talk


def test_a_view_of_ones_own_is_kept_and_taken_away(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    sent = {"vue": "nobody", "signe": "complaint", "nom": "Plaintes"}
    assert "Plaintes" in alice.post("/conversations/vues/", sent, follow=True).content.decode()
    view = SavedView.objects.get()
    assert view.keeps == {"view": "nobody", "sign": "complaint"}
    as_member(house.bob).post("/conversations/vues/retrait/", {"vue": str(view.pk)})
    assert SavedView.objects.exists()
    alice.post("/conversations/vues/retrait/", {"vue": str(view.pk)})
    assert not SavedView.objects.exists()


def test_the_fence_holds_for_every_noun(house: Cast, talk: Conversation, as_member: As) -> None:
    chloe = as_member(house.chloe)
    nouns = ("brouillon", "envoi", "notes", "attribution", "report", "resolution", "besoin", "promesses", "appels")
    assert {chloe.post(f"{page(talk)}{noun}/").status_code for noun in nouns} == {404}
    assert chloe.get(page(talk)).status_code == 404
    assert "Ma table" not in chloe.get("/conversations/?vue=all").content.decode()


def test_what_belongs_to_another_brand_does_not_exist(house: Cast, talk: Conversation, as_member: As) -> None:
    reply = SavedReply.objects.create(brand=house.ormelle, title="Vis", text="Chez nous")
    team = Team.objects.create(brand=house.ormelle, name="Ormelle")
    say(posted("Chez Ormelle", email="o@client.example"), at=house.ormelle_api, when=now())
    theirs = Conversation.objects.get(brand=house.ormelle)
    address = theirs.last_in.participations.get().handle_id if theirs.last_in else None
    alice = as_member(house.alice)
    named = {
        "brouillon": {"reponse": reply.pk}, "attribution": {"equipe": team.pk}, "jonctions": {"avec": theirs.pk},
    }  # fmt: skip
    assert {alice.post(f"{page(talk)}{noun}/", sent).status_code for noun, sent in named.items()} == {404}
    assert alice.post(f"{page(talk)}attribution/", {"a": house.chloe.pk}).status_code == 404
    assert not Draft.objects.exists()
    alice.post(f"{page(talk)}brouillon/", {"texte": "Bon", "adresse": address})
    assert Draft.objects.get().handle is None


def test_an_expert_reads_and_notes_and_does_nothing_else(house: Cast, talk: Conversation, as_member: As) -> None:
    expert = newcomer()
    give_role(member=expert, name="expert", brand=house.lindelle)
    answer = shown(as_member(expert), talk)
    assert "manque" in answer
    assert "Odile Marchand" not in answer
    assert "/envoi/" not in answer
    assert "/resolution/" not in answer
    assert "reste entre nous" in did(as_member(expert), talk, "notes", note="La visserie est en rupture.")
    assert as_member(expert).post(f"{page(talk)}resolution/").status_code == 404


def test_parts_are_asked_for_alone(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)
    assign(conversation=talk, by=house.bob, owner=house.alice)

    def part(address: str, name: str) -> str:
        headers = {"HX-Request": "true", "HX-Target": name}
        return str(alice.get(address, headers=headers).content.decode())

    assert part("/conversations/", "file").count("<section") == 1
    assert 'id="vues"' in part("/conversations/", "vues")
    assert "<html" not in part(page(talk), "conversation")
    assert "Odile Marchand" in part(page(talk), "client")


def test_the_palette_leads_to_people_conversations_and_pages(house: Cast, talk: Conversation, as_member: As) -> None:
    alice = as_member(house.alice)

    def palette(text: str) -> str:
        return str(alice.get("/palette/", {"q": text}, headers={"HX-Request": "true"}).content.decode())

    assert page(talk) in palette("table")
    assert page(talk) in palette(str(talk.number))
    assert f"/clients/{talk.customer_id}/" in palette("odile")
    assert "/echanges/" in palette("echang")
    assert "/pour-vous/" in palette("pour vous")
    assert "/compte/" in palette("mon compte")
    assert page(talk) not in palette("")
    assign(conversation=talk, by=house.bob, owner=house.alice)
    Conversation.objects.update(due_at=now() + timedelta(minutes=1))
    assert page(talk) in palette("")
    assert alice.get("/palette/?q=table").status_code == 302


def test_an_answer_that_is_held_says_so_and_asks_nobody(house: Cast, talk: Conversation, as_member: As) -> None:
    Touchpoint.objects.update(proved_at=None)
    assign(conversation=talk, by=house.alice, owner=house.alice)
    alice, bob = as_member(house.alice), as_member(house.bob)
    did(alice, talk, "envoi", texte="Elles partent ce soir.", via="email", version=talk.version)
    assert "Pas encore parties" not in alice.get("/conversations/?vue=mine").content.decode()
    let_leave(talk)
    answer = shown(alice, talk)
    assert "Réponse écrite, en attente de départ." in answer
    assert "tenue" not in answer
    assert "/sortants/" not in answer  # an adviser has no way there
    assert '/sortants/?etat=retenus"' in shown(bob, talk)
    queue = alice.get("/conversations/?vue=leaving").content.decode()
    assert "pas encore partie<" in queue
    assert "Personne ne vous attend." in alice.get("/conversations/?vue=today").content.decode()
    assert "pas encore partie" in did(alice, talk, "resolution")
    did(alice, talk, "resolution", sans="1")
    talk.refresh_from_db()
    assert talk.state == "resolved"
