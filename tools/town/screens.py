"""Reads figures out of pages as they stand: cells, sentences, moments. Knows French figures, nothing of the house."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from lxml import html  # type: ignore[import-untyped]  # no stubs among our tools

_UNITS = {"s": 1, "min": 60, "h": 3600}
_SPACES = re.compile(r"[\u00a0\u202f\s]+")


@dataclass(frozen=True, slots=True)
class ShareSeen:
    """A share as shown: in hundredths, with its ends and its n; ``value`` None when too few for one.

    ``change``: by how many points it is said to have moved, None when no move is claimed.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    some: int | None = None
    change: int | None = None


@dataclass(frozen=True, slots=True)
class ThemeSeen:
    """A theme of the week: how often, between which counts it usually is, by how many people."""

    theme: str
    n: int
    usual: tuple[int, int] | None
    people: int


@dataclass(frozen=True, slots=True)
class WaitSeen:
    """How one medium's customers waited, in seconds; None where the page says nothing."""

    label: str
    n: int
    running: int
    median: float | None = None
    low: float | None = None
    high: float | None = None
    ninth: float | None = None
    clock: float | None = None
    clock_ninth: float | None = None


@dataclass
class PulseSeen:
    """One look at the pulse. Days are given from the page's own, newest first."""

    day: date
    happy: ShareSeen
    unhappy: ShareSeen
    promises: ShareSeen
    wait: WaitSeen
    words: int
    curve: dict[date, list[str]] = field(default_factory=dict)
    volumes: dict[date, list[int]] = field(default_factory=dict)
    themes: list[ThemeSeen] = field(default_factory=list)
    rising: list[str] = field(default_factory=list)
    waits: list[WaitSeen] = field(default_factory=list)
    law: dict[str, list[int]] = field(default_factory=dict)


def pulse_seen(text: str, day: date) -> PulseSeen:
    """Read the pulse of a day."""
    page = html.document_fromstring(text)
    figures = [[_said(cell) for cell in fig if cell.tag in ("dt", "dd")] for fig in page.xpath('//div[@class="fig"]')]
    happy, unhappy, promises = (share_seen(fig) for fig in figures[:3])
    rising, themes = _themes(page)
    volumes = [row[1:] for row in _rows(page, "volumes")]
    return PulseSeen(
        day=day,
        happy=happy,
        unhappy=unhappy,
        promises=promises,
        wait=_wait_figure(figures[3]),
        words=number((page.xpath('//section[@aria-labelledby="volumes"]/header/p') or [None])[0]),
        curve={day - timedelta(days=n): row[1:] for n, row in enumerate(_rows(page, "polarity"))},
        volumes={day - timedelta(days=n): [number(cell) for cell in row] for n, row in enumerate(volumes)},
        themes=themes,
        rising=rising,
        waits=[_wait(row) for row in _rows(page, "waits")],
        law={row[0]: [number(cell) for cell in row[1:]] for row in _rows(page, "law")},
    )


def share_seen(fig: Sequence[str]) -> ShareSeen:
    """Read « 30 % », « 22 à 39 %, n = 109 », or « 11 sur 19 » when there are too few."""
    if found := re.fullmatch(r"(\d+) sur (\d+)", fig[1]):
        return ShareSeen(None, None, None, int(found[2]), int(found[1]))
    found = next((one for cell in fig if (one := re.match(r"(\d+) à (\d+) %, n = ([\d ]+)", cell))), None)
    if not found:
        return ShareSeen(None, None, None, 0)
    moved = next((one for cell in fig if (one := re.match(r"(\d+) points? de (plus|moins)", cell))), None)
    change = int(moved[1]) * (1 if moved[2] == "plus" else -1) if moved else None
    return ShareSeen(number(fig[1]), int(found[1]), int(found[2]), int(found[3].replace(" ", "")), change=change)


def number(text: object) -> int:
    """Read the first whole number of a text, its thousands apart; 0 without."""
    said = _said(text)
    found = re.search(r"\d{1,3}(?: \d{3})+|\d+", said)
    return int(found[0].replace(" ", "")) if found else 0


def span(text: str) -> float | None:
    """Read « 2 h 10 », « 38 min », « 3 jours 20 h » in seconds; None for « — »."""
    plain = _SPACES.sub(" ", text).strip()
    if whole := re.match(r"(\d+) jours?(?: (\d+) h)?", plain):
        return int(whole[1]) * 86400.0 + int(whole[2] or 0) * 3600.0
    found = re.match(r"(\d+) (s|min|h)(?: (\d+))?", plain)
    return int(found[1]) * _UNITS[found[2]] + int(found[3] or 0) * 60.0 if found else None


def ends(text: str) -> tuple[float | None, float | None]:
    """Read « 22 min à 3 h 10 », « 1 h 51 ou plus »."""
    low, _to, high = _SPACES.sub(" ", text).partition(" à ")
    return span(low), span(high) if high else None


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """A promise on a customer's page: which conversation, what became of it, and the moment beside it."""

    conversation: str
    what: str
    word: str
    at: datetime | None
    text: str


@dataclass(frozen=True, slots=True)
class CustomerSeen:
    """A customer's page: addresses, promises, conversations, and how many moments of each kind the first page has."""

    addresses: tuple[str, ...]
    promises: tuple[PromiseSeen, ...]
    kept_words: str
    conversations: tuple[str, ...]
    words: tuple[tuple[str, datetime], ...]
    since: str


def customer_seen(text: str) -> CustomerSeen:
    """Read a customer's page."""
    page = html.document_fromstring(text)
    listed = page.xpath('//ul[@class="promised-list"]/li')
    moments = page.xpath('//ol[contains(@class,"moments")]/li/a[contains(@class,"item")][not(contains(@class,"ours"))]')
    return CustomerSeen(
        addresses=tuple(_said(one) for one in page.xpath('//ul[@class="ids"]/li/span[1]')),
        promises=tuple(_promise(row) for row in listed),
        kept_words=_said((page.xpath('//h2[following-sibling::ul[@class="promised-list"]]/span') or [""])[0]),
        conversations=tuple(_id(link) for link in page.xpath('//ul[@class="talks"]/li/a/@href')),
        words=tuple((_id(one.get("href")), _moment(one.xpath(".//time/@datetime")[0])) for one in moments),
        since=_said((page.xpath('//div[@class="customer-head"]//p[@class="meta"]') or [""])[0]),
    )


@dataclass(frozen=True, slots=True)
class ConversationSeen:
    """A conversation's page: whose, in which state, its words in order, the promise at its top."""

    state: str
    owner: str
    shapes: tuple[tuple[str, datetime], ...]
    due: datetime | None
    chips: tuple[str, ...]
    facts: tuple[str, ...]


def conversation_seen(text: str) -> ConversationSeen:
    """Read a conversation's page."""
    page = html.document_fromstring(text)
    pane = page.get_element_by_id("conversation")
    head = pane.xpath('.//header[@class="pane-head"]/p')[0]
    due = pane.xpath('.//*[contains(@class,"promised")]//@data-due')
    words = pane.xpath('.//ol[@class="thread-in"]/li[contains(@class,"word ")]')
    return ConversationSeen(
        state=_said((head.xpath('./span[@class="state"]') or [""])[0]),
        owner=next((_said(one) for one in head.xpath("./span[not(@class)]") if not _said(one).startswith("n°")), ""),
        shapes=tuple((_shape(word), _moment(word.xpath(".//time/@datetime")[0])) for word in words),
        due=_moment(due[0]) if due else None,
        chips=tuple(_said(chip) for chip in pane.xpath('.//p[@class="word-promise"]/span[contains(@class,"promise")]')),
        facts=tuple(_said(fact) for fact in pane.xpath('.//li[contains(@class,"fact")]/p')),
    )


def _shape(word: html.HtmlElement) -> str:
    return str(word.get("class").split()[1].removeprefix("word-"))


def _promise(row: html.HtmlElement) -> PromiseSeen:
    link, meta = row.xpath(".//a")[0], row.xpath('.//span[@class="meta"]')[0]
    at = meta.xpath(".//time/@datetime")
    text = _said(meta)
    return PromiseSeen(_id(link.get("href")), _said(link), text.split(",")[0], _moment(at[0]) if at else None, text)


def _themes(page: html.HtmlElement) -> tuple[list[str], list[ThemeSeen]]:
    """Those said to rise stand in a table of their own, before the one of all themes."""
    section = page.xpath('//section[@aria-labelledby="rising"]')[0]
    tables = [[_theme(row) for row in table.xpath(".//tbody/tr")] for table in section.xpath(".//table")]
    inside = section.xpath(".//details//table")
    rising = tables[0] if len(tables) > len(inside) else []
    return [row.theme for row in rising], tables[-1] if inside else []


def _theme(row: html.HtmlElement) -> ThemeSeen:
    cells = [_said(cell) for cell in row]
    link = parse_qs(urlsplit(row.xpath(".//th/a/@href")[0]).query)
    low, _to, high = cells[3].partition(" à ")
    usual = (number(low), number(high)) if high else None
    return ThemeSeen(link["theme"][0], number(cells[2]), usual, number(cells[4]))


def _wait(row: Sequence[str]) -> WaitSeen:
    label, n, running = row[0], number(row[1]), number(row[2])
    if len(row) < 9:
        return WaitSeen(label, n, running)
    low, high = ends(row[4])
    return WaitSeen(label, n, running, span(row[3]), low, high, span(row[5]), span(row[7]), span(row[8]))


def _wait_figure(fig: Sequence[str]) -> WaitSeen:
    found = next((one for cell in fig if (one := re.search(r"n = ([\d ]+)", cell))), None)
    interval = next((part for part in fig if "n =" in part), "")
    low, high = ends(interval.split(",")[0])
    return WaitSeen(
        fig[0], number(found[1]) if found else number(fig[1]), 0, span(fig[1]) if found else None, low, high
    )


def _rows(page: html.HtmlElement, section: str) -> list[list[str]]:
    rows = page.xpath(f'//section[@aria-labelledby="{section}"]//tbody/tr')
    return [[_said(cell) for cell in row] for row in rows]


def _said(node: object) -> str:
    text = node.text_content() if isinstance(node, html.HtmlElement) else str(node if node is not None else "")
    return _SPACES.sub(" ", text).strip()


def _id(address: str) -> str:
    found = re.search(r"[0-9a-f-]{36}", address)
    return found[0] if found else ""


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
