"""Mail finds its conversation, or stands perhaps beside it: what is cited, by whom, and how sure we are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from egards.accounts.actions import brand_named
from egards.consent.loading import load_pack
from egards.conversations.models import Conversation, Turn
from egards.conversations.tokens import reply_token
from egards.interactions.models import Interaction, Outcome, Participation
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.models import Touchpoint
from tests.builders import lindelle, mail, proved_mailbox, say
from tests.members import adviser

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
PAUL = "Paul Marchand <paul@ailleurs.example>"


@pytest.fixture
def box(db: None) -> Touchpoint:
    """A mailbox whose server signs its verdicts."""
    load_pack()
    box = proved_mailbox()
    box.settings = box.settings | {"authserv_id": "mx.lindelle.example"}
    box.save(update_fields=["settings"])
    return box


def vouched(domain: str) -> str:
    return f"mx.lindelle.example; dmarc=pass header.from={domain}"


def heard(raw: bytes, at: Touchpoint, *, when: datetime = FRIDAY) -> tuple[Interaction, Conversation | None]:
    (word,) = say(raw, at=at, when=when)
    turn = Turn.objects.select_related("conversation").filter(pk=word.pk).first()
    return word, turn.conversation if turn else None


def opened(at: Touchpoint, **headers: str) -> Conversation:
    _word, conversation = heard(mail("Il manque des vis.", Message_ID="<premier@client.example>", **headers), at)
    assert conversation is not None
    return conversation


def test_a_participant_vouched_for_joins_what_they_cite(box: Touchpoint) -> None:
    first = opened(box)
    raw = mail("Et un écrou.", In_Reply_To="<premier@client.example>", Authentication_Results=vouched("client.example"))
    word, joined = heard(raw, box)
    assert joined == first
    assert (word.turn.why, word.turn.is_to_confirm) == ("cited", False)


def test_one_who_only_claims_to_be_them_opens_another_beside(box: Touchpoint) -> None:
    first = opened(box)
    _word, other = heard(mail("Donnez-moi tout.", References="<premier@client.example>"), box)
    assert other is not None
    assert other != first
    assert (other.linked_to, other.link_reason) == (first, "maybe")


def test_a_stranger_who_cites_opens_another_beside(box: Touchpoint) -> None:
    first = opened(box)
    raw = mail(
        "Bonjour", From=PAUL, In_Reply_To="<premier@client.example>",
        Authentication_Results=vouched("ailleurs.example"),
    )  # fmt: skip
    _word, other = heard(raw, box)
    assert other is not None
    assert other.linked_to == first
    assert other.customer != first.customer


def test_whom_the_customer_put_in_copy_joins_to_be_confirmed(box: Touchpoint) -> None:
    first = opened(box, Cc=PAUL)
    raw = mail(
        "C’est aussi mon colis.", From=PAUL, In_Reply_To="<premier@client.example>",
        Authentication_Results=vouched("ailleurs.example"),
    )  # fmt: skip
    word, joined = heard(raw, box)
    assert joined == first
    assert word.turn.is_to_confirm


def test_whom_a_stranger_put_in_copy_does_not(box: Touchpoint) -> None:
    first = opened(box)
    token = reply_token(first.pk)
    stranger = "Mallory <mallory@mechant.example>"
    heard(mail("Coucou", From=stranger, To=f"bonjour+{token}@lindelle.example", Cc=PAUL), box)
    raw = mail(
        "Moi aussi", From=PAUL, In_Reply_To="<premier@client.example>", Date="Fri, 20 Nov 2026 12:05:00 +0000",
        Authentication_Results=vouched("ailleurs.example"),
    )  # fmt: skip
    _word, other = heard(raw, box)
    assert other != first


def test_an_id_that_two_messages_bear_names_none(box: Touchpoint) -> None:
    first = opened(box)
    heard(mail("Une copie", From="Mallory <m@mechant.example>", Message_ID="<premier@client.example>"), box)
    raw = mail("Et un écrou.", In_Reply_To="<premier@client.example>", Authentication_Results=vouched("client.example"))
    _word, other = heard(raw, box)
    assert other is not None
    assert other != first
    assert other.link_reason == "maybe"


def test_empty_ids_glue_nothing(box: Touchpoint) -> None:
    _word, one = heard(mail("Un", Message_ID="<>"), box)
    _word, two = heard(mail("Deux", From=PAUL, Message_ID="<>", In_Reply_To="<>", References="<> <>"), box)
    assert one != two
    assert two is not None
    assert two.linked_to is None


def test_the_subject_alone_never_decides(box: Touchpoint) -> None:
    first = opened(box)
    _word, other = heard(mail("Bonjour", From=PAUL, Subject=f"Re: Ma commande [n° {first.number}]"), box)
    assert other is not None
    assert (other.linked_to, other.customer == first.customer) == (None, False)


def test_words_that_came_in_together_find_each_other(box: Touchpoint) -> None:
    vouch = vouched("client.example")
    one = mail("Un", Message_ID="<un@client.example>", Authentication_Results=vouch)
    two = mail(
        "Deux", Message_ID="<deux@client.example>", In_Reply_To="<un@client.example>", Authentication_Results=vouch
    )
    three = mail("Trois", References="<un@client.example> <deux@client.example>", Authentication_Results=vouch)
    words = say(three, two, one, at=box, when=FRIDAY)
    assert len({Turn.objects.get(pk=word.pk).conversation_id for word in words}) == 1


def test_a_disowned_author_is_to_be_confirmed_even_with_a_token(box: Touchpoint) -> None:
    first = opened(box)
    raw = mail(
        "Changez mon adresse.", To=f"bonjour+{reply_token(first.pk)}@lindelle.example",
        Authentication_Results="mx.lindelle.example; dmarc=fail header.from=client.example",
    )  # fmt: skip
    word, joined = heard(raw, box)
    assert (joined, word.turn.is_to_confirm) == (first, True)


def test_how_long_an_answer_reopens_is_the_brand_s_choice(box: Touchpoint) -> None:
    first = opened(box)
    Conversation.objects.filter(pk=first.pk).update(state="resolved", state_at=FRIDAY - timedelta(days=20))
    to = f"bonjour+{reply_token(first.pk)}@lindelle.example"
    _word, later = heard(mail("Encore moi", To=to), box)
    assert later is not None
    assert (later.linked_to, later.link_reason) == (first, "follows")
    brand = lindelle()
    brand.reopened_within_days = 30
    brand.save(update_fields=["reopened_within_days"])
    _word, joined = heard(mail("Toujours moi", To=to), Touchpoint.objects.get(pk=box.pk))
    assert joined == first


def test_the_same_mail_at_two_of_our_addresses_is_one_word(box: Touchpoint) -> None:
    other = open_touchpoint(brand=lindelle(), kind="mail", name="Ventes")
    raw = mail("Bonjour à tous", To="bonjour@lindelle.example, ventes@lindelle.example")
    (first,), (second,) = say(raw, at=box, when=FRIDAY), say(raw, at=other, when=FRIDAY)
    assert first == second
    assert set(Outcome.objects.filter(interaction=first).values_list("touchpoint__name", flat=True)) == {
        "Courriel",
        "Ventes",
    }
    assert Conversation.objects.count() == 1


def test_another_brand_never_joins(box: Touchpoint) -> None:
    first = opened(box)
    ormelle = open_touchpoint(brand=brand_named(name="Ormelle"), kind="mail", name="Courriel")
    ormelle.settings = {"authserv_id": "mx.lindelle.example"}
    ormelle.save(update_fields=["settings"])
    raw = mail("Et un écrou.", In_Reply_To="<premier@client.example>", Authentication_Results=vouched("client.example"))
    _word, other = heard(raw, ormelle)
    assert other is not None
    assert (other.brand.name, other.linked_to) == ("Ormelle", None)
    assert other != first


FORWARDED = """Pour toi !

---------- Forwarded message ---------
De : Odile Marchand <odile@client.example>
Date: ven. 20 nov. 2026 à 09:12
Subject: Ma table
To: <alice@maison.example>

Il manque des vis à ma table.
"""


def test_what_a_colleague_hands_on_is_the_customers(box: Touchpoint) -> None:
    adviser("alice")
    word, conversation = heard(mail(FORWARDED, From="Alice <alice@maison.example>", Subject="Fwd: Ma table"), box)
    assert conversation is not None
    assert str(conversation.customer) == "Odile Marchand"
    assert word.content.text == "Il manque des vis à ma table."
    assert (
        word.content.around["forward"]["said"] == "Pour toi\u202f!"
        or word.content.around["forward"]["said"] == "Pour toi !"
    )
    roles = dict(Participation.objects.filter(interaction=word).values_list("role", "handle__value"))
    assert (roles["author"], roles["forwarder"]) == ("odile@client.example", "alice@maison.example")


def test_what_a_stranger_hands_on_is_the_strangers(box: Touchpoint) -> None:
    word, conversation = heard(mail(FORWARDED, From=PAUL, Subject="Fwd: Ma table"), box)
    assert conversation is not None
    assert str(conversation.customer) == "Paul Marchand"
    assert "forward" not in word.content.around


def test_what_somebody_hands_on_in_a_colleagues_name_is_not_the_customers(box: Touchpoint) -> None:
    adviser("alice")
    forged = "mx.lindelle.example; dmarc=fail header.from=maison.example"
    raw = mail(FORWARDED, From="Alice <alice@maison.example>", Subject="Fwd: Ma table", Authentication_Results=forged)
    word, _conversation = heard(raw, box)
    roles = dict(Participation.objects.filter(interaction=word).values_list("role", "handle__value"))
    assert (roles["author"], "forwarder" in roles) == ("alice@maison.example", False)


def test_another_house_of_egards_is_answered_like_anybody(box: Touchpoint) -> None:
    ours = "<egards.0123456789abcdef0123456789abcdef@fournisseur.example>"
    word, conversation = heard(mail("Votre facture est réglée.", Message_ID=ours), box)
    assert (word.is_automatic, conversation is not None) == (False, True)
    word, nowhere = heard(mail("Bien reçu.", From=PAUL, Message_ID=ours, Auto_Submitted="auto-replied"), box)
    assert (word.content.around, nowhere) == ({"automatic": "notification"}, None)
