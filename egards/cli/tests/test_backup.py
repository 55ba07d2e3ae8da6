"""Saving, restoring and moving the whole house: nothing lost, nothing half done, nobody brought back."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from egards.accounts.scope import Scope
from egards.cli import restoring
from egards.cli.backup import BackedUp, BackupRefused, backup, backup_keys_folder, snapshot
from egards.cli.erasures import read_erasures
from egards.cli.forgetting import erasures_file, find_person, forget, resume
from egards.cli.restoring import (
    RestoreFailed,
    RestoreRefused,
    RestoreUnfinished,
    check_house_may_open,
    restore,
    upgrade,
)
from egards.cli.rewriting import house_connection
from egards.cli.tables import Base, Step, copied_tables, count_rows, read_pieces
from egards.cli.tests.test_forgetting import BRUNO, LARGE, ODILE, letter
from egards.cli.vault import VaultClosed, drop_old_keys, month_key, read_keys
from egards.core.models import Erasure
from egards.intake.pipeline import process_waiting
from egards.interactions.blobs import read_bytes
from egards.interactions.doors import Delivery, receive
from egards.interactions.models import Arrival, Blob, Content, Handle, Interaction, Participation
from egards.interactions.queries import recounted_law, whole_law
from tests.builders import api_touchpoint, mailbox, posted, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A state folder of this test's own, with the house's keys."""
    folder = tmp_path / "var"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "house").write_bytes(settings.EGARDS_HOUSE_KEY)
    settings.EGARDS_HOME = folder
    return folder


def url_of(database: str) -> str:
    """The address of another base on the tests' server."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{database}"))


@contextmanager
def new_base(name: str, *, like: str = "template0") -> Iterator[str]:
    """A base of its own: empty, or like another (our tables, no rows)."""
    with psycopg.connect(url_of("postgres"), autocommit=True) as boss:
        boss.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        boss.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))
        try:
            yield name
        finally:
            boss.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def bare(django_db_setup: None) -> Iterator[str]:
    """A base with our tables and no rows, to be copied: migrating takes seconds."""
    del django_db_setup
    tests_own = str(connection.settings_dict["NAME"])
    connection.close()
    with new_base("egards_bare", like=tests_own) as name:
        yield name


@contextmanager
def living_in(database: str, home: Path, settings: Any) -> Iterator[None]:
    """Move this process into another base and another state folder."""
    before, folder = connection.settings_dict["NAME"], settings.EGARDS_HOME
    connection.close()
    (home / "keys").mkdir(parents=True, exist_ok=True)
    connection.settings_dict["NAME"], settings.EGARDS_HOME = database, home
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"], settings.EGARDS_HOME = before, folder


def rows_of(base: Base) -> dict[str, str]:
    """A fingerprint of every table's rows, whatever their order."""
    prints = {}
    for table in copied_tables(base):
        lines = b"".join(piece for piece, _rows in read_pieces(base, table)).splitlines()
        prints[table.name] = hashlib.sha256(b"\n".join(sorted(lines))).hexdigest()
    return prints


def fingerprint() -> dict[str, str]:
    """The rows of the base we live in."""
    with house_connection() as base:
        return rows_of(base)


def lived() -> None:
    """A house with words, files, duplicates and something unreadable."""
    post = mailbox()
    words = [letter(ODILE, f"Mot {n}", message_id=str(n)) for n in range(20)]
    say(*words, letter(BRUNO, "Un tab\t et une \\ barre", message_id="b", attachment=LARGE), words[0], at=post)
    say(b"{illisible", posted("Merci", id="1", email=BRUNO), at=api_touchpoint())


def interrupt_at(table: str) -> Callable[[Step], None]:
    """A progress callback that presses Ctrl-C at a table."""

    def press(step: Step) -> None:
        if step.table == table:
            raise KeyboardInterrupt

    return press


def crash(*_arguments: object, **_options: object) -> int:
    """What happens when the current goes out."""
    raise SystemExit


def restored(saved: BackedUp, keys: Path, **options: Any) -> restoring.Restored:
    """Restore, saying that nobody was ever forgotten."""
    return restore(saved.path, keys=keys, erasures=None, there_are_no_erasures=True, **options)


# ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_works(tmp_path: Path, settings: Any) -> None:
    lived()
    before, law = fingerprint(), whole_law(Scope.house())
    saved = backup(tmp_path / "a.age")
    assert saved.blobs == 2
    assert saved.missing_blobs == ()
    assert b"Mot" not in saved.path.read_bytes()
    keys = backup_keys_folder()
    with new_base("egards_restored") as name, living_in(name, tmp_path / "other", settings):
        steps: list[Step] = []
        done = restored(saved, keys, progress=steps.append)
        assert fingerprint() == before
        assert whole_law(Scope.house()) == law == recounted_law()
        assert {len(read_bytes(blob)) - blob.size for blob in Blob.objects.all()} == {0}
        assert done.rows == saved.rows
        assert steps[-1].rows == sum(saved.rows.values())
        assert not (tmp_path / "other" / "restoring.json").exists()
        say(posted("Après", id="2", email=ODILE), at=api_touchpoint())  # sequences and guards are back
        with pytest.raises(Exception, match="fact"), house_connection() as base:
            base.execute("DELETE FROM interactions_tally")


def test_it_is_one_moment_while_words_come_in(tmp_path: Path, settings: Any, bare: str) -> None:
    post = api_touchpoint()
    say(*(posted("Avant", id=str(n), email=ODILE) for n in range(50)), at=post)
    stop, begun, sent = threading.Event(), threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            n = sent[0] = sent[0] + 1
            receive(touchpoint=post, deliveries=[Delivery(posted("Pendant", id=f"p{n}", email=BRUNO), f"p{n}")])
            process_waiting()
            if n == 3:
                begun.set()
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert begun.wait(30)
        saved = backup(tmp_path / "a.age")
    finally:
        stop.set()
        writer.join()
    with new_base("egards_restored", like=bare) as name:
        keys = backup_keys_folder()
        with living_in(name, tmp_path / "other", settings):
            restored(saved, keys)
            law = whole_law(Scope.house())
            assert law.holds
            assert law == recounted_law()
            assert 50 < law.received < 50 + sent[0] + 1
            assert Content.objects.count() == Interaction.objects.count() == law.stored
            assert Participation.objects.count() == law.stored


def test_an_interrupted_backup_leaves_no_file(tmp_path: Path) -> None:
    lived()
    folder = tmp_path / "saved"
    folder.mkdir()
    with pytest.raises(KeyboardInterrupt):
        backup(folder / "a.age", progress=interrupt_at("interactions_blob"))
    assert list(folder.iterdir()) == []


def test_a_backup_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.age").write_text("déjà là")
    with pytest.raises(BackupRefused):
        backup(tmp_path / "a.age")


def test_pieces_are_small_whatever_the_table(tmp_path: Path) -> None:
    say(*(posted("x" * 90_000, id=str(n), email=ODILE) for n in range(120)), at=api_touchpoint())
    with snapshot() as base:
        blobs = next(t for t in copied_tables(base) if t.name == "interactions_blob")
        pieces = [(len(piece), rows) for piece, rows in read_pieces(base, blobs)]
    assert len(pieces) > 3
    assert max(size for size, _rows in pieces) < 5_000_000
    assert sum(rows for _size, rows in pieces) == 120


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_backup_whose_key_is_gone_cannot_be_read(tmp_path: Path, home: Path) -> None:
    lived()
    saved = backup(tmp_path / "a.age")
    drop_old_keys(backup_keys_folder(), date(2100, 1, 1))
    with pytest.raises(VaultClosed):
        restored(saved, backup_keys_folder())
    month_key(tmp_path / "others", date(2026, 1, 1))
    with pytest.raises(VaultClosed):
        restored(saved, tmp_path / "others")
    assert read_keys(tmp_path / "others")
    assert not (home / "restoring.json").exists()


# ── restoring ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_lived_in_base_is_refused(tmp_path: Path) -> None:
    lived()
    before = fingerprint()
    saved = backup(tmp_path / "a.age")
    with pytest.raises(RestoreRefused, match="vide"):
        restored(saved, backup_keys_folder())
    assert fingerprint() == before


def test_without_the_erasures_it_is_refused_unless_there_are_none(tmp_path: Path) -> None:
    lived()
    saved = backup(tmp_path / "a.age")
    with pytest.raises(RestoreRefused, match="oubli"):
        restore(saved.path, keys=backup_keys_folder(), erasures=None)
    with pytest.raises(RestoreRefused, match="existe pas"):
        restore(saved.path, keys=backup_keys_folder(), erasures=tmp_path / "nulle-part.jsonl")


def test_a_cut_file_is_refused_and_the_base_stays_empty(tmp_path: Path, settings: Any, bare: str) -> None:
    lived()
    saved = backup(tmp_path / "a.age")
    saved.path.write_bytes(saved.path.read_bytes()[:-5000])
    keys = backup_keys_folder()
    with new_base("egards_restored", like=bare) as name, living_in(name, tmp_path / "other", settings):
        with pytest.raises(VaultClosed):
            restored(saved, keys)
        assert Arrival.objects.count() == 0
        check_house_may_open()


def test_a_restore_that_is_cut_leaves_the_base_empty(tmp_path: Path, settings: Any, bare: str) -> None:
    lived()
    saved = backup(tmp_path / "a.age")
    keys = backup_keys_folder()
    with new_base("egards_restored", like=bare) as name, living_in(name, tmp_path / "other", settings):
        with pytest.raises(KeyboardInterrupt):
            restored(saved, keys, progress=interrupt_at("interactions_content"))
        assert Arrival.objects.count() == 0
        check_house_may_open()
        assert restored(saved, keys).rows == saved.rows


def test_counts_that_differ_are_refused(
    tmp_path: Path, settings: Any, bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived()
    saved = backup(tmp_path / "a.age")
    keys = backup_keys_folder()
    true = count_rows
    monkeypatch.setattr(restoring, "count_rows", lambda base, names: {k: v - 1 for k, v in true(base, names).items()})
    with new_base("egards_restored", like=bare) as name, living_in(name, tmp_path / "other", settings):
        with pytest.raises(RestoreFailed, match="au lieu de"):
            restored(saved, keys)
        assert Arrival.objects.count() == 0


def test_who_was_forgotten_since_is_forgotten_again_before_the_house_opens(
    tmp_path: Path, settings: Any, bare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lived()
    saved = backup(tmp_path / "a.age")
    forget(find_person(ODILE))
    keys, erasures = backup_keys_folder(), erasures_file()
    with new_base("egards_restored", like=bare) as name, living_in(name, tmp_path / "other", settings):
        with monkeypatch.context() as patch:
            patch.setattr(restoring, "replay", crash)
            with pytest.raises(SystemExit):
                restore(saved.path, keys=keys, erasures=erasures)
        with pytest.raises(RestoreUnfinished):
            check_house_may_open()
        done = restore(saved.path, keys=keys, erasures=erasures)
        check_house_may_open()
        assert done.erasures_replayed == 1
        assert not Handle.objects.filter(value=ODILE).exists()
        assert not Content.objects.filter(text__startswith="Mot").exists()
        assert Content.objects.filter(text__startswith="Un tab").exists()
        assert whole_law(Scope.house()).holds
        assert erasures_file().read_text().count('"handle_digests"') == 1


def test_an_erasure_already_in_the_backup_does_not_touch_a_later_relation(
    tmp_path: Path, settings: Any, bare: str
) -> None:
    lived()
    forget(find_person(ODILE))
    say(letter(ODILE, "Un nouveau mot", message_id="new"), at=mailbox())
    saved = backup(tmp_path / "a.age")
    keys, erasures = backup_keys_folder(), erasures_file()
    with new_base("egards_restored", like=bare) as name, living_in(name, tmp_path / "other", settings):
        done = restore(saved.path, keys=keys, erasures=erasures)
        assert done.erasures_replayed == 0
        assert Erasure.objects.count() == 1
        assert Handle.objects.filter(value=ODILE).exists()
        assert Content.objects.filter(text__startswith="Un nouveau mot").exists()


def test_an_upgrade_saves_first(tmp_path: Path) -> None:
    lived()
    saved, applied, answer = upgrade(folder=tmp_path / "saved", doctor=lambda: 0)
    assert saved is not None
    assert saved.path.exists()
    assert (applied, answer) == ([], 0)


def test_an_open_transaction_leaves_an_erasure_to_be_finished(home: Path) -> None:
    lived()
    with snapshot() as other:
        other.execute("SELECT count(*) FROM interactions_content")
        done = forget(find_person(ODILE), patience_seconds=0.2)
    assert "longue transaction" in " ".join(done.warnings)
    assert [line.is_done for line in read_erasures(erasures_file())] == [False]
    (again,) = resume()
    assert again.erasure_id == done.erasure_id
    assert [line.is_done for line in read_erasures(erasures_file())] == [True]
