"""The two pages: two whatever the data, tagged, asking nothing of anybody, naming nobody, and well set."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import typst

from egards.bilan.making import report_of, report_on
from egards.bilan.ours import Ours, said
from egards.bilan.page import page
from egards.bilan.printing import PAGES, fitted, page_count, printed
from egards.bilan.report import Cause, Report, Row, Segment
from egards.bilan.style import FONTS
from egards.bilan.tests.letters import known_mailbox, mbox
from egards.bilan.words import Haul, Refusal, Word
from egards.core.typography import faults, forbidden_words
from egards.understanding.engines.lexicon import load_engine
from egards.understanding.reading import Text

MADE = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Paris"))
NOTHING = Haul(0, (), 0, (), {}, has_mail=False)
UNHAPPY = (
    "Livraison en retard, c’est inadmissible et personne ne répond.",
    "Le produit est arrivé cassé, accueil odieux au magasin.",
    "Remboursement jamais reçu, service client injoignable.",
    "Facture fausse, prix exorbitant, site en panne.",
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Report:
    path = mbox(tmp_path_factory.mktemp("boite") / "adele@a.example.mbox", known_mailbox())
    return report_on(path, said(["tilleul.example"]), made_at=MADE)[0]


@pytest.fixture(scope="module")
def many() -> Report:
    """Four hundred people, of whom half are answered a day later."""
    engine = load_engine()
    readings = engine.read([Text(text) for text in UNHAPPY])
    start = datetime(2026, 3, 1, 9, tzinfo=UTC)
    words: list[Word] = []
    for i in range(400):
        at, who = start + timedelta(hours=i), f"p{i}@x.example"
        text, reading = UNHAPPY[i % 4], readings[i % 4]
        words.append(Word("customer", f"k{i}", at=at, author=who, subject=f"S{i}", text=text, reading=reading))
        if i % 2:
            later = at + timedelta(days=1)
            words.append(Word("ours", f"o{i}", (f"k{i}",), later, "nous@x.test", to=(who,), subject=f"Re: S{i}"))
    refusals = tuple(Refusal(f"Raison {i}, un peu longue pour voir ce qui tient sur une page.") for i in range(9))
    haul = Haul(len(words) + 9, tuple(words), 0, refusals, {"lien": 3}, has_mail=True)
    return report_of(haul, said(["x.test"]), made_at=MADE)


def crowded(report: Report) -> Report:
    """The same report with every place filled with the longest there may be."""
    row = Row("Un thème au nom vraiment très long, sur deux lignes", "1 284 000", "100 %, de 99 à 100 %",
              (Segment("late", 1.0, "x"),), 0.9, 1.0)  # fmt: skip
    cause = Cause("Un thème au nom vraiment très long", "100 % (de 99 à 100 %, n = 12 000)", "mot " * 41, 1.0, 0.9, 1.0)
    method = replace(report.method, sentences=("Une phrase de méthode. " * 12,) * 5)
    return replace(report, themes=replace(report.themes, rows=(row,) * 13), causes=(cause,) * 9, method=method)


def test_two_pages_for_a_small_mailbox(known: Report) -> None:
    assert page_count(fitted(known)) == PAGES


def test_two_pages_for_many(many: Report) -> None:
    assert page_count(fitted(many)) == PAGES


def test_two_pages_when_every_place_is_full(many: Report) -> None:
    full = crowded(many)
    assert page_count(full) > PAGES
    assert page_count(fitted(full)) == PAGES


def test_two_pages_for_nothing_at_all() -> None:
    assert page_count(fitted(report_of(NOTHING, Ours(), made_at=MADE))) == PAGES


def test_the_pdf_is_tagged_and_says_its_language(many: Report) -> None:
    pdf = printed(many, made_at=MADE)
    assert pdf.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part>1<" in pdf  # PDF/UA-1: typst refuses to write it for a page that is not


def test_only_the_fonts_that_come_along_are_used() -> None:
    assert sorted(typst.Fonts(False, False, [FONTS]).families()) == ["Figtree", "Newsreader"]


def test_the_same_words_give_the_same_bytes(many: Report) -> None:
    assert printed(many, made_at=MADE) == printed(many, made_at=MADE)


def test_the_figures_are_told_with_n_and_interval(many: Report) -> None:
    # an hour apart, the last answer at hour 423: needs 0 to 375 are two days old, of which 188 were never answered
    assert (many.figures[0].value, many.figures[0].doubt) == ("50\u00a0%", "de 45 à 55\u00a0%, n\u00a0=\u00a0376")
    assert many.lead.startswith("De 45 à 55 demandes sur 100 restent sans réponse. De ")
    assert many.figures[2].value == "0\u00a0%"
    assert all("n\u00a0=\u00a0" in figure.doubt for figure in many.figures)


def test_a_small_n_draws_no_share(known: Report) -> None:
    assert [figure.value for figure in known.figures] == ["2 sur 5", "–", "1 sur 5", "2 sur 6"]
    assert all(figure.doubt.startswith("trop peu pour le dire") for figure in known.figures)
    assert not any(row.bar for row in known.themes.rows)


def test_nobody_is_named(known: Report) -> None:
    shown = page(known)
    for name in ("Adèle", "Vauquelin", "adele", "Basile", "Ozanne", "chloe", ".example", "tilleul"):
        assert name.lower() not in shown.lower()


def test_the_page_asks_nothing_of_anybody(many: Report) -> None:
    shown = page(many)
    assert re.findall(r"(?:src|href|url\()\s*=?\s*[\"']?(?!data:)[^\"')\s>]*", shown.split("</style>")[1]) == []
    assert set(re.findall(r'url\("(data:[^;]+);', shown)) == {"data:font/woff2"}
    assert shown.count("url(") == 3
    assert "<script" not in shown


def test_the_page_is_well_made(many: Report) -> None:
    opened = Tags()
    opened.feed(page(many))
    assert opened.open == []
    assert opened.headings[0] == "h1"
    assert opened.headings.count("h1") == 1


def test_every_sentence_is_well_set(known: Report, many: Report) -> None:
    for text in (*strings(asdict(known)), *strings(asdict(many))):
        assert faults(text) == []
        assert forbidden_words(text) == []


def test_what_is_said_of_the_reading_is_what_was_measured(known: Report) -> None:
    figures = (Path(__file__).parents[3] / "docs" / "understanding-figures.md").read_text()
    found = re.findall(r"^\| (Justesse du signe, textes tranchés|Justesse sur les défavorables tranchés) \| (0,\d+)",
                       figures, re.M)  # fmt: skip
    surely, complaints, elsewhere, strange = (float(value.replace(",", ".")) for _name, value in found)
    assert any("environ neuf fois sur dix quand il tranche, moins souvent" in one for one in known.method.sentences)
    assert min(surely, complaints, elsewhere) >= 0.9
    assert strange < 0.9


def test_a_table_says_that_it_cannot_show_answers(tmp_path: Path) -> None:
    path = tmp_path / "avis.csv"
    path.write_text("note;commentaire\n" + "1;Accueil odieux au magasin.\n5;Livraison parfaite.\n" * 20)
    report, haul = report_on(path, Ours(), made_at=MADE)
    assert haul.found == 40
    assert report.figures[0].value == "50\u00a0%"
    assert report.figures[0].doubt == "de 35 à 65\u00a0%, n\u00a0=\u00a040"  # Wilson of 20 out of 40: 0.352 to 0.648
    assert "un tableau d’avis ne montre pas les réponses" in report.waits.sentence
    assert page_count(fitted(report)) == PAGES


def strings(value: object) -> list[str]:
    """Every text in a report, the roles of colours left aside."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, one in value.items() if key not in ("role", "tone") for text in strings(one)]
    return [text for one in value for text in strings(one)] if isinstance(value, tuple | list) else []


class Tags(HTMLParser):
    """What was opened and not closed, and the headings in their order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in ("h1", "h2", "h3"):
            self.headings.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        assert tag == "rect"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
