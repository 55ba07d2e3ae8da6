"""The first page of a new house: five steps by whoever holds its key, and closed for good once somebody is in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from egards.accounts.models import Brand, Hours, Member
from egards.accounts.queries import access_of
from egards.intake.files import UPLOADS, sweep_uploads
from egards.intake.pipeline import process_waiting
from egards.interactions.models import Arrival, Delivery, Interaction, Mode
from egards.touchpoints import finding
from egards.touchpoints.models import Touchpoint
from egards.workspace.beginning.first_page import open_house
from egards.workspace.beginning.key import first_page_token
from tests.builders import mail
from tests.cast import Cast
from tests.smtp_server import smtp_server

pytestmark = pytest.mark.django_db

ASKING = ("first_company", "first_words", "first_member")
PASSWORD = "quatre-tasses-de-tisane"
COMPANY = {"name": "Lindelle", "phone": "0261910400"}
WHO = {"name": "Fatou Ndiaye", "email": "fatou@maison.example", "password": PASSWORD}
WEEK = {
    "zone": "Europe/Paris",
    "subdivision": "FR",
    "d1a": "9",
    "d1b": "12 h 30",
    "d1c": "14",
    "d1d": "18",
    "mediator": "Médiation, Paris",
}
REVIEWS = "Date;Note;Commentaire\n01/03/2026;2;Le colis est arrivé cassé.\n02/03/2026;5;Très bien, merci.\n"


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    """A quick hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def step(name: str) -> str:
    return reverse(name, kwargs={"token": first_page_token()})


def reviews(text: str = REVIEWS, name: str = "avis.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture
def relays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Name servers that know one domain, at OVH; gives the questions they were asked."""
    asked: list[str] = []

    def ask(name: str, kind: str) -> list[str]:
        asked.append(f"{name} {kind}")
        return ["1 mx1.mail.ovh.net."] if asked[-1] == "lindelle.example MX" else []

    monkeypatch.setattr(finding, "ask_names", ask)
    return asked


def value_of(page: str, name: str) -> str:
    """What stands in a field."""
    field = re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
    assert field, f"no field {name}"
    value = re.search(r' value="([^"]*)"', field[0])
    return value[1] if value else ""


def test_five_steps_make_a_house_that_answers() -> None:
    somebody = Client()
    assert somebody.get(step("first_page")).headers["Location"] == step("first_company")
    assert somebody.post(step("first_company"), COMPANY).headers["Location"] == step("first_words")
    assert somebody.post(step("first_words"), {"what": "later"}).headers["Location"] == step("first_member")
    assert somebody.post(step("first_member"), WHO).headers["Location"] == reverse("first_hours")
    assert somebody.post(reverse("first_hours"), WEEK).headers["Location"] == reverse("first_done")
    done = somebody.get(reverse("first_done")).content.decode()
    assert "/contact/" in done
    brand, fatou = Brand.objects.get(), Member.objects.get()
    assert (brand.phone, brand.mediator) == ("02 61 91 04 00", "Médiation, Paris")
    assert brand.default_team is not None
    assert [role.team for role in fatou.roles.filter(brand=brand)] == [brand.default_team]
    assert access_of(fatou).scope("keep house").is_house
    assert set(Touchpoint.objects.values_list("kind", flat=True)) == {"form", "phone"}
    assert Hours.objects.get().week == {"1": [["09:00", "12:30"], ["14:00", "18:00"]]}


def test_the_contact_page_of_a_new_house_gives_its_number() -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    assert "02 61 91 04 00" in Client().get("/contact/").content.decode().replace("\u00a0", " ").replace("\u202f", " ")


def test_nobody_comes_in_without_the_key() -> None:
    assert Client().get(reverse("first_page", kwargs={"token": "a" * 32})).status_code == 404
    for name in ASKING:
        wrong = reverse(name, kwargs={"token": "a" * 32})
        assert Client().get(wrong).status_code == 404
        assert Client().post(wrong, WHO).status_code == 404
    assert not Member.objects.exists()


def test_the_key_is_dead_once_somebody_is_in(house: Cast) -> None:
    assert Client().get(step("first_page")).headers["Location"] == "/"
    for name in ASKING:
        assert Client().get(step(name)).headers["Location"] == "/"
        assert Client().post(step(name), COMPANY | WHO).headers["Location"] == "/"
    assert not Member.objects.filter(email=WHO["email"]).exclude(pk=house.fatou.pk).exists()
    assert not Brand.objects.filter(phone=COMPANY["phone"]).exists()


def test_the_key_stays_in_its_address() -> None:
    page = Client().get(step("first_company"))
    assert page.headers["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page.headers["Cache-Control"]


def test_one_goes_on_where_one_had_stopped_and_back_keeps_what_was_typed() -> None:
    Client().post(step("first_company"), COMPANY)
    later = Client()
    assert later.get(step("first_page")).headers["Location"] == step("first_words")
    shown = later.get(step("first_company")).content.decode()
    assert 'value="Lindelle"' in shown
    assert 'value="02 61 91 04 00"' in shown
    later.post(step("first_company"), COMPANY | {"name": "Lindelle et fils"})
    assert Brand.objects.get().name == "Lindelle et fils"
    assert Touchpoint.objects.count() == 2


def test_steps_cannot_be_jumped() -> None:
    for name in ("first_words", "first_member"):
        assert Client().get(step(name)).headers["Location"] == step("first_company")


@pytest.mark.parametrize("phone", ["0892 12 34 56", "02 61 91 04", ""])
def test_a_number_that_customers_cannot_dial_is_refused(phone: str) -> None:
    shown = Client().post(step("first_company"), COMPANY | {"phone": phone}).content.decode()
    assert 'id="id_phone_error"' in shown
    assert not Brand.objects.exists()


def test_a_weak_password_is_refused_in_its_place() -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    shown = Client().post(step("first_member"), WHO | {"password": "azerty"}).content.decode()
    assert 'id="id_password_error"' in shown
    assert not Member.objects.exists()


def test_a_table_enters_as_archive_and_is_read() -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    answer = Client().post(step("first_words"), {"what": "file", "file": reviews()})
    assert answer.headers["Location"] == step("first_member")
    process_waiting()
    assert set(Arrival.objects.values_list("mode", flat=True)) == {Mode.ARCHIVE}
    assert Interaction.objects.filter(score=2).count() == 1
    assert not Delivery.objects.exists()


def test_mails_enter_too() -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    Client().post(step("first_words"), {"what": "file", "file": reviews(mail().decode(), "lettre.eml")})
    process_waiting()
    assert Interaction.objects.get().touchpoint.kind == "mail"


@pytest.mark.parametrize(
    ("name", "text"), [("avis.csv", "a;b\n1;2\n"), ("photo.jpg", "\x00\x01"), ("vide.csv", "\n"), ("x.xlsx", "non")]
)
def test_a_file_that_nobody_can_read_is_refused_in_its_place(name: str, text: str) -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    shown = Client().post(step("first_words"), {"what": "file", "file": reviews(text, name)})
    assert 'id="id_file_error"' in shown.content.decode()
    assert not Arrival.objects.exists()


def test_nothing_of_a_file_is_left_on_the_disk(settings: Settings, tmp_path: Path) -> None:
    settings.EGARDS_HOME = tmp_path
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    Client().post(step("first_words"), {"what": "file", "file": reviews(name="../../avis.csv")})
    assert Arrival.objects.count() == 2
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_reader_left_is_swept(tmp_path: Path) -> None:
    (tmp_path / f"{UPLOADS}abc").mkdir()
    (tmp_path / f"{UPLOADS}abc" / "avis.csv").write_text(REVIEWS)
    (tmp_path / "keys").mkdir()
    sweep_uploads(tmp_path)
    assert [left.name for left in tmp_path.iterdir()] == ["keys"]


def test_a_relay_that_does_not_answer_says_so() -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    relay = {"address": "bonjour@lindelle.example", "host": "localhost", "port": "9", "security": "none"}
    shown = Client().post(step("first_words"), {"what": "mailbox"} | relay).content.decode()
    assert re.search(r'class="refusal" role="alert"', shown)
    box = Touchpoint.objects.get(kind="mail")
    assert (box.settings["address"], box.is_proved) == ("bonjour@lindelle.example", False)
    assert Brand.objects.get().email == "bonjour@lindelle.example"


def test_an_address_is_enough_to_know_its_relay(relays: list[str]) -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    shown = Client().post(step("first_words"), {"what": "find", "address": "bonjour@lindelle.example"}).content.decode()
    assert relays == ["lindelle.example MX"]
    assert value_of(shown, "host") == "ssl0.ovh.net"
    assert (value_of(shown, "port"), value_of(shown, "username")) == ("465", "bonjour@lindelle.example")
    assert "Relais\u202f: ssl0.ovh.net, port 465" in shown
    assert re.search(r"<details><summary>Relais", shown), "what is known stays folded"
    assert re.search(r'name="password"[^>]*autofocus', shown)
    assert not Touchpoint.objects.filter(kind="mail").exists(), "nothing is kept before it is sent"


def test_a_relay_that_nobody_told_is_only_proposed(relays: list[str]) -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    shown = Client().post(step("first_words"), {"what": "find", "address": "bonjour@seule.example"}).content.decode()
    assert value_of(shown, "host") == "smtp.seule.example"
    assert "<details open><summary>Relais</summary>" in shown
    assert "Personne ne nous a dit le relais" in shown


def test_looking_at_the_page_asks_nobody(relays: list[str]) -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    shown = Client().get(step("first_words")).content.decode()
    assert re.search(r'name="address"[^>]*autofocus', shown)
    Client().post(step("first_words"), {"what": "find", "address": "noreply@lindelle.example"})
    Client().post(step("first_words"), {"what": "find", "address": "lindelle"})
    assert relays == []


def test_the_code_is_all_that_is_asked_once_it_has_left() -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    somebody = Client()
    with smtp_server() as post:
        relay = {"address": "bonjour@lindelle.example", "host": "127.0.0.1", "port": post.port, "security": "none"}
        assert somebody.post(step("first_words"), {"what": "mailbox"} | relay).headers["Location"] == step(
            "first_words"
        )
    assert somebody.get(step("first_page")).headers["Location"] == step("first_words"), "the code is still awaited"
    asked = somebody.get(step("first_words")).content.decode()
    assert "<h1>Un code est parti à bonjour@lindelle.example</h1>" in asked
    assert re.search(r'name="code"[^>]*autofocus', asked)
    wrong = somebody.post(step("first_words"), {"what": "code", "code": "000 00"}).content.decode()
    assert 'id="id_code_error"' in wrong
    code = re.search(r"\b\d{6}\b", post.messages[0].text())
    assert code
    taken = somebody.post(step("first_words"), {"what": "code", "code": code[0]})
    assert taken.headers["Location"] == step("first_member")
    assert "bonjour@lindelle.example est prouvée" in somebody.get(step("first_words")).content.decode()
    assert Touchpoint.objects.get(kind="mail").is_proved


def test_the_usual_hours_are_kept_by_one_click() -> None:
    brand = open_house(None, name="Lindelle", phone="02 61 91 04 00")
    somebody = Client()
    somebody.post(step("first_member"), WHO)
    shown = somebody.get(reverse("first_hours")).content.decode()
    assert "Lundi à vendredi, 9\u00a0h à 18\u00a0h." in shown
    assert "<details><summary>D’autres heures</summary>" in shown
    offered = {name: value_of(shown, name) for name in (f"d{day}{edge}" for day in range(1, 8) for edge in "abcd")}
    kept = somebody.post(reverse("first_hours"), offered | {"zone": "Europe/Paris", "subdivision": "FR"})
    assert kept.headers["Location"] == reverse("first_done")
    assert Hours.objects.get(brand=brand).week == {str(day): [["09:00", "18:00"]] for day in range(1, 6)}
    wrong = somebody.post(reverse("first_hours"), WEEK | {"d1a": "midi"}).content.decode()
    assert "<details open><summary>D’autres heures</summary>" in wrong


def test_an_address_that_takes_no_answer_is_refused() -> None:
    open_house(None, name="Lindelle", phone="02 61 91 04 00")
    relay = {"address": "noreply@lindelle.example", "host": "localhost", "port": "25", "security": "none"}
    shown = Client().post(step("first_words"), {"what": "mailbox"} | relay).content.decode()
    assert 'id="id_address_error"' in shown
    assert not Touchpoint.objects.filter(kind="mail").exists()
