"""`make bench` refuses to conclude on a machine that is not steady, and tells misses as it tells hits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.benchmarks import corpus, floors
from tools.benchmarks.pages import Page
from tools.benchmarks.peer import PeerRun
from tools.benchmarks.product import AtRest, ProductRun
from tools.benchmarks.protocol import Comparison, Try, a_b_a
from tools.benchmarks.report import Results, written


def run_at(rate: float, *, lost: int = 0) -> ProductRun:
    """An import of a thousand mails at this pace."""
    return ProductRun(1000, 1000 / rate, 2000 / rate, 990, 4, 6, 0, lost, 0, 0)


def results(*, product: float, before: float = 1000, after: float = 1000, lost: int = 0) -> Results:
    """What a whole measure finds, with a floor that ran before and after the product."""
    found = Results(1000, 5_000_000, "18.6", 0.1, parse=[4000.0], per_mail=[500.0])
    found.floor = Comparison(1, [Try(before, run_at(product, lost=lost), after)])
    found.peer = Comparison(1, [Try(600, PeerRun(1000, 998, 20.0, {"TypeError": 2}), 600)])
    found.peer_products = [run_at(600), run_at(600)]
    found.at_rest = found.after_pages = AtRest(3.0, 5, 400_000_000, 300_000_000)
    found.pages = [Page("échanges", 20.0, 30.0, 32.0, 7), Page("recherche", 41.0, 60.0, 33.0, 9)]
    return found


def line(page: str, figure: str) -> str:
    """The first line of the table that begins so."""
    return next(text for text in page.splitlines() if text.startswith(f"| {figure}"))


def test_steady_tries_conclude() -> None:
    rates = iter([100.0, 110.0, 100.0, 90.0])
    found = a_b_a(lambda: next(rates), lambda: 5.0, repeats=2, told=lambda text: None)
    assert found.concludes
    assert (found.floor(), found.median(lambda rate: rate)) == (100.0, 5.0)


def test_a_try_whose_two_a_differ_by_more_than_a_fifth_is_done_again() -> None:
    rates = iter([100.0, 79.0, 100.0, 81.0])
    found = a_b_a(lambda: next(rates), lambda: 5.0, repeats=1, told=lambda text: None)
    assert [a_try.proves for a_try in found.tries] == [False, True]
    assert found.floor() == pytest.approx(90.5)


def test_it_gives_up_after_twice_as_many_tries_and_does_not_conclude() -> None:
    rates = iter([100.0, 50.0] * 10)
    found = a_b_a(lambda: next(rates), lambda: 5.0, repeats=2, told=lambda text: None)
    assert len(found.tries) == 4
    assert not found.concludes


def test_a_hit_is_told() -> None:
    page = written(results(product=600), command="make bench")
    assert "60% | atteint" in line(page, "import, lecture faite | ≥ 50 % du plancher par lots")
    assert "12,0 × | atteint" in line(page, "import, lecture faite, 1\u202f000 premiers courriels")
    assert "2 TypeError" in line(page, "pair : courriels non gardés")


def test_a_miss_is_told() -> None:
    page = written(results(product=400, lost=1), command="make bench")
    assert "40% | **manqué**" in line(page, "import, lecture faite | ≥ 50 % du plancher par lots")
    assert "**manqué**" in line(page, "courriels perdus")
    assert "**manqué**" in line(page, "page recherche | p50")
    assert "**manqué**" in line(page, "page recherche | ≤ 8")


def test_an_unsteady_machine_is_told() -> None:
    page = written(results(product=600, before=1000, after=700), command="make bench")
    assert "**ne conclut pas**" in line(page, "import, lecture faite | ≥ 50 % du plancher par lots")
    assert "30% | non |" in page


def test_the_floor_reads_ugly_mail_without_stopping() -> None:
    ugly = b"From: \xff\x00\nContent-Type: text/plain; charset=x-inconnu\n\n\x00\xed\xa0\x80"
    assert floors.parsed(ugly)[1] == ugly
    assert "\x00" not in "".join(floors.parsed(ugly)[2:])


def test_a_corpus_that_was_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / corpus.ARCHIVE).write_bytes(b"autre chose")
    with pytest.raises(corpus.NoCorpus, match="sha512"):
        corpus.corpus(tmp_path)
    assert not (tmp_path / corpus.ARCHIVE).exists()


def test_without_npm_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(corpus.NoCorpus, match="--mails-folder"):
        corpus.corpus(tmp_path)
