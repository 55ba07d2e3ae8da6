"""Forgetting a person: everywhere of theirs, nothing of anybody else's, as often as one likes, whatever crashes."""

from __future__ import annotations

import json
import re
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as live_settings
from django.db import connection

import egards
from egards.accounts.scope import Scope
from egards.cli import forgetting
from egards.cli.erasures import ErasuresUnreadable, read_erasures
from egards.cli.forgetting import NobodyFound, SharedAddress, all_places, find_person, forget, resume
from egards.core.forget import ErasablePlace, Person, SilentPlace
from egards.core.models import Erasure
from egards.customers.actions import merge_customers
from egards.customers.models import Customer, Identity, TimelineEntry
from egards.intake.pipeline import process_waiting
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Arrival, Attachment, Batch, Blob, Content, Handle, Interaction, Outcome
from egards.interactions.queries import recounted_law, whole_law
from egards.understanding.models import Reading
from tests.builders import api_touchpoint, mail, mailbox, posted, say

pytestmark = pytest.mark.django_db

ODILE, BRUNO = "odile@client.example", "bruno@client.example"
LARGE = b"x" * 300_000


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    """A state folder of this test's own."""
    settings.EGARDS_HOME = tmp_path


def forget_quickly(who: str) -> forgetting.Forgotten:
    """Forget without rewriting tables: inside a test's transaction nothing can be rewritten."""
    return forget(find_person(who), rewrite=False)


def letter(sender: str, body: str, *, message_id: str, attachment: bytes = b"") -> bytes:
    """A mail, with a file if there is one."""
    message = EmailMessage()
    message["From"], message["To"] = f"Nom <{sender}>", "bonjour@lindelle.example"
    message["Subject"], message["Message-ID"] = "Sujet", f"<{message_id}@client.example>"
    message["Date"] = "Fri, 20 Nov 2026 12:00:00 +0000"
    message.set_content(body)
    if attachment:
        message.add_attachment(attachment, maintype="application", subtype="pdf", filename="facture.pdf")
    return message.as_bytes()


# ── the registry ─────────────────────────────────────────────────────────────────────────────────────────────────


def unlisted(tables: set[str], places: set[str]) -> set[str]:
    """The tables that have no line."""
    return tables - places


def test_every_table_has_its_line() -> None:
    names = {place.name for place in all_places()}
    tables = set(connection.introspection.table_names())
    assert unlisted(tables, names) == set()
    assert {name for name in names if not name.startswith("folder:")} - tables == set()


def test_a_table_without_a_line_is_noticed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE nobody_listed_me (words text)")
    names = {place.name for place in all_places()}
    assert unlisted(set(connection.introspection.table_names()), names) == {"nobody_listed_me"}


def test_no_line_stands_twice() -> None:
    names = [place.name for place in all_places()]
    assert len(names) == len(set(names))


def test_every_folder_that_the_code_names_has_its_line() -> None:
    code = [path for path in Path(egards.__file__).parent.rglob("*.py") if "tests" not in path.parts]
    source = "".join(path.read_text() for path in code)
    named = set(re.findall(r'EGARDS_HOME\)? / "([\w.]+)"', source)) | set(re.findall(r'\bhome / "([\w.]+)"', source))
    assert {"blobs", "keys", "static"} <= named
    assert named - {place.name.removeprefix("folder:") for place in all_places()} == set()


def test_every_column_called_erasable_is_in_an_erasable_place() -> None:
    erasable = {place.name for place in all_places() if isinstance(place, ErasablePlace)}
    said = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if "Erasable" in str(getattr(field, "help_text", ""))
    }
    assert said
    assert said - erasable == set()


def test_silent_places_say_why() -> None:
    assert all(len(place.why) > 10 for place in all_places() if isinstance(place, SilentPlace))


# ── finding ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_person_is_found_by_address_number_or_id() -> None:
    say(posted("Un", id="1", email=ODILE, phone="06 12 34 56 78"), at=api_touchpoint())
    by_email = find_person("ODILE@client.example")
    assert find_person("06.12.34.56.78") == by_email
    assert find_person(str(by_email.customer_ids[0])) == by_email


def test_nobody_is_found_under_an_unknown_address() -> None:
    with pytest.raises(NobodyFound):
        find_person("inconnu@client.example")


def test_a_shared_address_says_nothing_of_whom() -> None:
    say(posted("Un", id="1", email=ODILE), at=api_touchpoint())
    Handle.objects.update(is_shared=True)
    with pytest.raises(SharedAddress):
        find_person(ODILE)


def test_customers_joined_are_one_person() -> None:
    say(posted("Un", id="1", email=ODILE), posted("Deux", id="2", email=BRUNO), at=api_touchpoint())
    kept, joined = Customer.objects.order_by("id")
    merge_customers(kept=kept, joined=joined, by=None)
    person = find_person(BRUNO)
    assert set(person.customer_ids) == {kept.pk, joined.pk}
    assert len(person.interaction_ids) == 2


# ── forgetting ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_works() -> None:
    (word,) = say(letter(ODILE, "Le colis est cassé", message_id="1", attachment=LARGE), at=mailbox())
    large = Blob.objects.exclude(path="").values_list("path", flat=True)
    files = [Path(live_settings.EGARDS_HOME) / "blobs" / path for path in large]
    assert len(files) == 2

    done = forget_quickly(ODILE)

    content = Content.objects.get(pk=word.pk)
    assert (content.subject, content.text, content.html, content.facts) == ("", "", "", {})
    assert str(content.search) == ""
    assert not Attachment.objects.exists()
    assert not Blob.objects.exclude(data=None, path="", size=0).exists()
    assert not any(path.exists() for path in files)
    assert Handle.objects.get(participations__role="author").value == ""
    assert Customer.objects.get().name == ""
    assert Customer.objects.get().forgotten_at is not None
    assert Reading.objects.get().reasons == []
    assert Erasure.objects.get().counts == done.counts
    assert [line.is_done for line in read_erasures(forgetting.erasures_file())] == [True]


def test_facts_and_the_law_stay() -> None:
    say(letter(ODILE, "Un", message_id="1"), at=mailbox())
    before = whole_law(Scope.house()), Interaction.objects.count(), Arrival.objects.count()
    forget_quickly(ODILE)
    assert (whole_law(Scope.house()), Interaction.objects.count(), Arrival.objects.count()) == before
    assert recounted_law() == before[0]


def test_it_may_be_done_twice() -> None:
    say(letter(ODILE, "Un", message_id="1", attachment=b"pdf"), at=mailbox())
    (customer,) = find_person(ODILE).customer_ids
    forget_quickly(ODILE)
    again = forget_quickly(str(customer))
    assert sum(again.counts.values()) == 0


def test_what_waits_is_read_before_it_is_forgotten() -> None:
    api = api_touchpoint()
    say(posted("Un", id="1", email=ODILE), at=api)
    receive(touchpoint=api, deliveries=[Delivery(posted("Deux", id="2", email=ODILE), "2")])
    forget_quickly(ODILE)
    assert set(Content.objects.values_list("text", flat=True)) == {""}
    assert not Blob.objects.exclude(data=None).exists()


def test_somebody_else_keeps_everything() -> None:
    say(letter(ODILE, "Un", message_id="1"), letter(BRUNO, "Deux", message_id="2", attachment=b"pdf"), at=mailbox())
    forget_quickly(ODILE)
    assert Content.objects.get(interaction__participations__handle__value=BRUNO).text.strip() == "Deux"
    assert Attachment.objects.get().name == "facture.pdf"
    assert Blob.objects.exclude(data=None).count() == 2


def test_a_file_that_somebody_else_sent_too_is_kept_and_reported() -> None:
    hers = letter(ODILE, "Un", message_id="1", attachment=b"pdf")
    say(hers, letter(BRUNO, "Deux", message_id="2", attachment=b"pdf"), at=mailbox())
    shared = Attachment.objects.filter(interaction__participations__handle__value=BRUNO).get().blob_id
    done = forget_quickly(ODILE)
    assert done.kept_blobs == (shared,)
    assert bytes(Blob.objects.get(pk=shared).data or b"") == b"pdf"


def test_the_same_bytes_from_somebody_else_later_are_kept_as_new() -> None:
    post = mailbox()
    say(letter(ODILE, "Un", message_id="1", attachment=b"pdf"), at=post)
    forget_quickly(ODILE)
    say(letter(BRUNO, "Deux", message_id="2", attachment=b"pdf"), at=post)
    assert bytes(Attachment.objects.get().blob.data or b"") == b"pdf"


def test_what_others_wrote_to_them_is_listed_not_erased() -> None:
    (word,) = say(mail("Avec elle", From=BRUNO, Cc=ODILE), at=mailbox())
    done = forget_quickly(ODILE)
    assert done.mentions == (word.pk,)
    assert Content.objects.get(pk=word.pk).text.strip() == "Avec elle"
    assert not Handle.objects.filter(value=ODILE).exists()


def test_unreadable_arrivals_that_hold_an_address_are_erased() -> None:
    api = api_touchpoint()
    say(posted("Un", id="1", email=ODILE, phone="0612345678"), at=api)
    say(b"{illisible, appelez le 06 12 34 56 78", b"{illisible, sans adresse", at=api)
    Outcome.objects.filter(status="quarantined").update(reason="pourquoi")
    done = forget_quickly(ODILE)
    erased = Outcome.objects.get(pk=done.quarantined[0])
    assert len(done.quarantined) == 1
    assert (erased.status, erased.reason, erased.arrival.blob.data) == ("quarantined", "", None)
    assert Outcome.objects.filter(reason="pourquoi").count() == 1


def test_an_import_named_after_them_loses_its_name() -> None:
    post = mailbox()
    alone = Batch.objects.create(touchpoint=post, source="boite-de-mme-x.mbox")
    named = Batch.objects.create(touchpoint=post, source=f"{ODILE}.mbox", options={"from": ODILE, "sep": ";"})
    other = Batch.objects.create(touchpoint=post, source="autres.mbox")
    receive(touchpoint=post, deliveries=[Delivery(letter(ODILE, "Un", message_id="1"), "1")], batch=alone)
    receive(touchpoint=post, deliveries=[Delivery(letter(BRUNO, "Un", message_id="2"), "2")], batch=named)
    receive(touchpoint=post, deliveries=[Delivery(letter(BRUNO, "Deux", message_id="3"), "3")], batch=other)
    process_waiting()
    forget_quickly(ODILE)
    assert {b.pk: (b.source, b.options) for b in Batch.objects.all()} == {
        alone.pk: ("", {}),
        named.pk: ("", {"from": "", "sep": ";"}),
        other.pk: ("autres.mbox", {}),
    }


def test_a_forgotten_mail_read_again_stays_a_known_duplicate_and_leaves_no_bytes() -> None:
    post = mailbox()
    raw = letter(ODILE, "Un", message_id="1")
    say(raw, at=post)
    forget_quickly(ODILE)
    receive(touchpoint=post, deliveries=[Delivery(raw, "another way")])
    process_waiting()
    assert sorted(Outcome.objects.values_list("status", flat=True)) == ["duplicate", "stored"]
    assert not Blob.objects.exclude(data=None, path="").exists()
    assert not Handle.objects.filter(value=ODILE).exists()
    assert whole_law(Scope.house()).holds


def test_a_new_word_from_the_same_address_is_a_new_relation() -> None:
    post = mailbox()
    say(letter(ODILE, "Avant", message_id="1"), at=post)
    (forgotten,) = find_person(ODILE).customer_ids
    forget_quickly(ODILE)
    say(letter(ODILE, "Après", message_id="2"), at=post)
    person = find_person(ODILE)
    assert forgotten not in person.customer_ids
    assert person.handle_values == (ODILE,)
    assert [Content.objects.get(pk=i).text.strip() for i in person.interaction_ids] == ["Après"]
    forget_quickly(str(forgotten))
    assert find_person(ODILE) == person


def test_an_address_on_nobodys_timeline_is_forgotten_too() -> None:
    say(mail("Avec elle", From=BRUNO, Cc=ODILE), at=mailbox())
    person = find_person(ODILE)
    assert person.customer_ids == ()
    forget(person, rewrite=False)
    assert not Handle.objects.filter(value=ODILE).exists()


# ── crashes ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_crash_after_the_line_is_taken_up_again(monkeypatch: pytest.MonkeyPatch) -> None:
    say(letter(ODILE, "Un", message_id="1"), at=mailbox())

    def crash(*_args: object, **_kwargs: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "_write_row", crash)
        with pytest.raises(SystemExit):
            forget_quickly(ODILE)
    assert Content.objects.get().text.strip() == "Un"
    (done,) = resume(rewrite=False)
    assert Content.objects.get().text == ""
    assert done.counts["interactions_content"] == 1
    assert resume(rewrite=False) == []


def test_a_line_cut_by_a_crash_never_began() -> None:
    path = forgetting.erasures_file()
    say(letter(ODILE, "Un", message_id="1"), at=mailbox())
    forget_quickly(ODILE)
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"id": "cut')
    assert len(read_erasures(path)) == 1
    say(letter(BRUNO, "Deux", message_id="2"), at=mailbox())
    forget_quickly(BRUNO)
    assert [line.is_done for line in read_erasures(path)] == [True, True]


def test_a_damaged_file_is_refused() -> None:
    forgetting.erasures_file().write_bytes(b"n'importe quoi\n")
    with pytest.raises(ErasuresUnreadable):
        read_erasures(forgetting.erasures_file())


def test_the_file_holds_no_personal_word() -> None:
    say(letter(ODILE, "Un", message_id="1"), at=mailbox())
    forget_quickly(ODILE)
    text = forgetting.erasures_file().read_text()
    assert "odile" not in text
    assert set(json.loads(text.splitlines()[0])) == {"id", "at", "handle_digests", "customer_ids", "interaction_ids"}
    assert forgetting.erasures_file().stat().st_mode & 0o777 == 0o600


def test_the_links_end_and_the_timeline_stays() -> None:
    say(letter(ODILE, "Un", message_id="1"), at=mailbox())
    forget_quickly(ODILE)
    assert not Identity.objects.filter(ended_at=None).exists()
    assert TimelineEntry.objects.filter(kind="word").count() == 1


def test_erasing_nobody_erases_nothing() -> None:
    say(letter(ODILE, "Un", message_id="1"), at=mailbox())
    nobody = Person((), (), (), (), ())
    assert sum(forget(nobody, rewrite=False).counts.values()) == 0
    assert Content.objects.get().text.strip() == "Un"
