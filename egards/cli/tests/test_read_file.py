"""``egards read FILE``: a file in, JSON lines out, no house, and bad rows told without stopping the others."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from egards.cli.main import main

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "lecture.schema.json").read_text(encoding="utf-8"))


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def run(source: Path, out: Path, *words: str) -> int:
    return main(["read", str(source), "-o", str(out), "--mode", "mass", *words])


def check(value: Any, schema: dict[str, Any]) -> None:
    """The part of JSON Schema that our schema uses."""
    schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if "enum" in schema:
        assert value in schema["enum"]
    if schema.get("type") == "object":
        assert set(value) == set(schema["required"]) == set(schema["properties"])
        for key, part in schema["properties"].items():
            check(value[key], part)
    if schema.get("type") == "array":
        for item in value:
            check(item, schema["items"])
    if schema.get("type") in ("number", "integer"):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value)


def test_it_reads_a_csv_in_its_order(tmp_path: Path) -> None:
    source, out = tmp_path / "avis.csv", tmp_path / "out.jsonl"
    source.write_text('id;Commentaire\n1;"Parfait, rien à redire"\n2;C’est nul\n', encoding="utf-8")
    assert run(source, out, "--column", "Commentaire") == 0
    lines = read_lines(out)
    assert [line["row"] for line in lines] == [1, 2]
    assert [line["polarity"]["label"] for line in lines] == ["positive", "negative"]


@pytest.mark.parametrize("mode", ["mass", "fine"])
def test_each_line_is_as_the_schema_says(tmp_path: Path, mode: str) -> None:
    source, out = tmp_path / "avis.txt", tmp_path / "out.jsonl"
    source.write_text(
        "SAV nul mais vendeuse adorable\nUrgent : odeur de gaz ! Commande AB-1234, 06 12 34 56 78, 12 €, le 3 mai\n"
        "Mon cancer ne vous regarde pas, IBAN FR14 2004 1010 0505 0001 3M02 606\n👍\n",
        encoding="utf-8",
    )
    assert main(["read", str(source), "-o", str(out), "--mode", mode]) == 0
    lines = read_lines(out)
    assert len(lines) == 4
    for line in lines:
        check(line, SCHEMA)


def test_a_personal_datum_is_never_written(tmp_path: Path) -> None:
    source, out = tmp_path / "avis.txt", tmp_path / "out.jsonl"
    source.write_text(
        "C’est nul, jean.dupont@exemple.fr, 06 12 34 56 78, FR1420041010050500013M02606", encoding="utf-8"
    )
    run(source, out)
    written = out.read_text(encoding="utf-8")
    assert [word for word in ("jean.dupont", "12 34 56", "20041010") if word in written] == []


def test_bad_rows_are_told_with_row_and_field_and_the_others_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "avis.jsonl", tmp_path / "out.jsonl"
    source.write_text(
        '{"text": "Parfait"}\n{"text": 3}\nnon\n{"autre": ""}\n{"text": "Nul \\ud800"}\n', encoding="utf-8"
    )
    assert run(source, out, "--column", "text") == 0
    assert [line["row"] for line in read_lines(out)] == [1, 5]
    told = capsys.readouterr().err
    assert "Ligne 2, champ « text » : ce n’est pas du texte." in told
    assert "Ligne 3, champ « text » : JSON illisible" in told
    assert "Ligne 4, champ « text » : champ absent." in told
    assert "2 textes lus, 3 refusés." in told


def test_a_file_that_holds_nothing_readable_is_a_failure(tmp_path: Path) -> None:
    source = tmp_path / "avis.jsonl"
    source.write_text("non\n", encoding="utf-8")
    assert run(source, tmp_path / "out.jsonl") == 1


def test_a_missing_column_names_those_of_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "avis.csv"
    source.write_text("note,avis client\n5,Parfait\n", encoding="utf-8")
    assert run(source, tmp_path / "out.jsonl", "--column", "texte") == 1
    assert "Colonnes du fichier : note, avis client" in capsys.readouterr().err
    assert not (tmp_path / "out.jsonl").exists()


def test_a_missing_file_and_a_bad_plan_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path / "rien.csv", tmp_path / "out.jsonl") == 1
    assert "rien.csv" in capsys.readouterr().err
    plan = tmp_path / "plan.toml"
    plan.write_text("format = 2", encoding="utf-8")
    source = tmp_path / "avis.txt"
    source.write_text("Parfait", encoding="utf-8")
    assert run(source, tmp_path / "out.jsonl", "--themes", str(plan)) == 1
    assert "format" in capsys.readouterr().err


def test_windows_accents_and_semicolons_are_read(tmp_path: Path) -> None:
    source, out = tmp_path / "avis.csv", tmp_path / "out.jsonl"
    source.write_bytes("note;texte\n1;Très déçu\n".encode("cp1252"))
    assert run(source, out) == 0
    assert read_lines(out)[0]["clauses"][0]["text"] == "Très déçu"


def test_it_reads_the_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Parfait\n\nNul\n")))
    assert main(["read", "-", "--mode", "mass"]) == 0
    assert [json.loads(line)["row"] for line in capsys.readouterr().out.splitlines()] == [1, 3]


def test_too_little_to_learn_from_is_told_and_read_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "avis.csv", tmp_path / "out.jsonl"
    source.write_text("texte,note\nParfait,5\nNul,1\n", encoding="utf-8")
    assert run(source, out, "--labels", "note") == 0
    assert "1 favorables et 1 défavorables" in capsys.readouterr().err
    assert run(source, out, "--adapt") == 0
    assert len(read_lines(out)) == 2


def test_labels_teach_what_no_plan_knows(tmp_path: Path) -> None:
    source, out = tmp_path / "avis.csv", tmp_path / "out.jsonl"
    rows = [f"le zorgle du jour numéro {n},5\nle frumpt du jour numéro {n},1\n" for n in range(300)]
    source.write_text("texte,note\n" + "".join(rows), encoding="utf-8")
    assert run(source, out, "--labels", "note") == 0
    scores = [line["polarity"]["score"] for line in read_lines(out)]
    assert [score > 0 for score in scores] == [True, False] * 300


def test_it_needs_neither_django_nor_a_house(tmp_path: Path) -> None:
    source = tmp_path / "avis.txt"
    source.write_text("Parfait", encoding="utf-8")
    code = (
        "import sys; from egards.cli.main import main; code = main(['read', sys.argv[1], '--mode', 'mass']);"
        "from django.conf import settings; assert not settings.configured; sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(source)],
        cwd=Path(__file__).parents[3],
        env={"PATH": "", "HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [source]), done.stderr
