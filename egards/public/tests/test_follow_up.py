"""The follow-up page: what a link shows, what may be done there, and what a link that opens nothing says."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from egards.accounts.models import Member
from egards.conversations.actions.acknowledge import acknowledge
from egards.conversations.actions.drafts import UNDO_SECONDS, save_draft, send_draft
from egards.conversations.actions.leaving import leave
from egards.conversations.actions.links import give_link, revoke_link
from egards.conversations.actions.notes import keep_note
from egards.conversations.actions.promises import settle_due
from egards.conversations.actions.states import join_conversations, resolve
from egards.conversations.models import CallBack, Conversation, Draft, Link, Promise, Turn
from egards.conversations.tokens import link_token, reply_token
from egards.core.clock import now
from egards.interactions.models import Content, Delivery, Participation
from egards.interactions.sending import release
from egards.public.renewal import send_links
from egards.public.tests.visits import Visit, house
from egards.touchpoints.inbound import Proof
from egards.touchpoints.models import Touchpoint
from tests.builders import mail, prove, proved_mailbox, say
from tests.letters import letters_leave
from tests.members import adviser

pytestmark = pytest.mark.django_db

SLOT = "2026-11-20T13:00:00+00:00"


@pytest.fixture
def visit(friday: Any) -> Visit:
    house()
    return Visit(friday)


def path_of(link: Link) -> str:
    return f"/suivi/{link_token(link)}/"


def answered(visit: Visit, conversation: Conversation, text: str, **more: Any) -> Member:
    """Alice answers, and it leaves."""
    alice = Member.objects.filter(name__icontains="alice").first() or adviser("alice")
    conversation.refresh_from_db()
    draft = save_draft(conversation=conversation, member=alice, text=text, **more)
    draft = send_draft(draft=draft, by=alice, seen_version=conversation.version)
    visit.clock.shift(timedelta(seconds=UNDO_SECONDS + 1))
    assert leave(draft_id=draft.pk) is not None
    letters_leave()
    return alice


def mailed(visit: Visit, text: str = "Il manque des vis.") -> Link:
    """Odile writes a mail and is acknowledged; return the link that the letter carried."""
    visit.clock.shift(timedelta(seconds=1))
    box = proved_mailbox()
    say(mail(text), at=box, when=now())
    conversation = Conversation.objects.latest("opened_at")
    assert acknowledge(conversation_id=conversation.pk) is not None
    return Link.objects.get(conversation=conversation, level=Link.Level.MAILED)


def test_a_mailed_link_shows_the_whole_correspondence(visit: Visit) -> None:
    link = mailed(visit)
    alice = answered(visit, link.conversation, "Elles partent ce soir.")
    keep_note(conversation=link.conversation, by=alice, text="Vu avec l’atelier.")
    assert visit.get(path_of(link)).status_code == 200
    assert "Il manque des vis." in visit.page
    assert "Elles partent ce soir." in visit.page
    assert alice.name in visit.page
    assert "Vu avec l’atelier" not in visit.page  # a note stays between us


def test_it_is_kept_by_nobody_on_the_way(visit: Visit) -> None:
    response = visit.get(path_of(mailed(visit)))
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert not visit.client.cookies


def test_an_answer_through_it_joins_and_is_proved(visit: Visit) -> None:
    link = mailed(visit)
    visit.get(path_of(link))
    visit.follow(visit.post(path_of(link), {"answer-text": "Et le tiroir coince."}))
    assert "Et le tiroir coince." in visit.page
    turn = Turn.objects.get(link=link, interaction__direction="in")
    assert turn.conversation == link.conversation
    assert not turn.is_to_confirm
    assert turn.interaction.participations.get(role="author").proof == Proof.PROVED


def test_an_answer_through_a_screen_link_stays_a_claim(visit: Visit) -> None:
    visit.follow(visit.write(reach="odile@client.example"))
    link = Link.objects.get(level=Link.Level.SCREEN)
    visit.follow(visit.post(path_of(link), {"answer-text": "Et le tiroir coince."}))
    assert visit.page.count('class="letter"') == 2
    authors = [t.interaction.participations.get(role="author").proof for t in Turn.objects.filter(link=link)]
    assert authors == [Proof.CLAIMED, Proof.CLAIMED]
    assert Conversation.objects.count() == 1


def test_an_answer_sent_twice_is_one(visit: Visit) -> None:
    link = mailed(visit)
    visit.get(path_of(link))
    said = visit.hidden | {"answer-text": "Et le tiroir coince."}
    visit.post(path_of(link), said)
    visit.client.post(path_of(link), said)
    assert Content.objects.filter(text="Et le tiroir coince.").count() == 1


def test_an_empty_answer_is_asked_for_words(visit: Visit) -> None:
    link = mailed(visit)
    visit.get(path_of(link))
    assert visit.post(path_of(link), {"answer-text": " "}).status_code == 422
    assert "Écrivez quelques mots, ou joignez un fichier." in visit.page


def test_a_photo_alone_is_an_answer(visit: Visit) -> None:
    link = mailed(visit)
    visit.get(path_of(link))
    photo = SimpleUploadedFile("pied.jpg", b"octets", content_type="image/jpeg")
    visit.follow(visit.post(path_of(link), {"answer-text": "", "answer-attached": photo}))
    assert "pied.jpg" in visit.page


def test_who_gave_no_address_reads_the_answer_there(visit: Visit) -> None:
    visit.follow(visit.write())
    conversation = Conversation.objects.get()
    answered(visit, conversation, "Elles partent ce soir.", via=Draft.Via.PAGE)
    visit.get(path_of(Link.objects.get()))
    assert "Elles partent ce soir." in visit.page
    assert not Delivery.objects.exists()
    assert conversation.promises.get().status == Promise.Status.KEPT  # read there: kept as soon as it is written


def test_a_screen_link_does_not_show_what_was_mailed(visit: Visit) -> None:
    proved_mailbox()
    visit.follow(visit.write(reach="odile@client.example"))
    conversation = Conversation.objects.get()
    answered(visit, conversation, "Odile, votre adresse est le 12 rue du Port.", promised="le colis au 12 rue du Port",
             promised_by=now() + timedelta(days=3))  # fmt: skip
    visit.get(path_of(Link.objects.get(level=Link.Level.SCREEN)))
    assert "12 rue du Port" not in visit.page
    assert "Nous vous avons aussi répondu par e-mail" in visit.page


def test_nor_says_that_a_letter_answered_that_waits_in_the_house(visit: Visit) -> None:
    visit.follow(visit.write(reach="odile@client.example"))
    answered(visit, Conversation.objects.get(), "Elles partent ce soir.")
    visit.get(path_of(Link.objects.get(level=Link.Level.SCREEN)))
    assert "répondu" not in visit.page
    assert "vous répond avant 15\u00a0h" in visit.page  # what was promised is still to come


def test_a_letter_that_waits_in_the_house_is_on_no_page(visit: Visit) -> None:
    link = mailed(visit)
    Touchpoint.objects.update(proved_at=None)
    answered(visit, link.conversation, "Elles partent ce soir.")
    visit.get(path_of(link))
    assert "Elles partent ce soir." not in visit.page
    assert "vous répond avant 15\u00a0h" in visit.page
    prove(link.conversation.touchpoint)
    visit.clock.shift(timedelta(minutes=40))
    release(delivery=Delivery.objects.get(is_automatic=False), by=adviser("bob"))
    letters_leave()
    visit.get(path_of(link))
    assert re.search(r"11\u00a0h\u00a04\d[^<]*</time>(?:(?!</li>).)*Elles partent ce soir[.]", visit.page, re.DOTALL)


def test_nor_what_a_joined_conversation_holds(visit: Visit) -> None:
    theirs = mailed(visit, "Mon code est 4417.")
    visit.write(text="C’est Odile.", reach="odile@client.example")
    forged = Conversation.objects.exclude(pk=theirs.conversation_id).get()
    join_conversations(kept=theirs.conversation, joined=forged, by=adviser("alice"))
    screen = Link.objects.get(level=Link.Level.SCREEN)
    assert visit.get(path_of(screen)).status_code == 200
    assert "C’est Odile." in visit.page
    assert "4417" not in visit.page


def test_nor_may_it_move_the_call_of_somebody_whose_number_was_typed(visit: Visit) -> None:
    for words in ("Table abîmée", "C’est moi."):
        visit.get("/contact/")
        asked = {"call": "1", "call-slot": SLOT, "call-phone": "06 39 98 41 27", "call-words": words}
        visit.post("/contact/", asked)
    theirs, forged = Conversation.objects.order_by("opened_at")
    join_conversations(kept=theirs, joined=forged, by=adviser("alice"))
    link = Link.objects.get(conversation=forged)
    visit.get(path_of(link))
    assert "Changer l’heure" not in visit.page
    assert visit.client.post(f"{path_of(link)}ecrit/").status_code == 404
    assert CallBack.objects.filter(ended_at=None).count() == 2


def test_a_word_whose_author_is_not_known_is_not_shown(visit: Visit) -> None:
    link = mailed(visit)
    to = f"bonjour+{reply_token(link.conversation_id)}@lindelle.example"
    say(mail("Je suis sa sœur.", From="lea@ailleurs.example", To=to), at=link.conversation.touchpoint)
    visit.get(path_of(link))
    assert "Je suis sa sœur" not in visit.page


def test_a_call_moves_to_another_hour(visit: Visit) -> None:
    visit.get("/contact/")
    visit.follow(visit.post("/contact/", {"call": "1", "call-slot": SLOT, "call-phone": "06 39 98 41 27"}))
    link = Link.objects.get()
    visit.follow(visit.client.post(f"{path_of(link)}appel/", {"slot": "2026-11-20T15:00:00+00:00"}))
    assert "entre 16\u00a0h et 17\u00a0h" in visit.page
    assert "Vous avez demandé un appel." in visit.page
    assert CallBack.objects.get().promise.status == Promise.Status.OPEN


@pytest.mark.parametrize("slot", ["", "faux", "2026-11-20T13:07:00+00:00", "2026-11-21T13:00:00+00:00", "2026-11-20"])
def test_but_not_to_an_hour_that_we_do_not_offer(visit: Visit, slot: str) -> None:
    visit.get("/contact/")
    visit.follow(visit.post("/contact/", {"call": "1", "call-slot": SLOT, "call-phone": "06 39 98 41 27"}))
    assert visit.client.post(f"{path_of(Link.objects.get())}appel/", {"slot": slot}).status_code == 422


def test_writing_instead_of_calling(visit: Visit) -> None:
    visit.get("/contact/")
    visit.follow(visit.post("/contact/", {"call": "1", "call-slot": SLOT, "call-phone": "06 39 98 41 27"}))
    visit.follow(visit.client.post(f"{path_of(Link.objects.get())}ecrit/"))
    assert "vous répond avant" in visit.page
    assert CallBack.objects.get().ended_at is not None


def test_a_broken_promise_is_told_plainly(visit: Visit) -> None:
    link = mailed(visit)
    visit.clock.shift(timedelta(hours=6))
    settle_due()
    visit.get(path_of(link))
    assert re.search(
        "Nous avions promis de vous répondre avant 15\u00a0h(\u00a030)?[.] Nous ne l’avons pas fait[.]", visit.page
    )


def test_kept_too_late_stays_said(visit: Visit) -> None:
    link = mailed(visit)
    visit.clock.shift(timedelta(hours=6))
    settle_due()
    answered(visit, link.conversation, "Elles partent ce soir.")
    visit.get(path_of(link))
    assert "tenu trop tard" in visit.page


def test_what_is_settled_opens_again_with_a_word(visit: Visit) -> None:
    link = mailed(visit)
    alice = answered(visit, link.conversation, "Elles partent ce soir.")
    resolve(conversation=link.conversation, by=alice)
    visit.get(path_of(link))
    assert "Pour nous, c’est réglé." in visit.page
    visit.follow(visit.post(path_of(link), {"answer-text": "Toujours rien."}))
    assert Conversation.objects.get().state == Conversation.State.OPEN


def test_a_word_long_after_opens_a_request_of_its_own(visit: Visit) -> None:
    link = mailed(visit)
    alice = answered(visit, link.conversation, "Elles partent ce soir.")
    resolve(conversation=link.conversation, by=alice)
    visit.clock.shift(timedelta(days=60))
    visit.get(path_of(link))
    visit.follow(visit.post(path_of(link), {"answer-text": "Une autre table."}))
    assert "Une autre table." in visit.page
    assert "Il manque des vis." not in visit.page
    assert Link.objects.filter(level=Link.Level.MAILED).count() == 2


def test_its_holder_closes_it(visit: Visit) -> None:
    link = mailed(visit)
    assert visit.client.get(f"{path_of(link)}fin/").status_code == 405
    assert "C’est fait" in visit.client.post(f"{path_of(link)}fin/").content.decode()
    assert visit.get(path_of(link)).status_code == 404


def test_closed_foreign_and_garbled_links_are_told_alike(visit: Visit) -> None:
    link = mailed(visit)
    token = link_token(link)
    revoke_link(link=link)
    reply = reply_token(link.conversation_id)
    tokens = [token, "a" * 52, token[:-1], f"{token}a", "é" * 52, reply, token.translate({ord("a"): "b"}), "x"]
    seen = [visit.client.get(f"/suivi/{t}/") for t in tokens]
    assert {response.status_code for response in seen} == {404}
    assert len({response.content for response in seen}) == 1
    assert len({tuple(sorted(response.headers.items())) for response in seen}) == 1
    assert "Une personne peut vous aider" in seen[0].content.decode()


def test_a_token_is_never_logged(visit: Visit, caplog: pytest.LogCaptureFixture) -> None:
    link = mailed(visit)
    token = link_token(link)
    with caplog.at_level(logging.DEBUG):
        with patch("egards.public.views.follow_up.followed", side_effect=RuntimeError):
            visit.client.raise_request_exception = False
            assert visit.client.get(f"/suivi/{token}/").status_code == 500
        for path in ("", "autre/", "appel/", "pieces/x/", "fin/", ""):
            visit.client.get(f"/suivi/{token}/{path}")
            visit.client.post(f"/suivi/{token}/{path}")
    assert "/suivi/…/autre/" in caplog.text
    assert "Internal Server Error: /suivi/…/" in caplog.text
    assert not re.search(r"suivi/[a-z2-7]{20}", caplog.text)


def test_an_expired_link_offers_a_fresh_one_to_its_own_address(visit: Visit) -> None:
    link = mailed(visit)
    visit.clock.shift(timedelta(days=91))
    response = visit.get(path_of(link))
    assert response.status_code == 410
    assert "Il manque des vis." not in visit.page
    assert "odile@client.example" not in visit.page
    sent = Delivery.objects.count()
    visit.client.post(f"{path_of(link)}lien/")
    last = Delivery.objects.latest("made_at")
    assert (Delivery.objects.count(), last.handle) == (sent + 1, link.handle)


def test_and_nothing_may_be_done_with_it(visit: Visit) -> None:
    link = mailed(visit)
    visit.clock.shift(timedelta(days=91))
    for path in ("", "appel/", "ecrit/", "fin/"):
        assert visit.client.post(f"{path_of(link)}{path}", {"answer-text": "Bonjour"}).status_code == 410
    assert Turn.objects.filter(interaction__direction="in").count() == 1


def test_an_expired_screen_link_has_nowhere_to_go(visit: Visit) -> None:
    visit.follow(visit.write())
    link = Link.objects.get()
    visit.clock.shift(timedelta(days=91))
    visit.get(path_of(link))
    assert "lien/" not in visit.page
    assert visit.client.post(f"{path_of(link)}lien/").status_code == 409


def test_a_file_of_another_conversation_is_not_given(visit: Visit) -> None:
    photo = SimpleUploadedFile("pied.jpg", b"octets")
    visit.follow(visit.write(attached=photo))
    there = next(part for part in visit.page.split('"') if "/pieces/" in part)
    other = mailed(visit)
    assert visit.client.get(there).status_code == 200
    assert visit.client.get(f"{path_of(other)}pieces/{there.split('/')[-2]}/").status_code == 404


def test_fresh_links_are_asked_for_in_one_way_only(visit: Visit) -> None:
    mailed(visit)
    seen = []
    for email in ("odile@client.example", "personne@ailleurs.example"):
        visit.get("/suivi/")
        seen.append(visit.post("/suivi/", {"email": email}).content)
    assert seen[0] == seen[1]


def test_and_go_to_their_own_address_once_an_hour(visit: Visit) -> None:
    link = mailed(visit)
    assert link.handle_id is not None
    assert send_links(handle_id=link.handle_id) == 0  # it has just got one
    visit.clock.shift(timedelta(hours=2))
    assert send_links(handle_id=link.handle_id) == 1
    assert send_links(handle_id=link.handle_id) == 0
    assert Delivery.objects.latest("made_at").handle == link.handle


def test_but_not_to_one_who_never_proved_to_read_it(visit: Visit) -> None:
    visit.follow(visit.write(reach="odile@client.example"))
    screen = Link.objects.get()
    give_link(conversation=screen.conversation, level=Link.Level.SCREEN)
    visit.clock.shift(timedelta(hours=2))
    participation = Participation.objects.get(interaction__turn__conversation=screen.conversation, role="author")
    assert send_links(handle_id=participation.handle_id) == 0
