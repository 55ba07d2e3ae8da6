"""Pages that try to act in the mail reader: to run, to fetch, to leave their frame. Seeded; each one is another (S5).

Every payload calls ``alert`` or fetches from ``CANARY``. A browser shows them as members do, in a frame like ours; what
it asks for and what it says aloud is written down.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from playwright.sync_api import Browser, Dialog, Route

HOUSE, CANARY = "https://maison.test", "https://canari.test"
_OURS: Final = re.compile(rf"{HOUSE}/(page|table)/(\d+)")
#: How many frames stand on one page.
FRAMES = 50

#: What acts: {js} is a script, {url} an address of the canary.
_ACTS: Final = (
    "<script>{js}</script>",
    '<script src="{url}"></script>',
    '<img src=x onerror="{js}">',
    "<img src=x onerror={js}>",
    '<img src="{url}">',
    '<img srcset="{url} 1x, {url} 2x">',
    '<img src="data:image/svg+xml,{svg}">',
    '<picture><source srcset="{url}"><img src="{url}"></picture>',
    '<svg onload="{js}"></svg>',
    "<svg><script>{js}</script></svg>",
    '<svg><image href="{url}"/></svg>',
    '<svg><use href="{url}#a"/></svg>',
    '<svg><animate onbegin="{js}" attributeName=x dur=1s></svg>',
    '<svg><foreignObject><iframe src="{url}"></iframe></foreignObject></svg>',
    '<math><maction actiontype="statusline#{url}" xlink:href="javascript:{js}">x</maction></math>',
    '<iframe src="{url}"></iframe>',
    '<iframe srcdoc="{doc}"></iframe>',
    '<iframe src="javascript:{js}"></iframe>',
    '<object data="{url}"></object>',
    '<embed src="{url}">',
    '<video src="{url}" poster="{url}" autoplay onloadstart="{js}"></video>',
    '<audio src="{url}" autoplay></audio>',
    '<body onload="{js}" background="{url}">',
    '<table background="{url}"><tr><td background="{url}">x</td></tr></table>',
    '<p style="background:url({url})">x</p>',
    "<p style=\"background-image:image-set('{url}' 1x)\">x</p>",
    '<p style="position:fixed;inset:0;z-index:9;background:url({url})">x</p>',
    '<p style="list-style:url({url});cursor:url({url}),auto;content:url({url})">x</p>',
    '<p style="width:expression({js})">x</p>',
    "<style>@import '{url}';</style>",
    "<style>body{{background:url({url})}}</style>",
    "<style>@font-face{{font-family:a;src:url({url})}}*{{font-family:a}}</style>",
    '<link rel="stylesheet" href="{url}">',
    '<link rel="preload" as="image" href="{url}">',
    '<link rel="dns-prefetch" href="{url}"><link rel="preconnect" href="{url}">',
    '<meta http-equiv="refresh" content="0;url={url}">',
    '<meta http-equiv="refresh" content="0;url=javascript:{js}">',
    '<base href="{url}/"><img src="relative.png">',
    '<form action="{url}"><input autofocus onfocus="{js}"><button>x</button></form>',
    '<input type="image" src="{url}">',
    '<details open ontoggle="{js}"><summary>x</summary></details>',
    '<marquee onstart="{js}">x</marquee>',
    '<a href="javascript:{js}" ping="{url}" autofocus onfocus="{js}" tabindex=1>x</a>',
    '<div onmouseover="{js}" style="animation:a" onanimationstart="{js}">x</div>',
    '<template><img src="{url}" onerror="{js}"></template>',
    '<portal src="{url}"></portal>',
    '<frameset onload="{js}"><frame src="{url}"></frameset>',
    "<xml><x xmlns='http://www.w3.org/1999/xhtml'><script>{js}</script></x></xml>",
    '<isindex action="{url}" type=image src="{url}">',
    '<input type=hidden oncontentvisibilityautostatechange="{js}" style="content-visibility:auto">',
)
#: What parsers read twice, and not the same way: {it} is what acts (mXSS).
_AROUND: Final = (
    "{it}", "<div>{it}</div>", "<noscript><p title='</noscript>{it}'>", "<style><!--</style>{it}--></style>",
    "<svg><style><!--</style>{it}--></style></svg>", "<math><mtext><table><mglyph><style><!--</style>{it}",
    "<textarea></textarea>{it}", "<title></title>{it}", "<select><template>{it}</template></select>",
    "<form><math><mtext></form><form><mglyph><style></math>{it}", "<!--><{it}-->", "<![CDATA[{it}]]>{it}",
    "<table><tr>{it}<td>x</td></tr></table>", "<svg><desc>{it}</desc></svg>", "<p>x<plaintext>{it}", "<xmp></xmp>{it}",
    "<svg><p><style><g title='</style>{it}'>", "<a title=\"`'>{it}\">x</a>",
    "<x><!--[if gte mso 9]>{it}<![endif]--></x>",
    "<div title=\"&lt;/div&gt;{it}\">{it}</div>", "</body></html>{it}", "<br/\n/{it}>", "<q cite='{it}'>{it}</q>",
)  # fmt: skip


def hostile_pages(chance: random.Random, wanted: int) -> list[str]:
    """Return so many payloads, no two alike."""
    found: dict[str, None] = {}
    while len(found) < wanted:
        found[_payload(chance, len(found))] = None
    return list(found)


def _payload(chance: random.Random, n: int) -> str:
    url, js = f"{CANARY}/{n}", f"alert({n})"
    svg = f"%3Csvg xmlns='http://www.w3.org/2000/svg' onload='{js}'%3E%3Cimage href='{url}'/%3E%3C/svg%3E"
    doc = escape(f"<script>parent.{js}</script><img src={url}>", quote=True)
    act = _ACTS[n % len(_ACTS)].format(url=url, js=js, svg=svg, doc=doc)
    for disguise in chance.sample(_DISGUISES, chance.randrange(3)):
        act = disguise(chance, act)
    return chance.choice(_AROUND).replace("{it}", act)


def _cased(chance: random.Random, act: str) -> str:
    head, space, rest = act.partition(" ")
    return "".join(chance.choice((c.upper(), c.lower())) for c in head) + space + rest


def _slashed(chance: random.Random, act: str) -> str:
    return act.replace(" ", chance.choice(("/", "\t", "\n", "\f", " / ")), 1)


def _encoded(chance: random.Random, act: str) -> str:
    form = chance.choice(("&#{};", "&#x{:x};", "&#0000{}"))
    return act.replace("javascript", form.format(ord("j")) + "avascript").replace("alert(", form.format(97) + "lert(")


def _broken(chance: random.Random, act: str) -> str:
    where = chance.randrange(1, len(act))
    return act[:where] + chance.choice(("\x00", "\u200b", "\ufeff", "<", ">", '"', "'", "`", "</", "<!")) + act[where:]


def _schemed(chance: random.Random, act: str) -> str:
    return act.replace("https://", chance.choice(("//", "HTTPS://", "https:\\\\", "\\\\", "ht\ntps://", " https://")))


_DISGUISES: Final = (_cased, _slashed, _encoded, _broken, _schemed)


@dataclass
class Seen:
    """What the browser did that a mail must never make it do."""

    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def show(browser: Browser, pages: Sequence[str], *, policy: str, sandbox: str) -> Seen:
    """Show pages in frames of ``FRAMES`` at a time; whatever is asked for outside the house is refused and noted."""
    seen = Seen()
    context = browser.new_context(service_workers="block")
    tab = context.new_page()
    tab.on("dialog", lambda dialog: _hush(dialog, seen))
    headers = {"Content-Security-Policy": policy} if policy else {}

    def serve(route: Route) -> None:
        url = route.request.url
        asked = _OURS.fullmatch(url)
        if asked is None:
            seen.requests.append(url)
            route.abort()
        elif asked[1] == "page":
            route.fulfill(body=pages[int(asked[2])], content_type="text/html; charset=utf-8", headers=headers)
        else:
            body = "".join(_frames(int(asked[2]), len(pages), sandbox))
            route.fulfill(body=body, content_type="text/html; charset=utf-8")

    context.route("**/*", serve)
    for first in range(0, len(pages), FRAMES):
        tab.goto(f"{HOUSE}/table/{first}")
        shown = tab.evaluate("() => [document.body.childElementCount, document.title, location.href]")
        if shown != [min(FRAMES, len(pages) - first), "la maison", f"{HOUSE}/table/{first}"]:
            seen.left.append(str(shown))
    context.close()
    return seen


def _hush(dialog: Dialog, seen: Seen) -> None:
    seen.dialogs.append(dialog.message)
    dialog.dismiss()


def _frames(first: int, n: int, sandbox: str) -> Iterator[str]:
    yield "<!doctype html><title>la maison</title><body>"
    for number in range(first, min(first + FRAMES, n)):
        yield f'<iframe src="{HOUSE}/page/{number}" {sandbox}></iframe>'
