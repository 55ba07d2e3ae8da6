"""A person's copy: everything of theirs, nothing of anybody else's, readable without us."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from egards.cli.exporting import Exported, ExportRefused, export_person
from egards.cli.forgetting import find_person
from egards.cli.tests.test_forgetting import BRUNO, ODILE, letter
from tests.builders import NOON, api_touchpoint, mail, mailbox, posted, say

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    """A state folder of this test's own."""
    settings.EGARDS_HOME = tmp_path / "var"


def copy_of(who: str, folder: Path) -> tuple[Exported, dict[str, bytes]]:
    """Export a person; return what was said and what is in the copy."""
    exported = export_person(find_person(who), folder / "copie.zip")
    with zipfile.ZipFile(exported.path) as archive:
        return exported, {name: archive.read(name) for name in archive.namelist()}


def test_it_works(tmp_path: Path) -> None:
    who = {"email": ODILE, "phone": "0612345678", "name": "Odile Marchand"}
    body = json.loads(posted("Un colis cassé", id="1", at=NOON - timedelta(days=2), **who))
    body["facts"] = {"order": "C-4711"}
    say(json.dumps(body).encode(), at=api_touchpoint(), when=NOON - timedelta(days=1))
    say(letter(ODILE, "Voici la facture", message_id="1", attachment=b"octets de facture"), at=mailbox())
    exported, files = copy_of(ODILE, tmp_path)

    data = json.loads(files["donnees.json"])
    assert {row["value"] for row in data["interactions_handle"]} == {ODILE, "+33612345678"}
    assert [row["text"].strip() for row in data["interactions_content"]] == ["Un colis cassé", "Voici la facture"]
    assert data["interactions_content"][0]["facts"] == {"order": "C-4711"}
    assert data["customers_customer"][0]["name"] == "Odile Marchand"
    assert len(data["understanding_reading"]) == 2
    assert len(data["interactions_interaction"]) == 2
    assert files["fichiers/0001-facture.pdf"] == b"octets de facture"
    assert exported.files == 3  # one attachment, two originals
    assert any(b"octets de facture" in raw or b"b2N0ZXRz" in raw for name, raw in files.items() if "originaux" in name)
    page = files["LISEZ-MOI.html"].decode()
    assert 'lang="fr"' in page
    assert "Un colis cassé" in page
    assert "C-4711" in page
    assert exported.path.stat().st_mode & 0o777 == 0o600


def test_nothing_of_anybody_else_is_in_it(tmp_path: Path) -> None:
    say(letter(BRUNO, "Mot de Bruno", message_id="1", attachment=b"octets de Bruno"), at=mailbox())
    say(mail("Bruno parle d’elle", From=BRUNO, Cc=ODILE), at=mailbox())
    say(letter(ODILE, "Mot d’Odile", message_id="2"), at=mailbox())
    _exported, files = copy_of(ODILE, tmp_path)
    whole = b"".join(files.values())
    assert "Mot d’Odile".encode() in whole
    assert b"bruno" not in whole.lower()


def test_the_table_reads_the_same_as_the_json(tmp_path: Path) -> None:
    say(posted("Deux\nlignes ; et « guillemets »", id="1", email=ODILE), at=api_touchpoint())
    _exported, files = copy_of(ODILE, tmp_path)
    rows = list(csv.DictReader(io.StringIO(files["csv/interactions_content.csv"].decode("utf-8-sig"))))
    assert rows[0]["text"] == "Deux\nlignes ; et « guillemets »"


def test_a_spreadsheet_runs_nothing(tmp_path: Path) -> None:
    say(posted('=HYPERLINK("http://x.example")', id="1", email=ODILE), at=api_touchpoint())
    _exported, files = copy_of(ODILE, tmp_path)
    assert b",'=HYPERLINK" in files["csv/interactions_content.csv"].replace(b'"', b"")


def test_a_page_runs_nothing(tmp_path: Path) -> None:
    say(posted("<script>alert(1)</script>", id="1", email=ODILE), at=api_touchpoint())
    _exported, files = copy_of(ODILE, tmp_path)
    assert b"<script" not in files["LISEZ-MOI.html"]


def test_a_hostile_file_name_stays_in_its_folder(tmp_path: Path) -> None:
    raw = letter(ODILE, "Un", message_id="1", attachment=b"x").replace(b"facture.pdf", b"../../../etc/passwd")
    say(raw, at=mailbox())
    _exported, files = copy_of(ODILE, tmp_path)
    assert not [name for name in files if ".." in name.split("/")]


def test_an_existing_copy_is_not_written_over(tmp_path: Path) -> None:
    say(posted("Un", id="1", email=ODILE), at=api_touchpoint())
    (tmp_path / "copie.zip").write_text("déjà là")
    with pytest.raises(ExportRefused):
        copy_of(ODILE, tmp_path)
    assert (tmp_path / "copie.zip").read_text() == "déjà là"


def test_an_interrupted_copy_leaves_no_file(tmp_path: Path) -> None:
    say(posted("Un", id="1", email=ODILE), at=api_touchpoint())

    def interrupt(sentence: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_person(find_person(ODILE), tmp_path / "copie.zip", progress=interrupt)
    assert [p.name for p in tmp_path.iterdir() if p.name != "var"] == []
