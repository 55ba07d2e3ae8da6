"""Letters: the same words as text and as HTML, nothing that watches, nothing slipped in."""

from __future__ import annotations

import re
from typing import Any

import pytest

from egards.accounts.models import Brand, Hours
from egards.core.typography import faults
from egards.interactions.letter_style import RULES, dark_block, dressed
from egards.interactions.letters import Letter, Picture, Quoted, Signature, letter, linked
from egards.touchpoints.mime import html_to_text

PAGE = "https://aide.lindelle.example/suivi/abc/"


def brand(**changes: Any) -> Brand:
    known: dict[str, Any] = {"name": "Lindelle", "phone": "02 61 91 04 00", "phone_hours": Hours()}
    known["postal_address"] = "12 quai de la Fosse\n44000 Nantes"
    return Brand(**(known | changes))


def written(**changes: Any) -> Letter:
    said: dict[str, Any] = {
        "brand": brand(),
        "greeting": "Bonjour Madame Marchand,",
        "paragraphs": ["J’ai tout lu.\nVotre colis est retrouvé.", "Il part demain."],
        "promise": "Camille Vasseur vous répond avant mardi 24 novembre, 12\u00a0h.",
        "button": ("Suivre ma demande", PAGE),
        "signature": Signature("Camille Vasseur", "Service clients", "02 61 91 04 12"),
        "why": "Vous recevez ce message parce que vous nous avez écrit.",
    }
    return letter(**(said | changes))


def test_it_works() -> None:
    assert written().text.replace("\u00a0", " ").replace("\u202f", " ") == (
        "Bonjour Madame Marchand,\n\n"
        "J’ai tout lu.\nVotre colis est retrouvé.\n\n"
        "Il part demain.\n\n"
        "Camille Vasseur vous répond avant mardi 24 novembre, 12 h.\n\n"
        f"Suivre ma demande : {PAGE}\n\n"
        "Camille Vasseur\nService clients, Lindelle\n02 61 91 04 12\n\n"
        "Répondez simplement à ce message.\n\n"
        "-- \n"
        "Lindelle · 02 61 91 04 00, du lundi au vendredi, de 9 h à 18 h\n"
        "12 quai de la Fosse, 44000 Nantes\n"
        "Vous recevez ce message parce que vous nous avez écrit.\n"
    )


def test_both_parts_say_the_same() -> None:
    made = written()
    seen = " ".join(html_to_text(made.html).split())
    for line in made.text.splitlines():
        words = line.removesuffix(PAGE).removesuffix("\u202f: ")
        assert words in ("-- ", "") or " ".join(words.split()) in seen, line
    assert f'href="{PAGE}"' in made.html


def test_nothing_watches_its_reader() -> None:
    html = written().html
    assert not re.search(r"<img|<script|<iframe|url\(|@import|@font-face|src=", html)
    assert set(re.findall(r'href="([^"]+)"', html)) == {PAGE}


def test_every_class_is_written_out_from_the_tokens() -> None:
    html = written(quoted=Quoted("Vous avez écrit :", "Bonjour"), pictures=[Picture("un@e", "Vis")], token="ab").html
    assert set(re.findall(r'class="eg-([a-z]+)"', html)) == set(RULES) - {"link"}
    assert 'style="width:100%;max-width:600px' in html
    assert "#FFFDF9" in html
    assert "#1C1F25" in dark_block()
    assert "var(" not in html


def test_the_dark_comes_with_the_letter() -> None:
    html = written().html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert f"<style>{dark_block()}</style>" in html


def test_what_somebody_typed_stays_text() -> None:
    evil = 'Bonjour <script>alert(1)</script> & <img src=x onerror=y> class="button" {{ brand }} {% now "Y" %}'
    made = written(greeting=evil, paragraphs=[evil], promise=evil, signature=Signature(evil, evil, evil), why=evil)
    assert "<script>" not in made.html
    assert "<img" not in made.html
    assert "&lt;script&gt;" in made.html
    assert "{{ brand }}" in made.html
    assert evil in made.text


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        (
            "Voyez https://lindelle.example/a?b=1&c=2.",
            'Voyez <a href="https://lindelle.example/a?b=1&amp;c=2" rel="noopener noreferrer" class="link">'
            "https://lindelle.example/a?b=1&amp;c=2</a>.",
        ),
        ("un\ndeux\r\ntrois", "un<br>\ndeux<br>\ntrois"),
        ("javascript:alert(1) ftp://x data:text/html,x", "javascript:alert(1) ftp://x data:text/html,x"),
        ('https://x.example/"><b>', '<a href="https://x.example/" rel="noopener noreferrer" class="link">'
         "https://x.example/</a>&quot;&gt;&lt;b&gt;"),
        ("www.lindelle.example", "www.lindelle.example"),
        ("(https://x.example/)", '(<a href="https://x.example/" rel="noopener noreferrer" class="link">'
         "https://x.example/</a>)"),
        ("", ""),
    ],
)  # fmt: skip
def test_only_web_addresses_become_links(typed: str, html: str) -> None:
    assert linked(typed) == html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "/suivi/", "https://x y", ""])
def test_a_button_leads_to_a_page(address: str) -> None:
    with pytest.raises(ValueError, match="http"):
        written(button=("Suivre", address))


def test_a_small_house_writes_a_whole_letter() -> None:
    bare = brand(phone="", phone_hours=None, postal_address="")
    made = written(brand=bare, greeting="", promise=None, button=None, signature=Signature("Lindelle", "", ""))
    assert made.text == (
        "J’ai tout lu.\nVotre colis est retrouvé.\n\nIl part demain.\n\nLindelle\n\n"
        "Répondez simplement à ce message.\n\n-- \nLindelle\nVous recevez ce message parce que vous nous avez écrit.\n"
    )
    assert 'class="eg-promise"' not in made.html
    assert 'class="eg-button"' not in made.html


def test_our_own_words_are_well_set() -> None:
    assert faults(written().text.replace(PAGE, "").replace("-- ", "")) == []


def test_a_class_in_somebodys_text_is_not_dressed() -> None:
    assert dressed("<p>class=&quot;button&quot;</p>") == "<p>class=&quot;button&quot;</p>"
