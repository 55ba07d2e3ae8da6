"""Mail HTML made harmless: what a stranger may still show, and what nothing lets through."""

from __future__ import annotations

import pytest

from egards.interactions.render import HTML_POLICY, clean_html, html_page


def test_it_works() -> None:
    kept = '<p style="color:red">Bonjour <b>Odile</b></p><table><tbody><tr><td>1</td></tr></tbody></table>'
    assert clean_html(kept) == kept


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<img src="http://pixel.example/p.gif">',
        '<img src="//pixel.example/p.gif">',
        '<img srcset="http://pixel.example/p.gif 2x">',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="http://phish.example">x</a>',
        '<p style="background:url(http://pixel.example/p)">x</p>',
        '<p style="background-image:url(http://pixel.example/p)">x</p>',
        '<p style="position:fixed;inset:0">x</p>',
        '<table background="http://pixel.example/p">x</table>',
        "<style>@import 'http://pixel.example/c.css'</style>",
        '<link rel=stylesheet href="http://pixel.example/c.css">',
        '<meta http-equiv=refresh content="0;url=http://phish.example">',
        '<base href="http://phish.example">',
        '<form action="http://phish.example"><input name=password></form>',
        '<iframe src="http://phish.example"></iframe>',
        '<object data="http://phish.example"></object>',
        '<video poster="http://pixel.example/p" src="http://pixel.example/v"></video>',
        "<svg><script>alert(1)</script></svg>",
        '<math><mtext><img src=x onerror="alert(1)"></mtext></math>',
    ],
)
def test_nothing_acts_and_nothing_is_fetched(hostile: str) -> None:
    cleaned = clean_html(hostile).lower()
    refused = ("pixel", "phish", "alert", "script", "onerror", "position", "<form", "<input", "<iframe", "<svg", "src=")
    assert [word for word in refused if word in cleaned] == []


def test_a_picture_in_the_page_itself_is_kept() -> None:
    assert clean_html('<img src="data:image/png;base64,AAAA">') == '<img src="data:image/png;base64,AAAA">'


def test_the_page_comes_with_a_policy_that_refuses_everything_else() -> None:
    assert html_page("<b>oui</b>").endswith("<b>oui</b></body></html>")
    assert {"default-src 'none'", "img-src data:", "sandbox"} <= set(HTML_POLICY.split("; "))
