"""One word once: what makes two words one, and what does not."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from egards.accounts.actions import brand_named
from egards.interactions.models import Attachment, Content, Handle, Interaction, Mode, Outcome
from egards.interactions.rules import content_key_parts, normalised_email, normalised_phone
from egards.touchpoints.actions import open_touchpoint
from egards.touchpoints.inbound import Address, Inbound, Meta, Party
from egards.touchpoints.kinds.example import Example
from tests.builders import NOON, api_touchpoint, lindelle, mail, mailbox, posted, say


@pytest.mark.django_db
def test_the_same_mail_three_times_is_one_word() -> None:
    touchpoint = mailbox()
    letter = mail("Toujours rien reçu.", Message_ID="<a@client.example>")
    first, second, third = say(letter, letter, letter, at=touchpoint)
    assert first == second == third
    assert Interaction.objects.count() == 1


@pytest.mark.django_db
def test_the_same_message_id_with_another_body_is_another_word() -> None:
    say(mail("Un.", Message_ID="<a@x.example>"), mail("Deux.", Message_ID="<a@x.example>"), at=mailbox())
    assert Interaction.objects.count() == 2


@pytest.mark.django_db
def test_mails_without_message_id_are_not_glued_together() -> None:
    say(mail("Un."), mail("Deux."), mail("Trois."), at=mailbox())
    assert Interaction.objects.count() == 3


@pytest.mark.django_db
def test_the_same_mail_to_two_brands_is_a_word_for_each() -> None:
    from_one = mail("Bonjour à vous deux.", Message_ID="<a@x.example>")
    say(from_one, at=mailbox())
    say(from_one, at=mailbox(brand=brand_named(name="Autre")))
    assert Interaction.objects.count() == 2


@pytest.mark.django_db
def test_a_provider_id_is_enough_within_its_touchpoint() -> None:
    touchpoint = api_touchpoint()
    say(posted("Bonjour", id="42"), posted("Bonjour, corrigé", id="42"), at=touchpoint)
    assert list(Content.objects.values_list("text", flat=True)) == ["Bonjour"]


@pytest.mark.django_db
def test_words_that_say_nothing_at_all_are_kept_apart() -> None:
    bare = mail("", Date="", Subject="", From="", To="")
    say(bare, bare + b"\r\n", at=mailbox())
    assert Interaction.objects.count() == 2


@pytest.mark.django_db
def test_a_live_word_older_than_seven_days_is_an_archive() -> None:
    (old,) = say(posted("Vieux mot", at=NOON - timedelta(days=8)), at=api_touchpoint())
    assert old.mode == Mode.ARCHIVE


@pytest.mark.django_db
def test_a_date_in_the_future_is_brought_back_to_receipt() -> None:
    (word,) = say(posted("Demain", at=NOON + timedelta(days=300)), at=api_touchpoint())
    assert word.happened_at == word.received_at


@pytest.mark.django_db
def test_attachments_and_odd_characters_are_kept() -> None:
    letter = (
        b"From: odile@client.example\r\nSubject: =?utf-8?q?Fa=C3=A7ade?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nVoir la photo\x00.\r\n"
        b'--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="vis.png"\r\n\r\nPNG\r\n--b--\r\n'
    )
    (word,) = say(letter, at=mailbox())
    assert Content.objects.get(pk=word.pk).subject == "Façade"
    assert "\x00" not in Content.objects.get(pk=word.pk).text
    assert Attachment.objects.get(interaction=word).name == "vis.png"


@pytest.mark.django_db
def test_a_handle_is_one_whatever_its_case() -> None:
    say(posted("un", email="Odile@Client.example"), posted("deux", email="odile@client.example"), at=api_touchpoint())
    assert Handle.objects.get().value == "odile@client.example"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Odile@Client.EXAMPLE", "odile@client.example"),
        ("<odile@éléphant.example>", "odile@xn--lphant-9uab.example"),
        ("odile@client.example.", "odile@client.example"),
        ("pas une adresse", None),
        ("@client.example", None),
        ("a b@client.example", None),
    ],
)
def test_an_address_is_known_by_its_normal_form(written: str, known: str | None) -> None:
    assert normalised_email(written) == known


@pytest.mark.parametrize(
    ("written", "region", "known"),
    [
        ("02 61 91 04 12", "FR", "+33261910412"),
        ("+33 (0)2 61 91 04 12", "FR", "+33261910412"),
        ("0262 30 40 50", "FR", "+262262304050"),
        ("0590 99 99 99", "GP", "+590590999999"),
        ("00 41 21 601 00 00", "FR", "+41216010000"),
        ("06 39 98 41 27", "FR", "+33639984127"),
        ("12", "FR", None),
    ],
)
def test_a_number_is_known_by_its_international_form(written: str, region: str, known: str | None) -> None:
    assert normalised_phone(written, region) == known


def test_an_empty_string_is_never_a_key() -> None:
    nothing = content_key_parts(
        scope_id="s", word_id="", is_unique=False, author="", claimed_at=None, subject="", text=" \n "
    )
    assert nothing is None


@pytest.mark.django_db
def test_a_name_that_the_base_cannot_hold_is_kept_without_what_it_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    named = Address("email", "odile@client.example", "Odile\x00 \ud800Marchand" + "d" * 4000)

    def parse(self: Example, raw: bytes, meta: Meta) -> list[Inbound]:
        return [Inbound(text="Bonjour", parties=(Party("author", named),))]

    monkeypatch.setattr(Example, "parse", parse)
    say(b"{}", at=open_touchpoint(brand=lindelle(), kind="example", name="Bouton"))
    assert Handle.objects.get().name.startswith("Odile Marchand")
    assert Outcome.objects.get().status == "stored"


@pytest.mark.django_db
def test_the_same_moment_written_in_two_time_zones_is_the_same_word() -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=11)))
    say(posted("Bonjour", at=NOON), posted("Bonjour", at=elsewhere), at=api_touchpoint())
    assert Interaction.objects.count() == 1
