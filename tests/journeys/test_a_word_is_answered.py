"""A customer writes without an account; an adviser answers; the promise is kept and both sides see the same thread."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Company

ODILE = "odile@client.example"
SAID = "Bonjour, il manque le sachet de vis de ma table Presqu’île et je suis très déçue."
ANSWER = "Bonjour, votre sachet de vis part ce soir."

pytestmark = pytest.mark.browser


def test_from_the_contact_page_to_the_promise_kept(company: Company) -> None:
    alice = company.adviser("alice")
    customer = company.customer()
    page = _write(customer)
    expect(page.locator("body")).to_contain_text(re.compile("avant", re.IGNORECASE))  # the promise, at once

    # The adviser sees it arrive without reloading, and reads what was understood.
    expect(alice.locator(".queue .item", has_text="sachet de vis")).to_be_visible(timeout=20_000)
    alice.locator(".queue .item", has_text="sachet de vis").first.click()
    expect(alice.locator(".thread")).to_contain_text("il manque le sachet de vis")
    expect(alice.locator(".thread .reading").first).to_be_visible()

    # A second adviser has the same page open.
    bruno = company.adviser("bruno")
    bruno.goto(alice.url)

    _assign_to_me(alice)
    _note(alice, "La visserie est en stock à Nantes.")
    acknowledged = company.wait_for_letter(ODILE, n=1)
    assert "Service clients" in acknowledged.text()
    assert not re.search("ne pas répondre|no-?reply", acknowledged.text(), re.IGNORECASE)

    _answer(alice, ANSWER)
    _is_refused(bruno, "Je m’en occupe aussi.")
    letter = company.wait_for_letter(ODILE, n=2)
    assert ANSWER in letter.text()
    assert "Alice Thévenin" in letter.text()
    expect(alice.locator(".promised, .promise-kept").first).to_be_visible(timeout=20_000)

    # The customer answers by mail, in the same thread, which the adviser sees live.
    reply_to = str(letter.message["Reply-To"])
    company.receive_mail(_reply("Merci, et la notice ?", to=reply_to, about=str(letter.message["Message-ID"])))
    expect(alice.locator(".thread")).to_contain_text("et la notice ?", timeout=20_000)

    # And on the follow-up page, by the link of the letter.
    link = re.search(r"http://\S+/suivi/\S+", letter.text())
    assert link
    phone = company.customer()
    phone.goto(link[0])
    expect(phone.locator("body")).to_contain_text(ANSWER)
    expect(phone.locator("body")).to_contain_text("et la notice ?")
    expect(phone.locator("body")).not_to_contain_text("en stock à Nantes")  # notes stay among us
    phone.fill("textarea", "C’est la notice en français que je cherche.")
    phone.locator("form:has(textarea) button[type=submit]").first.click()
    expect(phone.locator("body")).to_contain_text("C’est la notice en français")
    expect(alice.locator(".thread")).to_contain_text("C’est la notice en français", timeout=20_000)

    # The promise shows kept on both sides.
    expect(alice.locator("body")).to_contain_text(re.compile(r"[Tt]enue?"))
    expect(phone.locator("body")).to_contain_text(re.compile(r"[Tt]enue?|répondu"))


def _write(page: Page) -> Page:
    page.goto("/contact/lindelle/")
    form = page.locator("form:has(textarea)").first
    form.locator("textarea").fill(SAID)
    form.locator("[name$=reach]").fill(ODILE)
    form.locator("[name$=name]").fill("Odile Marchand")
    page.wait_for_timeout(3000)  # a form filled in less than a breath is a robot's
    form.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("/suivi/"))
    expect(page.locator("body")).to_contain_text("sachet de vis")
    return page


def _assign_to_me(page: Page) -> None:
    page.keyboard.press("a")
    page.get_by_role("button", name="Je m’en charge").or_(page.locator("button[name=a][value=moi]")).first.click()
    expect(page.locator(".thread")).to_contain_text(re.compile("confiée|charge", re.IGNORECASE))


def _note(page: Page, text: str) -> None:
    page.keyboard.press("n")
    page.locator("textarea[name=note]").fill(text)
    page.locator(".part-note button[type=submit]").first.click()
    expect(page.locator(".thread .word-note")).to_contain_text(text)


def _answer(page: Page, text: str) -> None:
    page.locator("#via-email").check(force=True)
    page.fill("#texte", text)
    page.locator("[data-send]").click()
    expect(page.locator("body")).to_contain_text(re.compile("Annuler"))


def _is_refused(page: Page, text: str) -> None:
    """Whether the button is already locked with her name or the server says no: it does not leave, and is kept."""
    button = page.locator("[data-send]")
    page.fill("#texte", text)
    if button.is_enabled():
        button.click()
    expect(page.locator("body")).to_contain_text(re.compile("Alice"))
    expect(page.locator("[data-draft-state]")).to_contain_text("gardé")
    page.reload()
    expect(page.locator("#texte")).to_have_value(text)


def _reply(text: str, *, to: str, about: str) -> bytes:
    head = f"From: Odile Marchand <{ODILE}>\r\nTo: {to}\r\nSubject: Re: Ma table\r\n"
    head += "Message-ID: <retour-1@client.example>\r\n"
    return f"{head}In-Reply-To: {about}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n".encode()
