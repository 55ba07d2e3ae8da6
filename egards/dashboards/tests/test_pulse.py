"""The pulse says what was counted by hand, of what its reader may see, and leads to the words behind it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from egards.accounts.actions import give_role, place_named
from egards.customers.models import Customer
from egards.dashboards.spans import waited, worked
from egards.dashboards.tests.conftest import Opens
from egards.dashboards.tests.town import NOW, conversation, promise, words
from egards.interactions.models import Tally
from egards.measures.actions import count_touched
from tests.builders import NOON, posted, say
from tests.cast import Cast, newcomer

pytestmark = pytest.mark.django_db


def test_an_empty_house_says_so(opens: Opens, house: Cast) -> None:
    page = opens(house.bob)
    assert "Personne n’a écrit ces jours-ci." in page
    assert "Personne n’a écrit depuis des semaines : il n’y a pas de courbe à tracer." in page
    assert "data-chart=" not in page
    assert "Rien n’a encore été reçu." in page
    assert "Personne n’a demandé à nous parler ces jours-ci." in page


def test_a_share_comes_with_its_interval_and_its_n(opens: Opens, house: Cast) -> None:
    words(40, at=house.api, days_ago=1, polarity=1)
    words(25, at=house.mailbox, days_ago=3, polarity=-2)
    words(20, at=house.mailbox, days_ago=5)
    words(15, at=house.mailbox, days_ago=6, polarity=None)
    page = opens(house.bob)
    # Beta(40.5, 60.5): median 40.1, 95 % from 30.8 to 49.8; Beta(25.5, 75.5): median 25.1, from 17.3 to 34.1
    assert "Sur 100 mots de clients, <strong>40 sont contents</strong>, entre 31 et 50." in page
    assert "31 à 50 %, n = 100" in page
    assert "17 à 34 %, n = 100" in page
    assert "100 échanges lus sur 100 reçus" in page
    assert "Lire les 25 mécontents" in page


def test_days_beyond_the_period_do_not_count(opens: Opens, house: Cast) -> None:
    words(40, at=house.api, days_ago=6, polarity=1)
    words(40, at=house.api, days_ago=7, polarity=-1)
    assert "n = 40" in opens(house.bob)
    assert "n = 80" in opens(house.bob, "/pouls/?periode=28")
    assert "Personne n’a écrit ces jours-ci." in opens(house.bob, "/pouls/?periode=jour")


def test_under_thirty_words_there_is_no_figure(opens: Opens, house: Cast) -> None:
    words(22, at=house.api, polarity=1)
    page = opens(house.bob)
    assert "22 échanges, pas encore de chiffre. Lisez plutôt ce qu’ils ont écrit." in page
    assert "22 sur 22" in page
    assert "Lire les 22 mécontents" not in page
    assert "sont contents" not in page


def test_a_change_is_said_only_when_it_is_real(opens: Opens, house: Cast) -> None:
    words(80, at=house.api, days_ago=8, polarity=1)
    words(20, at=house.api, days_ago=8, polarity=-1)
    words(40, at=house.api, days_ago=1, polarity=1)
    words(60, at=house.api, days_ago=1, polarity=-1)
    page = opens(house.bob)
    assert "C’est 40 de moins que les sept jours d’avant, et l’écart est réel." in page
    assert "99 chances sur 100 que la baisse ne soit pas due au hasard." in page
    assert '<span class="delta-worse">40 points de moins</span>' in page


def test_a_small_change_is_not(opens: Opens, house: Cast) -> None:
    words(20, at=house.api, days_ago=8, polarity=1)
    words(20, at=house.api, days_ago=8, polarity=-1)
    words(18, at=house.api, days_ago=1, polarity=1)
    words(22, at=house.api, days_ago=1, polarity=-1)
    assert "L’écart avec les sept jours d’avant n’est pas significatif." in opens(house.bob)


def test_a_theme_said_by_many_rises(opens: Opens, house: Cast) -> None:
    _eight_calm_weeks(house)
    words(12, at=house.api, days_ago=1, polarity=-2, theme="delai")
    page = opens(house.bob)
    assert "Un thème monte" in page
    assert re.search(r"<td class=\"n\">12</td><td class=\"n\">0 à \d</td><td class=\"n\">12</td>", page)


def test_a_theme_said_by_one_person_twelve_times_does_not(opens: Opens, house: Cast) -> None:
    _eight_calm_weeks(house)
    words(12, at=house.api, days_ago=1, polarity=-2, theme="delai", by=Customer.objects.create(name="Un seul"))
    page = opens(house.bob)
    assert "Un thème monte" not in page
    assert "Rien ne monte au-delà de l’habituel." in page


def test_a_house_that_listens_since_last_week_does_not_say_what_rises(opens: Opens, house: Cast) -> None:
    words(12, at=house.api, days_ago=1, polarity=-2, theme="delai")
    words(1, at=house.api, days_ago=13)
    assert "Il faut quatre semaines d’écoute pour dire ce qui monte : encore 3." in opens(house.bob)


def test_waits_are_by_medium_on_both_clocks(opens: Opens, house: Cast) -> None:
    for minutes in range(1, 12):
        conversation(at=house.mailbox, hours_ago=30, answered_after=60 * minutes, worked=10 * minutes)
    page = opens(house.bob)
    # eleven waits of 10…110 open minutes: the sixth is the median, the tenth the ninth decile
    row = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "|", page[page.index("Médiane, à l’horloge") :]))[:600]
    assert re.search(r"E-mail\W+11\W+0\W+1 h\W+20 min à 1 h 40\W+1 h 40\W+9 h\W+6 h\W+10 h\W", row), row


@pytest.mark.parametrize(
    ("hours", "said"), [(0.5, "30 min"), (23.9, "23 h 54"), (24, "1 jour"), (68.7, "2 jours 20 h"), (72.1, "3 jours")]
)
def test_a_wait_of_days_says_its_hours(hours: float, said: str) -> None:
    assert waited(3600 * hours).replace("\u00a0", " ") == said


@pytest.mark.parametrize(("hours", "said"), [(0.5, "30 min"), (24, "24 h"), (37.7, "37 h 42")])
def test_open_time_is_never_told_in_days(hours: float, said: str) -> None:
    assert worked(3600 * hours).replace("\u00a0", " ") == said


def test_who_still_waits_is_counted(opens: Opens, house: Cast) -> None:
    for _ in range(9):
        conversation(at=house.mailbox, hours_ago=30, answered_after=10)
    conversation(at=house.mailbox, hours_ago=2)
    page = re.sub(r"<[^>]+>", "|", opens(house.bob))
    assert re.search(r"E-mail\W+10\W+1\W+10 min", page)


def test_whose_conversation_was_closed_waits_no_more(opens: Opens, house: Cast) -> None:
    for _ in range(9):
        conversation(at=house.mailbox, hours_ago=30, answered_after=10)
    closed = conversation(at=house.mailbox, hours_ago=20)
    closed.state, closed.state_at = "resolved", NOW - timedelta(hours=2)
    closed.save(update_fields=["state", "state_at"])
    page = re.sub(r"<[^>]+>", "|", opens(house.bob))
    assert re.search(r"E-mail\W+10\W+0\W+10 min", page)


def test_too_few_who_asked_give_no_quantile(opens: Opens, house: Cast) -> None:
    conversation(at=house.mailbox, hours_ago=30, answered_after=10)
    page = opens(house.bob)
    assert "1 demande" in page
    assert "moins de 10" in page


def test_promises_that_fell_due_are_kept_or_not(opens: Opens, house: Cast) -> None:
    about = conversation(at=house.mailbox, hours_ago=60)
    for status in ["kept"] * 36 + ["broken"] * 2 + ["late"] * 2 + ["withdrawn"] * 5 + ["paused"]:
        promise(about, status, due_hours_ago=20)
    promise(about, "open", due_hours_ago=-3)
    page = opens(house.bob)
    # Beta(36.5, 4.5): median 89.5 %, from 77.8 to 96.6
    assert re.search(r"Promesses tenues</dt>\s*<dd class=\"value\">90 %", page) or re.search(r">89 %", page)
    assert "78 à 97 %, n = 40" in page


def test_few_promises_are_told_one_by_one(opens: Opens, house: Cast) -> None:
    about = conversation(at=house.mailbox, hours_ago=60)
    promise(about, "kept", due_hours_ago=20)
    promise(about, "open", due_hours_ago=1)
    assert "1 sur 2" in opens(house.bob)


def test_the_law_has_its_fifth_number(opens: Opens, house: Cast) -> None:
    say(posted("Merci", id="1"), posted("Bravo", id="2"), b"{", at=house.api, when=NOON)
    Tally.objects.create(touchpoint=house.api, hour=NOON, status="received", n=1)
    Tally.objects.create(touchpoint=house.api, hour=NOON, status="refused", n=1)
    page = re.sub(r"<[^>]+>", "|", opens(house.bob))
    assert re.search(
        r"4\W+reçus\W+=\W+2\W+gardés\W+0\W+doublons\W+1\W+en quarantaine\W+1\W+refusés\W+0\W+en attente", page
    )
    assert "Depuis le premier jour, le compte tombe juste." in page


def test_a_law_that_breaks_is_said(opens: Opens, house: Cast) -> None:
    Tally.objects.create(touchpoint=house.api, hour=NOON, status="received", n=1)
    assert "Le compte ne tombe pas juste" in opens(house.bob)


def test_another_brand_is_never_counted(opens: Opens, house: Cast) -> None:
    words(30, at=house.api, polarity=1)
    words(500, at=house.ormelle_api, polarity=-2, theme="delai")
    conversation(at=house.ormelle_api, hours_ago=3)
    Tally.objects.create(touchpoint=house.ormelle_api, hour=NOON, status="received", n=7777)
    page = opens(house.bob)
    assert "n = 30" in page
    assert "Ormelle" not in page
    assert "Personne n’a demandé à nous parler ces jours-ci." in page
    assert "530 échanges lus" in opens(house.fatou)
    assert "500 échanges lus" in opens(house.fatou, f"/pouls/?ou={house.ormelle.pk}")


@pytest.mark.parametrize("address", ["/pouls/", "/pouls/export/"])
def test_what_is_not_there_for_this_reader_does_not_exist(house: Cast, address: str) -> None:
    client = Client()
    client.force_login(house.bob)
    for asked in (f"ou={house.ormelle.pk}", "ou=nimporte", "periode=siecle"):
        assert client.get(f"{address}?{asked}").status_code == 404, asked
    client.force_login(house.alice)
    assert client.get(address).status_code == 404


def test_a_place_has_its_own_figures(opens: Opens, house: Cast) -> None:
    nantes = place_named(brand=house.lindelle, name="Nantes")
    words(31, at=house.api, polarity=1, place=nantes)
    words(40, at=house.api, polarity=-1)
    conversation(at=house.api, hours_ago=3, place=nantes)
    conversation(at=house.mailbox, hours_ago=3)
    page = opens(house.bob, f"/pouls/?ou={nantes.pk}")
    assert "31 échanges lus sur 31 reçus" in page
    assert "1 demande" in page


def test_who_manages_a_place_sees_that_place_only(opens: Opens, house: Cast) -> None:
    nantes, brest = (place_named(brand=house.lindelle, name=name) for name in ("Nantes", "Brest"))
    house.button.place = nantes
    house.button.save(update_fields=["place"])
    keeper = newcomer()
    give_role(member=keeper, name="manager", brand=house.lindelle, place=nantes)
    words(33, at=house.button, polarity=1)
    words(99, at=house.api, polarity=1, place=nantes)
    assert "33 échanges lus sur 33 reçus" in opens(keeper)
    client = Client()
    client.force_login(keeper)
    assert client.get(f"/pouls/?ou={brest.pk}").status_code == 404
    assert client.get(f"/pouls/?ou={house.lindelle.pk}").status_code == 404


def test_every_figure_leads_to_its_words(opens: Opens, house: Cast) -> None:
    words(30, at=house.api, days_ago=2, polarity=1, said="Très bien")
    words(2, at=house.api, days_ago=2, polarity=-2, said="Très mal", theme="delai")
    words(1, at=house.mailbox, days_ago=5, polarity=-1, said="Plutôt mal")
    words(3, at=house.mailbox, days_ago=9, polarity=-1, said="Avant")
    page = opens(house.bob)
    unhappy = opens(house.bob, _link(page, "Lire les 3 mécontents"))
    assert (unhappy.count("Très mal"), unhappy.count("Plutôt mal")) == (2, 1)
    assert "Très bien" not in unhappy
    assert "Avant" not in unhappy
    theme = opens(house.bob, _link(page[page.index("Tous les thèmes") :], "", start='<th scope="row"><a'))
    assert (theme.count("Très mal"), theme.count("Plutôt mal")) == (2, 0)
    day = opens(house.bob, _link(page, "18 nov."))
    assert (day.count("Plutôt mal"), day.count("Très mal")) == (1, 0)


def test_promises_and_waits_lead_to_words_too(opens: Opens, house: Cast) -> None:
    (kept,) = words(1, at=house.mailbox, days_ago=2, said="Tenue")
    (broken,) = words(1, at=house.mailbox, days_ago=2, said="Rompue")
    words(1, at=house.mailbox, days_ago=2, said="Sans suite")
    promise(conversation(at=house.mailbox, hours_ago=40, word=kept), "kept", due_hours_ago=30)
    promise(conversation(at=house.mailbox, hours_ago=40, word=broken), "broken", due_hours_ago=30)
    page = opens(house.bob)
    not_kept = opens(house.bob, _link(page, "Lire les non tenues"))
    assert ("Rompue" in not_kept, "Tenue" in not_kept, "Sans suite" in not_kept) == (True, False, False)
    asked = opens(house.bob, _link(page, "Lire les demandes"))
    assert ("Rompue" in asked, "Tenue" in asked, "Sans suite" in asked) == (True, True, False)


def test_who_may_not_read_words_gets_figures_alone(opens: Opens, house: Cast) -> None:
    people = newcomer()
    give_role(member=people, name="people", brand=house.lindelle)
    words(40, at=house.api, polarity=1, theme="delai")
    page = opens(people)
    assert "n = 40" in page
    assert "/echanges/" not in page


def test_the_page_asks_eight_questions_at_most(house: Cast) -> None:
    place_named(brand=house.lindelle, name="Nantes")
    for days_ago in range(60):
        words(2, at=house.api, days_ago=days_ago, polarity=1, theme="delai")
        conversation(at=house.mailbox, hours_ago=1 + days_ago * 5, answered_after=5)
    count_touched()
    client = Client()
    client.force_login(house.bob)
    client.get("/pouls/")
    for address in ("/pouls/", "/pouls/?periode=28", "/pouls/export/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= 8, [q["sql"][:90] for q in asked.captured_queries]


def test_the_file_holds_the_figures_and_no_formula(opens: Opens, house: Cast) -> None:
    house.api.name = '=HYPERLINK("http://mal.example")'
    house.api.save(update_fields=["name"])
    words(40, at=house.api, days_ago=1, polarity=1, theme="delai")
    client = Client()
    client.force_login(house.bob)
    count_touched()
    answer = client.get("/pouls/export/")
    assert answer["Content-Disposition"] == 'attachment; filename="egards-pouls-2026-11-17-2026-11-23.csv"'
    text = answer.content.decode("utf-8-sig")
    # Beta(40.5, 0.5): median 99.4, from 94.0 to 100.0
    assert "\r\ncontents, %;;;99,4;94,0;100,0;40\r\n" in text
    assert "contents;;2026-11-22;40;;;\r\n" in text
    assert '"\'=HYPERLINK(""http://mal.example"")"' in text
    assert not re.search(r"(^|;)\"?[=+@]", text)


def _eight_calm_weeks(house: Cast) -> None:
    words(1, at=house.api, days_ago=62)
    for week in range(1, 9):
        words(1, at=house.api, days_ago=7 * week, theme="delai")


def _link(page: str, text: str, *, start: str = "<a") -> str:
    """The address of the link that bears a text; of the first one after ``start`` without it."""
    found = re.search(rf'{re.escape(start)}[^>]*href="([^"]+)"[^>]*>{re.escape(text)}', page)
    assert found, text
    return unescape(found[1])
