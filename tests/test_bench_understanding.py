"""`make bench-understanding` tells misses as it tells hits, and its texts are all different."""

from __future__ import annotations

import csv
from pathlib import Path

from tools.benchmarks.rival_reading import with_a_bar
from tools.benchmarks.rivals import Rival
from tools.benchmarks.understanding_page import Costs, Found, Ours, written
from tools.benchmarks.verbatims import VerbatimImport, write_verbatims


def found(*, rate: int = 3_100, seconds: float = 200.0, unread: int = 0) -> Found:
    """What a whole measure finds."""
    return Found(
        "une machine",
        "`abc`",
        "2026-11-24",
        0.1,
        judged=2_576,
        taught=2_600,
        ours=[Ours("mass", 900, 1_000, rate), Ours("fine --adapt", 910, 1_000, 150)],
        rivals={"vader-fr": Rival(700, 1_000, 2_000.4, 1.0, 30)},
        costs=Costs(2.5, 300, 501),
        imported=VerbatimImport(100_000, 100_000, unread, 351.2, seconds, law_holds=True),
    )


def line(page: str, start: str) -> str:
    """The first line of a table that begins so."""
    return next(text for text in page.splitlines() if text.startswith(f"| {start}"))


def test_a_hit_is_told() -> None:
    page = written(found())
    assert line(page, "**Égards `--mode mass`**").endswith("| 3\u202f100 | ≥ 3\u202f000/s : atteint |")
    assert line(page, "100\u202f000 verbatims (351 caractères)").endswith("| ≤ 5 min | 200,0 s, 500/s | atteint |")
    assert line(page, "vader-fr").endswith("| 2\u202f000 | — |")


def test_a_miss_is_told() -> None:
    page = written(found(rate=2_999, seconds=301.0, unread=1))
    assert line(page, "**Égards `--mode mass`**").endswith("≥ 3\u202f000/s : **manqué** |")
    assert line(page, "**Égards `--mode fine --adapt`**").endswith("justesse ≥ 0,92 : **manqué** |")
    assert line(page, "100\u202f000 verbatims").endswith("**manqué** |")
    assert line(page, "gardés").endswith("**manqué** |")
    assert line(page, "mémoire au plus, mode fin, `--adapt`").endswith("| 501 Mo | **manqué** |")


def test_rivals_that_did_not_run_are_told() -> None:
    one = found()
    one.rivals, one.why_no_rivals = {}, "pas de réseau."
    assert "Concurrents non mesurés : pas de réseau." in written(one)


def test_a_lexicon_has_the_bar_that_is_right_most_often() -> None:
    train = [("aaaa", False), ("aaaaa", False), ("aaaaaa", True), ("aaaaaaa", True), ("a", True)]
    judge = with_a_bar(lambda texts: [float(len(text)) for text in texts], train)
    assert [score > 0 for score in judge(["aaaaa", "aaaaaa"])] == [False, True]


def test_the_verbatims_are_of_the_length_said_and_drawn_alike_each_time(tmp_path: Path) -> None:
    sources = [f"Première phrase numéro {i}, assez longue pour compter. Seconde phrase {i} !" for i in range(50)]
    mean = write_verbatims(tmp_path / "a.csv", sources, 200)
    write_verbatims(tmp_path / "b.csv", sources, 200)
    assert 300 < mean < 400
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as written_rows:
        assert len({row["texte"] for row in csv.DictReader(written_rows)}) == 200
