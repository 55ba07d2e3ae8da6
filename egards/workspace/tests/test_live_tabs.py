"""Several tabs of one browser: one stream for all, handed over when its tab closes; who is there; nothing moves."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.template.loader import render_to_string
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect
from pytest_django import Settings

from egards.accounts.models import Member
from egards.conversations.models import Conversation
from egards.core import live
from egards.core.models import LiveEvent
from egards.notifications.actions import notify
from egards.notifications.queries import unread
from tests.builders import posted, say
from tests.cast import Cast, cast
from tests.houses import wait_until
from tests.webs import Web, environment_of_this_test, web

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', {value: undefined})"
#: Gathers what each tab hears, from its first moment.
EAR = "window.heard = []; document.addEventListener('egards:live', e => heard.push(e.detail))"
#: The changes of this file (``happens``), not those of the words that the house begins with.
HEARD = "heard.filter(news => news.kind === 'change' && news.ref.startsWith('00000000-')).map(news => news.ref)"


@pytest.fixture
def house(settings: Settings) -> Cast:
    """Everybody and three words. The web process stays from test to test, so the numbers of the stream go on rising."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    LiveEvent.objects.create(number=time.time_ns() // 10**6, topic="begin")
    house = cast()
    say(*[posted(f"Mot {n}.", email=f"c{n}@client.example", name=f"Client {n}") for n in range(3)], at=house.api)
    live.move_outbox()
    return house


@pytest.fixture(scope="module")
def served(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    with web(tmp_path_factory.mktemp("web"), environment_of_this_test()) as running:
        yield running


class Streams:
    """Knows a browser's open streams."""

    def __init__(self, context: BrowserContext) -> None:
        self._begun, self._ended = list[Request](), list[Request]()
        context.on("request", lambda request: self._begun.append(request))
        context.on("requestfinished", lambda request: self._ended.append(request))
        context.on("requestfailed", lambda request: self._ended.append(request))

    @property
    def open(self) -> int:
        """How many there are: begun, not ended, and their tab is still there."""
        streams = [request for request in self._begun if "/flux/" in request.url and request not in self._ended]
        return sum(not request.frame.page.is_closed() for request in streams)


def browser_of(chromium: Browser, served: Web, member: Member, *scripts: str) -> BrowserContext:
    """A browser in which a member is signed in."""
    client = Client()
    client.force_login(member)
    context = chromium.new_context(base_url=served.address, locale="fr-FR")
    morsel = client.cookies["sessionid"]
    context.add_cookies([{"name": "sessionid", "value": morsel.value, "url": served.address}])
    for script in (EAR, *scripts):
        context.add_init_script(script)
    return context


def tab(context: BrowserContext, address: str = "/echanges/") -> Page:
    page = context.new_page()
    page.goto(address)
    return page


def happens(house: Cast, *refs: int) -> list[str]:
    """Publish one change per number; return them as tabs hear them."""
    ids = [UUID(int=ref) for ref in refs]
    live.publish("words", touchpoint_id=house.api.pk, refs=ids)
    live.move_outbox()
    return [str(ref) for ref in ids]


def hears(page: Page, refs: list[str]) -> None:
    page.wait_for_function(f"refs => JSON.stringify({HEARD}) === JSON.stringify(refs)", arg=refs, timeout=15000)


def leave(page: Page) -> None:
    """Close a tab as a person does: without locks, its page says that it goes."""
    page.goto("/sante")
    page.close()


@pytest.mark.parametrize(
    ("scripts", "close"), [((), Page.close), ((NO_LOCKS,), leave)], ids=["with locks", "without locks"]
)
def test_three_tabs_share_one_stream_and_hand_it_over(
    chromium: Browser, house: Cast, served: Web, scripts: tuple[str, ...], close: Callable[[Page], None]
) -> None:
    context = browser_of(chromium, served, house.alice, *scripts)
    streams = Streams(context)
    tabs = [tab(context) for _ in range(3)]
    tabs[0].wait_for_function("() => heard.some(news => news.kind === 'hello')")
    first = happens(house, 1, 2)
    for page in tabs:
        hears(page, first)
    assert streams.open == 1
    close(tabs.pop(0))
    both = first + happens(house, 3, 4)
    for page in tabs:
        hears(page, both)
    assert streams.open == 1
    context.close()


def test_a_killed_stream_is_taken_up_where_it_was(chromium: Browser, house: Cast, served: Web) -> None:
    context = browser_of(chromium, served, house.alice)
    tabs = [tab(context) for _ in range(2)]
    refs = happens(house, 1)
    for page in tabs:
        hears(page, refs)
    served.kill()
    refs += happens(house, 2, 3)
    served.start()
    refs += happens(house, 4)
    for page in tabs:
        hears(page, refs)
    context.close()


def test_a_tab_that_opens_late_has_missed_nothing_since_its_page_was_asked_for(
    chromium: Browser, house: Cast, served: Web
) -> None:
    context = browser_of(chromium, served, house.alice)
    first = tab(context)
    first.wait_for_function("() => heard.some(news => news.kind === 'hello')")
    late, held = context.new_page(), list[Route]()
    late.route("**/stream.js", lambda route: held.append(route))
    late.goto("/echanges/", wait_until="commit")
    late.wait_for_function("() => document.querySelector('main')")
    refs = happens(house, 7)
    hears(first, refs)
    assert len(held) == 1
    held[0].continue_()
    hears(late, refs)
    context.close()


def test_a_notice_shows_in_the_navigation_and_on_its_page(chromium: Browser, house: Cast, served: Web) -> None:
    conversation = Conversation.objects.filter(touchpoint=house.api).first()
    assert conversation is not None
    context = browser_of(chromium, served, house.alice)
    words, notices = tab(context), tab(context, "/pour-vous/")
    notices.wait_for_function("() => heard.some(news => news.kind !== 'cut')")
    expect(words.locator("#notices-count")).to_be_hidden()
    notify(member=house.alice, kind="mentioned", ref=conversation.pk, by=house.bob)
    notify(member=house.bob, kind="mentioned", ref=conversation.pk, by=house.alice)
    live.move_outbox()
    notices.bring_to_front()
    expect(notices.get_by_text("Bob Le Guellec vous nomme dans une note.")).to_be_visible()
    expect(notices.locator("#notices-count")).to_have_text(re.compile("^1"))
    words.bring_to_front()
    expect(words.locator("#notices-count")).to_have_text(re.compile("^1"))
    words.goto("/pour-vous/")
    words.get_by_role("button", name="Tout est vu").click()
    expect(words.get_by_text("Personne ne vous appelle.")).to_be_visible()
    context.close()


@pytest.fixture
def second(served: Web, tmp_path: Path) -> Iterator[Web]:
    """Another web process of the same house: who is there passes from one to the other."""
    with web(tmp_path, environment_of_this_test()) as running:
        yield running


def test_who_else_is_there_shows_at_once_and_goes_with_them(
    chromium: Browser, house: Cast, served: Web, second: Web
) -> None:
    conversation = Conversation.objects.filter(touchpoint=house.api).first()
    assert conversation is not None
    alice, bob = browser_of(chromium, served, house.alice), browser_of(chromium, second, house.bob)
    hers = opened(tab(alice), conversation)
    his = opened(tab(bob), conversation)
    expect(his.locator("[data-presence]")).to_contain_text("Alice Thévenin lit aussi")
    expect(hers.locator("[data-presence]")).to_contain_text("Bob Le Guellec lit aussi")
    again = opened(tab(alice), conversation)
    expect(again.locator("[data-presence]")).to_contain_text("Bob Le Guellec lit aussi")
    his.locator("[data-presence-composer] textarea").fill("Bonjour")
    expect(hers.locator("[data-presence]")).to_contain_text("Bob Le Guellec répond")
    assert hers.evaluate("locked") == ["Bob Le Guellec"]
    hers.locator("[data-presence-composer] textarea").fill("Bonjour aussi")
    expect(his.locator("[data-presence]")).to_contain_text("Alice Thévenin répond")
    assert his.evaluate("locked") == []  # he began first: of two who write, one goes on
    assert hers.evaluate("locked") == ["Bob Le Guellec"]
    his.goto("/clients/")
    expect(hers.locator("[data-presence]")).to_be_hidden()
    assert hers.evaluate("locked") == []
    alice.close()
    bob.close()


def test_opening_the_conversation_has_seen_what_called_there(chromium: Browser, house: Cast, served: Web) -> None:
    conversation = Conversation.objects.filter(touchpoint=house.api).first()
    assert conversation is not None
    notify(member=house.alice, kind="mentioned", ref=conversation.pk, by=house.bob)
    live.move_outbox()
    context = browser_of(chromium, served, house.alice)
    page = tab(context, "/pour-vous/")
    expect(page.locator("#notices-count")).to_be_visible()
    page.get_by_role("link", name=re.compile("vous nomme dans une note")).click()
    page.wait_for_function("() => heard.some(news => news.kind === 'hello')")
    wait_until(lambda: unread(house.alice) == [], seconds=10, what="le signalement lu")
    live.move_outbox()
    expect(page.locator("#notices-count")).to_be_hidden()
    context.close()


def opened(page: Page, conversation: Conversation) -> Page:
    """Put what a conversation's page has for presence on this one."""
    page.wait_for_function("() => heard.some(news => news.kind !== 'cut')")
    there = render_to_string("workspace/presence.html", {"conversation": conversation.pk})
    page.evaluate(
        """html => {
          addEventListener("egards:presence", e => (window.locked = e.detail.writers.map(w => w.name)));
          const form = "<form data-presence-composer><textarea aria-label='Réponse'></textarea></form>";
          document.querySelector("main").insertAdjacentHTML("afterbegin", html + form);
          document.dispatchEvent(new CustomEvent("egards:refreshed"));
        }""",
        there,
    )
    return page


def test_what_changes_in_place_moves_nothing_and_keeps_what_is_typed_focused_and_unfolded(
    chromium: Browser, house: Cast, served: Web
) -> None:
    context = browser_of(chromium, served, house.alice)
    page = context.new_page()
    rounds, said = [0], "<p id='said' data-live-said>C’est fait.</p>"

    def thread(lines: range) -> str:
        rows = "".join(f"<li id='l{n}'><a href='#l{n}'>Ligne {n}</a></li>" for n in lines)
        return (
            f"<div id='thread' data-live='conversation:{UUID(int=9)}' data-live-get='/fil/'><ul>{rows}</ul>"
            "<details id='d'><summary>Pourquoi ?</summary>Parce que.</details>"
            "<label>Note <input id='typed' value=''></label>"
            f"{'' if rounds[0] else said}<p id='round'>Tour {rounds[0]}</p></div>"
        )

    page.route("**/fil/", lambda route: route.fulfill(body=thread(range(-20, 61)), content_type="text/html"))
    page.goto("/echanges/")
    page.wait_for_function("() => heard.some(news => news.kind === 'hello')")
    page.evaluate("html => document.querySelector('main').innerHTML = html", thread(range(60)))
    page.evaluate("document.querySelector('#d').open = true; window.kept = document.querySelector('#l30')")
    page.fill("#typed", "à moitié écrit")
    page.focus("#l31 a")
    page.evaluate("document.fonts.ready")
    page.evaluate("kept.scrollIntoView({block: 'start', behavior: 'instant'})")
    page.wait_for_timeout(300)
    before = page.evaluate("kept.getBoundingClientRect().top")
    rounds[0] = 1
    live.publish("conversation", touchpoint_id=house.api.pk, refs=[UUID(int=9)])
    live.move_outbox()
    expect(page.locator("#round")).to_have_text("Tour 1")
    page.wait_for_timeout(300)
    assert abs(page.evaluate("document.querySelector('#l30').getBoundingClientRect().top") - before) < 3  # a line is 20
    assert page.evaluate("kept === document.querySelector('#l30')")
    assert page.evaluate("document.activeElement.textContent") == "Ligne 31"
    assert page.evaluate("document.querySelector('#d').open")
    assert page.input_value("#typed") == "à moitié écrit"
    assert page.locator("#l-20").count() == 1
    assert page.locator("#said").count() == 1  # the echo of an act does not wipe what was answered to it
    context.close()
