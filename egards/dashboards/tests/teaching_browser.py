"""A member who corrects words one after another in a real browser, then an administrator who looks and goes back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from egards.accounts.models import Member
from egards.dashboards.tests.taught_town import about_curtains, about_the_desk
from egards.interactions.models import Interaction
from egards.understanding.in_force import version_in_force
from egards.understanding.models import Reading
from egards.understanding.reread import reread_all
from egards.understanding.teaching import learn_version
from tests.cast import PASSWORD, Cast


def sign_in(context: BrowserContext, member: Member) -> Page:
    """Open a window in which the member is signed in."""
    page = context.new_page()
    page.goto("/")
    page.fill("input[name=login]", member.email)
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/conversations/$"))
    return page


def correct_each(page: Page, words: Sequence[Interaction]) -> None:
    """Say of each word that it is about after-sales service."""
    for word in words:
        page.goto(f"/echanges/{word.pk}/lecture/")
        page.locator("[name=theme][value=aftersales]").check()
        page.locator("[data-correction] [type=submit]").click()
        expect(page.get_by_text("Lecture corrigée")).to_be_visible()


def taught_in_a_browser(windows: Sequence[BrowserContext], house: Cast, n: int, shots: Path | None) -> None:
    """Correct ``n`` words, have them learnt, see the difference, see the next word read otherwise, go back."""
    adviser, admin = windows
    about_curtains(30, at=house.api)
    words = about_the_desk(n, at=house.api)
    correct_each(sign_in(adviser, house.alice), words)
    version = learn_version()  # as the job does, ten minutes later at most
    assert version is not None
    assert version_in_force() == version
    reread_all()
    (next_word,) = about_the_desk(1, at=house.api, begins="Demain je repasse")
    assert Reading.objects.get(content_id=next_word.pk, is_current=True).theme_slugs == ["aftersales"]

    page = sign_in(admin, house.fatou)
    page.goto("/pouls/")
    page.get_by_role("link", name="comment ils sont lus").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Comment les mots sont lus")
    row = page.get_by_role("row", name="Service client et après-vente")
    expect(row).to_contain_text(f"0 sur {n}")
    expect(row).to_contain_text(f"{n} sur {n}")
    if shots:
        page.screenshot(path=shots / "lecture.png", full_page=True)
    page.get_by_role("button", name="La faire lire : Tel que livré").click()
    expect(page.get_by_text("Le moteur lit désormais tel que livré")).to_be_visible()
    assert version_in_force() is None
    reread_all()
    assert Reading.objects.get(content_id=next_word.pk, is_current=True).theme_slugs == []
    assert Reading.objects.get(content_id=words[0].pk, is_current=True).engine == "member"
