"""The settings: what each page asks is kept, what cannot be is said in its place, and each stays within its brands."""

from __future__ import annotations

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from egards.accounts.actions import add_hours, add_place, add_team, give_role
from egards.accounts.models import Brand, Hours, Member, Place, Role, Team
from egards.conversations.models import SavedReply
from egards.touchpoints.models import Touchpoint
from egards.workspace.tests.conftest import As
from tests.cast import Cast, newcomer


@pytest.fixture
def admin(house: Cast, as_member: As) -> Client:
    """Fatou, who keeps the whole house."""
    return as_member(house.fatou)


@pytest.fixture
def nour(house: Cast) -> Member:
    """Bob, who keeps Lindelle from now on."""
    give_role(member=house.bob, name="admin", brand=house.lindelle)
    return house.bob


def brand_fields(brand: Brand, **changed: str) -> dict[str, str]:
    fields = {"name": brand.name, "answer_hours": "9", "first_answer_hours": "4", "call_slot_minutes": "60"}
    fields["reopened_within_days"] = "14"
    return fields | {"calls_per_slot": "2"} | changed


def week(**slots: str) -> dict[str, str]:
    return {"zone": "Europe/Paris", "subdivision": "FR", "closures": ""} | slots


PAGES = (
    "settings", "settings_brand_new", "settings_hours_all", "settings_places", "settings_teams", "settings_members",
    "settings_invite", "settings_touchpoints", "saved_replies", "saved_reply_new",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_to_who_keeps_the_house(admin: Client, page: str) -> None:
    assert admin.get(reverse(page)).status_code == 200


@pytest.mark.parametrize("page", PAGES[:8])
def test_no_page_exists_for_who_does_not(house: Cast, as_member: As, page: str) -> None:
    assert as_member(house.alice).get(reverse(page)).status_code == 404


def test_the_overview_says_that_nothing_leaves(admin: Client) -> None:
    assert "Aucune adresse d’envoi n’est prouvée : rien ne part." in plain(admin.get("/reglages/").content.decode())


def test_a_brand_says_how_to_be_reached(admin: Client, house: Cast) -> None:
    fields = brand_fields(house.lindelle, phone="0261910400", email="bonjour@lindelle.example", answer_hours="6.5")
    answer = admin.post(reverse("settings_brand", args=[house.lindelle.pk]), fields)
    assert answer.status_code == 302
    house.lindelle.refresh_from_db()
    assert (house.lindelle.phone, house.lindelle.answer_minutes) == ("02 61 91 04 00", 390)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "0892 12 34 56", "surtaxé"),
        ("phone", "02 61 91 04", "Il manque deux chiffres."),
        ("email", "noreply@lindelle.example", "Essayez bonjour@"),
        ("first_answer_hours", "12", "ne doit pas être plus long"),
        ("name", "Ormelle", "existe déjà"),
    ],
)
def test_what_cannot_be_said_is_refused_in_its_place(
    admin: Client, house: Cast, field: str, typed: str, said: str
) -> None:
    page = reverse("settings_brand", args=[house.lindelle.pk])
    shown = admin.post(page, brand_fields(house.lindelle) | {field: typed}).content.decode()
    assert said in plain(shown)
    assert f'id="id_{field}_error"' in shown
    assert Brand.objects.get(pk=house.lindelle.pk).phone == ""


def test_a_brand_of_others_does_not_exist(house: Cast, nour: Member, as_member: As) -> None:
    theirs = as_member(nour)
    assert theirs.get(reverse("settings_brand", args=[house.lindelle.pk])).status_code == 200
    assert theirs.get(reverse("settings_brand", args=[house.ormelle.pk])).status_code == 404
    assert "Ormelle" not in theirs.get("/reglages/").content.decode()


def test_only_who_keeps_the_whole_house_opens_a_brand(admin: Client, nour: Member, as_member: As) -> None:
    assert admin.post(reverse("settings_brand_new"), {"name": "Presqu’île"}).status_code == 302
    shown = as_member(nour).post(reverse("settings_brand_new"), {"name": "Autre"})
    assert "toute la maison" in shown.content.decode()
    assert not Brand.objects.filter(name="Autre").exists()


def test_a_week_is_typed_without_a_script(admin: Client, house: Cast) -> None:
    hours = add_hours(brand=house.lindelle, name="Service clients", by=None)
    typed = week(d1a="9", d1b="12 h 30", d1c="14h00", d1d="18:00", d6a="10 h", d6b="12\u00a0h", subdivision="57")
    page = reverse("settings_hours", args=[hours.pk])
    assert admin.post(page, typed | {"closures": "24/12/2026\n2026-12-31"}).status_code == 302
    calendar = Hours.objects.get(pk=hours.pk).calendar()
    assert calendar.week == {1: ((time(9), time(12, 30)), (time(14), time(18))), 6: ((time(10), time(12)),)}
    assert sorted(day.isoformat() for day in calendar.closures) == ["2026-12-24", "2026-12-31"]
    shown = plain(admin.get(page).content.decode())
    assert "Lundi, 9 h à 12 h 30 et 14 h à 18 h ; samedi, 10 h à 12 h." in shown
    assert "26 décembre" in shown  # Moselle keeps Saint Stephen's day


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"d1a": "09:00"}, "Une plage a un début et une fin."),
        ({"d1a": "9 h", "d1b": "midi"}, "Écrivez une heure comme 9 h ou 12 h 30."),
        ({"d1a": "9 h", "d1b": "25 h"}, "Écrivez une heure comme 9 h ou 12 h 30."),
        ({"d1a": "18:00", "d1b": "09:00"}, "La fin d’une plage vient après son début."),
        ({}, "sans heure d’ouverture"),
        ({"d1a": "09:00", "d1b": "18:00", "closures": "Noël"}, "n’est pas une date"),
    ],
)
def test_a_week_that_cannot_be_keeps_what_was_typed(
    admin: Client, house: Cast, typed: dict[str, str], said: str
) -> None:
    hours = add_hours(brand=house.lindelle, name="Service clients", by=None)
    shown = admin.post(reverse("settings_hours", args=[hours.pk]), week(**typed)).content.decode()
    assert said in plain(shown)
    assert Hours.objects.get(pk=hours.pk).week == hours.week


def test_places_and_teams_are_added_by_name(admin: Client, house: Cast) -> None:
    admin.post(reverse("settings_places"), {"name": "Nantes", "brand": house.lindelle.pk})
    admin.post(reverse("settings_teams"), {"name": "Atelier", "brand": house.lindelle.pk})
    place, team = Place.objects.get(), Team.objects.get()
    role = Role.objects.get(member=house.alice)
    admin.post(reverse("settings_place", args=[place.pk]), {"name": "Nantes centre", "phone": "0240000000"})
    admin.post(reverse("settings_team", args=[team.pk]), {"name": "Atelier", "members": [role.pk]})
    place.refresh_from_db()
    assert (place.name, place.phone) == ("Nantes centre", "02 40 00 00 00")
    assert Role.objects.get(pk=role.pk).team == team
    admin.post(reverse("settings_team", args=[team.pk]), {"name": "Atelier"})
    assert Role.objects.get(pk=role.pk).team is None


def test_hours_of_another_brand_cannot_be_chosen(admin: Client, house: Cast) -> None:
    theirs = add_hours(brand=house.ormelle, name="Service clients", by=None)
    place = add_place(brand=house.lindelle, name="Nantes", by=None)
    admin.post(reverse("settings_place", args=[place.pk]), {"name": "Nantes", "hours": theirs.pk})
    assert Place.objects.get(pk=place.pk).hours is None


def test_a_role_of_another_brand_cannot_join_a_team(admin: Client, house: Cast) -> None:
    team = add_team(brand=house.lindelle, name="Atelier", by=None)
    role = Role.objects.get(member=house.chloe)
    admin.post(reverse("settings_team", args=[team.pk]), {"name": "Atelier", "members": [role.pk]})
    assert Role.objects.get(pk=role.pk).team is None


def test_a_touchpoint_is_opened_described_and_closed(admin: Client, house: Cast) -> None:
    page = reverse("settings_touchpoint_new") + "?sorte=api"
    assert admin.get(page).status_code == 200
    admin.post(page, {"name": "Caisse", "brand": house.lindelle.pk})
    made = Touchpoint.objects.get(name="Caisse")
    admin.post(reverse("settings_touchpoint", args=[made.pk]), {"name": "Caisses"})
    admin.post(reverse("settings_touchpoint_opening", args=[made.pk]))
    made.refresh_from_db()
    assert (made.name, made.is_open) == ("Caisses", False)
    admin.post(reverse("settings_touchpoint_opening", args=[made.pk]))
    assert Touchpoint.objects.get(pk=made.pk).is_open


@pytest.mark.parametrize("kind", ["verbatims", "licorne", ""])
def test_a_kind_that_is_not_offered_is_not_opened(admin: Client, house: Cast, kind: str) -> None:
    page = f"{reverse('settings_touchpoint_new')}?sorte={kind}"
    assert admin.get(page).status_code == 302
    admin.post(page, {"name": "Caisse", "brand": house.lindelle.pk})
    assert not Touchpoint.objects.filter(name="Caisse").exists()


def test_a_touchpoint_of_others_does_not_exist(house: Cast, nour: Member, as_member: As) -> None:
    theirs = as_member(nour)
    for page in ("settings_touchpoint", "settings_sending"):
        assert theirs.get(reverse(page, args=[house.ormelle_api.pk])).status_code == 404
    assert theirs.post(reverse("settings_touchpoint_opening", args=[house.ormelle_api.pk])).status_code == 404
    assert Touchpoint.objects.get(pk=house.ormelle_api.pk).is_open


def test_nobody_opens_a_touchpoint_of_others(house: Cast, nour: Member, as_member: As) -> None:
    page = reverse("settings_touchpoint_new") + "?sorte=api"
    as_member(nour).post(page, {"name": "Caisse", "brand": house.ormelle.pk})
    assert not Touchpoint.objects.filter(name="Caisse", brand=house.ormelle).exists()


def test_who_works_at_one_place_reads_the_replies_of_the_brand_and_changes_none(house: Cast, as_member: As) -> None:
    reply = SavedReply.objects.create(brand=house.lindelle, title="Je regarde", text="Bonjour")
    noe = newcomer()
    give_role(member=noe, name="store", brand=house.lindelle, place=add_place(brand=house.lindelle, name="N", by=None))
    at_the_store = as_member(noe)
    assert "Je regarde" in at_the_store.get(reverse("saved_replies")).content.decode()
    assert at_the_store.get(reverse("saved_reply", args=[reply.pk])).status_code == 404
    assert at_the_store.get(reverse("saved_reply_new")).status_code == 302


def test_what_cannot_send_has_no_page_for_it(admin: Client, house: Cast) -> None:
    assert admin.get(reverse("settings_sending", args=[house.api.pk])).status_code == 404
    assert admin.get(reverse("settings_sending", args=[house.mailbox.pk])).status_code == 200


def test_a_reply_is_kept_and_tried(house: Cast, as_member: As) -> None:
    alice = as_member(house.alice)
    text = "Bonjour {prénom|vous}, je regarde. {moi}"
    answer = alice.post(reverse("saved_reply_new"), {"title": "Je regarde", "text": text, "brand": house.lindelle.pk})
    assert answer.status_code == 302
    reply = SavedReply.objects.get()
    assert (reply.brand, reply.by, reply.text) == (house.lindelle, house.alice, text)
    shown = alice.get(reverse("saved_reply", args=[reply.pk])).content.decode()
    assert "Bonjour Hélène, je regarde. Alice Thévenin" in shown


def test_a_field_that_nobody_fills_is_refused_with_its_place(house: Cast, as_member: As) -> None:
    fields = {"title": "Non", "text": "Bonjour,\n{prenom}", "brand": house.lindelle.pk}
    shown = plain(as_member(house.alice).post(reverse("saved_reply_new"), fields).content.decode())
    assert "Ligne 2 : « {prenom} » n’est pas un champ connu. Vouliez-vous dire {prénom} ?" in shown
    assert not SavedReply.objects.exists()


def test_a_reply_is_tried_without_being_kept(house: Cast, as_member: As) -> None:
    shown = as_member(house.alice).post(reverse("saved_reply_preview"), {"text": "{client} <b>"}).content.decode()
    assert "Hélène Marchandeau &lt;b&gt;" in shown
    assert not SavedReply.objects.exists()


def test_replies_of_others_do_not_exist(house: Cast, as_member: As) -> None:
    theirs = SavedReply.objects.create(brand=house.ormelle, title="La leur", text="Bonjour")
    alice = as_member(house.alice)
    assert alice.get(reverse("saved_reply", args=[theirs.pk])).status_code == 404
    assert alice.post(reverse("saved_reply_removed", args=[theirs.pk])).status_code == 404
    assert "La leur" not in alice.get(reverse("saved_replies")).content.decode()
    as_member(house.chloe).post(reverse("saved_reply_removed", args=[theirs.pk]))
    assert not SavedReply.objects.exists()


def test_two_replies_do_not_share_a_title(house: Cast, as_member: As) -> None:
    fields = {"title": "Je regarde", "text": "Bonjour", "brand": house.lindelle.pk}
    alice = as_member(house.alice)
    alice.post(reverse("saved_reply_new"), fields)
    assert 'id="id_title_error"' in alice.post(reverse("saved_reply_new"), fields).content.decode()


def plain(page: str) -> str:
    """The page with ordinary spaces, as a person reads it."""
    for space in ("\u202f", "\u00a0"):
        page = page.replace(space, " ")
    return page.replace("&#x27;", "'").replace("&quot;", '"')
