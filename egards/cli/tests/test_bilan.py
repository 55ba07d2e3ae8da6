"""``egards bilan``: no house, no base, two files, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from egards.bilan.tests.letters import known_mailbox, mbox
from egards.cli.commands import bilan
from egards.cli.main import main


def test_it_works(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = mbox(tmp_path / "boite.mbox", known_mailbox())
    assert main(["bilan", str(box), "-o", str(tmp_path / "mars.2026")]) == 0
    assert (tmp_path / "mars.2026.pdf").read_bytes().startswith(b"%PDF")
    assert "Le bilan de vos échanges" in (tmp_path / "mars.2026.html").read_text()
    told = capsys.readouterr().out
    assert "19 trouvés = 17 lus + 1 en double + 1 illisibles" in told
    assert "bonjour@tilleul.example" in told


def test_ours_may_be_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = mbox(tmp_path / "boite.mbox", known_mailbox())
    assert main(["bilan", str(box), "--ours", "Tilleul.example", "-o", str(tmp_path / "b.pdf")]) == 0
    assert "À vous (dits par vous) : tout tilleul.example" in capsys.readouterr().out
    assert sorted(one.name for one in tmp_path.iterdir()) == ["b.html", "b.pdf", "boite.mbox"]


def test_it_is_written_where_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "avis.csv").write_text("note;commentaire\n1;Accueil odieux.\n5;Parfait.\n")
    monkeypatch.chdir(tmp_path)
    assert main(["bilan", "avis.csv", "-o", "."]) == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["avis.csv", "bilan.html", "bilan.pdf"]


def test_nothing_to_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bilan", str(tmp_path), "-o", str(tmp_path / "b")]) == 1
    assert "ni e-mail ni tableau" in capsys.readouterr().err


def test_a_path_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bilan", str(tmp_path / "rien.mbox")]) == 1
    assert capsys.readouterr().err.startswith("egards bilan : ")


def test_an_interruption_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_some: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bilan, "printed", interrupted)
    box = mbox(tmp_path / "boite.mbox", known_mailbox())
    assert main(["bilan", str(box), "-o", str(tmp_path / "b")]) == 130
    assert "aucun bilan n’a été écrit" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["boite.mbox"]
