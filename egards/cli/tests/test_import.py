"""``egards import`` as a person runs it: every kind of file, numbers that add up, nothing twice, nothing leaves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from egards.accounts.models import Brand
from egards.accounts.scope import Scope
from egards.cli import importing
from egards.cli.commands import import_words
from egards.cli.main import parser
from egards.consent.models import Permit
from egards.core.models import Happening
from egards.intake import pipeline
from egards.interactions.doors import Delivery as Handed
from egards.interactions.doors import receive
from egards.interactions.models import Arrival, Content, Delivery, Interaction, Mode, Outcome, Waiting
from egards.interactions.queries import recounted_law, whole_law
from egards.touchpoints.models import Touchpoint
from tests.builders import mail
from tests.houses import figures_of

pytestmark = pytest.mark.django_db

Import = Callable[..., tuple[int, dict[str, int], str]]


@pytest.fixture
def run_import(capsys: pytest.CaptureFixture[str]) -> Import:
    """Run the command; return its exit code, its figures, and all it said."""

    def run(path: Path, *options: str) -> tuple[int, dict[str, int], str]:
        code = import_words.handle(parser().parse_args(["import", str(path), *options]))
        said = capsys.readouterr()
        return code, figures_of(said.out), said.out + said.err

    return run


def figures(
    *, offered: int, known: int = 0, stored: int = 0, duplicate: int = 0, quarantined: int = 0
) -> dict[str, int]:
    """The figures the command prints."""
    return {
        "présentés": offered,
        "déjà reçus auparavant": known,
        "gardés": stored,
        "doublons": duplicate,
        "en quarantaine": quarantined,
    }


def write_mails(folder: Path, count: int, *, start: int = 0) -> Path:
    """Write mails that differ, as .eml files."""
    folder.mkdir(parents=True, exist_ok=True)
    for n in range(start, start + count):
        raw = mail(f"Bonjour, où en est ma commande {n} ?", Message_ID=f"<{n}@client.example>")
        (folder / f"{n:04}.eml").write_bytes(raw)
    return folder


def law_holds() -> bool:
    """The appended figures hold, nothing waits, and they are those of the rows."""
    told = whole_law(Scope.house())
    return told.holds and told.waiting == 0 and told == recounted_law()


# ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_works(tmp_path: Path, run_import: Import) -> None:
    code, said, text = run_import(write_mails(tmp_path / "mails", 5))
    assert (code, said) == (0, figures(offered=5, stored=5))
    assert "5 = 0 + 5 + 0 + 0" in text
    assert "durée" in text
    assert law_holds()
    assert Interaction.objects.filter(mode=Mode.ARCHIVE).count() == 5


def test_a_second_run_stores_nothing(tmp_path: Path, run_import: Import) -> None:
    folder = write_mails(tmp_path / "mails", 5)
    run_import(folder)
    code, said, _ = run_import(folder)
    assert (code, said) == (0, figures(offered=5, known=5))
    assert Arrival.objects.count() == 5
    assert law_holds()


def test_files_added_since_come_in_alone(tmp_path: Path, run_import: Import) -> None:
    run_import(write_mails(tmp_path / "mails", 5))
    _, said, _ = run_import(write_mails(tmp_path / "mails", 2, start=5))
    assert said == figures(offered=7, known=5, stored=2)


def test_the_same_word_in_two_files_is_stored_once(tmp_path: Path, run_import: Import) -> None:
    folder = write_mails(tmp_path / "mails", 2)
    (folder / "copie.eml").write_bytes((folder / "0000.eml").read_bytes())
    _, said, _ = run_import(folder)
    assert said == figures(offered=3, stored=2, duplicate=1)
    assert Content.objects.count() == 2


def test_a_maildir(tmp_path: Path, run_import: Import) -> None:
    for part in ("cur", "new", "tmp"):
        (tmp_path / "Maildir" / part).mkdir(parents=True)
    (tmp_path / "Maildir/new/1700000000.M1.hote").write_bytes(mail("Un", Message_ID="<1@client.example>"))
    (tmp_path / "Maildir/cur/1700000001.M2.hote:2,S").write_bytes(mail("Deux", Message_ID="<2@client.example>"))
    (tmp_path / "Maildir/tmp/1700000002.M3.hote").write_bytes(mail("Pas fini", Message_ID="<3@client.example>"))
    assert run_import(tmp_path / "Maildir")[1] == figures(offered=2, stored=2)
    (tmp_path / "Maildir/new/1700000000.M1.hote").rename(tmp_path / "Maildir/cur/1700000000.M1.hote:2,RS")
    assert run_import(tmp_path / "Maildir")[1] == figures(offered=2, known=2)


def test_an_mbox_that_grew(tmp_path: Path, run_import: Import) -> None:
    box = tmp_path / "archive.mbox"
    line = b"From odile@client.example Fri Nov 20 12:00:00 2026\n"
    box.write_bytes(b"\n".join(line + mail(f"Mot {n}", Message_ID=f"<{n}@client.example>") for n in range(3)))
    assert run_import(box)[1] == figures(offered=3, stored=3)
    with box.open("ab") as file:
        file.write(b"\n" + line + mail("Le dernier", Message_ID="<9@client.example>"))
    assert run_import(box)[1] == figures(offered=4, known=3, stored=1)


def test_a_table_with_bad_rows(tmp_path: Path, run_import: Import) -> None:
    table = tmp_path / "avis.csv"
    table.write_text(
        "date;note;commentaire\n"
        "20/11/2026;5;Livraison rapide, merci\n"
        "21/11/2026;12;Une note hors de l’échelle\n"
        "le mois dernier;4;Une date qui n’en est pas une\n"
        "22/11/2026;1;Colis abîmé\n"
        "22/11/2026;;\n",
        encoding="utf-8",
    )
    code, said, _ = run_import(table, "--map", "scale=1-5")
    assert (code, said) == (0, figures(offered=5, stored=2, quarantined=3))
    assert all(Outcome.objects.filter(status="quarantined").values_list("reason", flat=True))
    assert law_holds()


def test_json_lines(tmp_path: Path, run_import: Import) -> None:
    lines = [json.dumps({"date": "2026-11-20", "texte": f"Accueil parfait, visite {n}"}) for n in range(4)]
    (tmp_path / "mots.jsonl").write_text("\n".join([*lines[:3], "{abîmé", lines[3]]), encoding="utf-8")
    assert run_import(tmp_path / "mots.jsonl")[1] == figures(offered=5, stored=4, quarantined=1)


def test_a_workbook(tmp_path: Path, run_import: Import) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Date", "Note", "Commentaire"], ["20/11/2026", 4, "Très bien"], ["21/11/2026", 2, "Trop long"]):
        sheet.append(row)
    book.save(tmp_path / "avis.xlsx")
    assert run_import(tmp_path / "avis.xlsx")[1] == figures(offered=2, stored=2)
    assert Content.objects.filter(text="Très bien").exists()


def test_columns_can_be_named_by_the_person(tmp_path: Path, run_import: Import) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,Très bon accueil en magasin\n2,Rien à redire sur ce produit\n")
    run_import(tmp_path / "t.csv", "--map", "text=b")
    assert Content.objects.filter(text="Très bon accueil en magasin").exists()


# ── folders as they are ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_folder_of_everything(tmp_path: Path, run_import: Import) -> None:
    write_mails(tmp_path / "mails", 2)
    (tmp_path / "avis.csv").write_text("date,texte\n2026-11-20,Très bien\n2026-11-21,Très long\n")
    (tmp_path / "notes.docx").write_bytes(b"PK\x03\x04 rien pour nous")
    code, said, text = run_import(tmp_path)
    assert (code, said) == (0, figures(offered=4, stored=4))
    assert "laissés de côté : 1 fichiers .docx" in text


def test_a_table_that_is_not_understood_does_not_stop_the_folder(tmp_path: Path, run_import: Import) -> None:
    write_mails(tmp_path, 2)
    (tmp_path / "vide.csv").write_text("")
    code, said, text = run_import(tmp_path)
    assert (code, said) == (0, figures(offered=2, stored=2))
    assert "le fichier est vide" in text


def test_the_same_table_given_by_name_is_refused(tmp_path: Path, run_import: Import) -> None:
    (tmp_path / "vide.csv").write_text("")
    code, said, text = run_import(tmp_path / "vide.csv")
    assert (code, said) == (2, {})
    assert "le fichier est vide" in text


def test_a_folder_of_tables_opens_no_touchpoint_for_mail(tmp_path: Path, run_import: Import) -> None:
    (tmp_path / "avis.csv").write_text("date,texte\n2026-11-20,Très bien\n")
    run_import(tmp_path)
    assert list(Touchpoint.objects.values_list("kind", flat=True)) == ["verbatims"]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--touchpoint", "inconnu"], "n’existe pas"),
        (["--map", "texte"], "SENS=COLONNE"),
    ],
)
def test_what_is_misused_is_said(tmp_path: Path, run_import: Import, options: list[str], why: str) -> None:
    code, _, text = run_import(write_mails(tmp_path / "mails", 1), *options)
    assert code == 2
    assert why in text
    assert not Arrival.objects.exists()


def test_a_path_that_does_not_exist(tmp_path: Path, run_import: Import) -> None:
    code, _, text = run_import(tmp_path / "absent")
    assert code == 2
    assert "n’existe pas" in text


def test_a_try_keeps_nothing(tmp_path: Path, run_import: Import) -> None:
    write_mails(tmp_path, 3)
    (tmp_path / "avis.csv").write_text("date,texte\n2026-11-20,Très bien\n")
    code, _, text = run_import(tmp_path, "--dry-run")
    assert code == 0
    assert "3 e-mails reconnus" in text
    assert [model.objects.count() for model in (Arrival, Touchpoint, Brand)] == [0, 0, 0]


# ── archives have no effect; the account is true ─────────────────────────────────────────────────────────────────────


def test_an_archive_makes_nothing_leave_and_nothing_follow(tmp_path: Path, run_import: Import) -> None:
    run_import(write_mails(tmp_path / "mails", 3))
    assert [model.objects.count() for model in (Delivery, Permit, Happening)] == [0, 0, 0]


def test_live_words_of_today_are_told_to_followers(tmp_path: Path, run_import: Import) -> None:
    (tmp_path / "un.eml").write_bytes(mail("Bonjour", Date="", Message_ID="<1@client.example>"))
    run_import(tmp_path, "--live")
    assert Interaction.objects.get().mode == Mode.LIVE
    assert Happening.objects.filter(kind="word recorded").count() == 1


def test_what_an_interrupted_run_left_waiting_is_read_in_its_own_mode(
    tmp_path: Path, run_import: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_mails(tmp_path / "mails", 2)
    with monkeypatch.context() as broken:
        broken.setattr(importing, "store", lambda batch: pytest.fail("tué"))
        with pytest.raises(pytest.fail.Exception):
            run_import(folder)
    assert Waiting.objects.count() == 2
    _, said, _ = run_import(folder, "--live")
    assert said == figures(offered=2, stored=2)
    assert set(Interaction.objects.values_list("mode", flat=True)) == {Mode.ARCHIVE}
    assert law_holds()


def test_what_a_worker_read_meanwhile_is_counted_as_it_ended(
    tmp_path: Path, run_import: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    def after_the_worker(batch: list[pipeline.Understood]) -> object:
        pipeline.process_waiting()
        return pipeline.store(batch)

    monkeypatch.setattr(importing, "store", after_the_worker)
    code, said, _ = run_import(write_mails(tmp_path / "mails", 4))
    assert (code, said) == (0, figures(offered=4, stored=4))
    assert law_holds()


def test_a_word_whose_end_is_nowhere_makes_the_account_wrong(
    tmp_path: Path, run_import: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "store", lambda batch: pipeline.store(batch[1:]))
    code, said, text = run_import(write_mails(tmp_path / "mails", 4))
    assert (code, said) == (1, figures(offered=4, stored=3))
    assert "4 ≠ 0 + 3 + 0 + 0" in text


def test_words_known_from_another_door_stay_theirs(tmp_path: Path, run_import: Import) -> None:
    folder = write_mails(tmp_path / "mails", 2)
    run_import(folder)
    touchpoint = Touchpoint.objects.get()
    receive(touchpoint=touchpoint, deliveries=[Handed((folder / "0000.eml").read_bytes(), "par la boîte")])
    assert pipeline.process_waiting()["duplicate"] == 1
    assert Interaction.objects.count() == 2


def test_one_poisonous_mail_goes_alone_to_quarantine_or_in(tmp_path: Path, run_import: Import) -> None:
    folder = write_mails(tmp_path / "mails", 40)
    ugly = (
        b"From: \xff\xfe <a@b\x00.example>\r\nSubject: =?nul?q?\x00?=\r\nDate: \xed\xa0\x80\r\n\r\n\x00\xed\xa0\x80\xff"
    )
    (folder / "0020-laid.eml").write_bytes(ugly)
    code, said, _ = run_import(folder)
    assert code == 0
    assert said["présentés"] == 41
    assert said["gardés"] + said["en quarantaine"] == 41
    assert said["gardés"] >= 40
    assert law_holds()


def test_two_short_reviews_that_differ_by_their_store_alone_are_two(tmp_path: Path, run_import: Import) -> None:
    table = tmp_path / "avis.csv"
    table.write_text("date;note;commentaire;magasin\n2026-11-13;5;Très bien;Rennes\n2026-11-13;5;Très bien;Lille\n")
    code, said, _text = run_import(table)
    assert code == 0
    assert said == figures(offered=2, stored=2)
