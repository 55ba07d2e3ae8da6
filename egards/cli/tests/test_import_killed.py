"""``egards import`` interrupted, politely or by kill -9, ends where an undisturbed one does. With fsync on."""

from __future__ import annotations

import fcntl
import random
import re
import signal
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from egards.cli.house import is_last
from tests.builders import mail
from tests.houses import Builder, House, figures_of, houses, lasting_server, wait_until
from tests.pictures import effects_in, law_of, lost_and_doubled, picture_of, strange_files

SEED = 20261123
KILLS = 3
BATCH = 12


@pytest.fixture(scope="module")
def builder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builder]:
    folder = tmp_path_factory.mktemp("houses")
    for parent in (folder, folder.parent):
        parent.chmod(0o711)  # ours: the server's account crosses them when root runs the tests
    with lasting_server(folder / "server") as server, houses(folder / "built", server, "killed") as built:
        yield built


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety mails (three of them twice, four with a large file, one poisonous) and sixty reviews, ten of them bad."""
    folder = tmp_path_factory.mktemp("history")
    for n in range(86):
        raw = mail(f"Bonjour, ma commande {n} n’est pas arrivée. Merci de me répondre.", Message_ID=f"<{n}@a.example>")
        (folder / f"{n:03}.eml").write_bytes(raw.replace(b"odile@", b"client%d@" % (n % 20)))
    for n in (3, 40, 77):
        (folder / f"{n:03}-copie.eml").write_bytes((folder / f"{n:03}.eml").read_bytes())
    for n in range(86, 90):
        (folder / f"{n:03}.eml").write_bytes(with_large_file(n))
    (folder / "050-laid.eml").write_bytes(
        b"From: \xff\x00 <a@b>\r\nSubject: =?nul?q?\x00?=\r\n\r\n\x00\xed\xa0\x80\xff"
    )
    days = [f"{1 + n % 28}/10/2026" if n % 6 else "un jour de pluie" for n in range(60)]
    rows = [f"{day};{n % 5 + 1};Avis {n} : très bon accueil" for n, day in enumerate(days)]
    (folder / "avis.csv").write_text("\n".join(["date;note;commentaire", *rows]) + "\n", encoding="utf-8")
    return folder


def with_large_file(n: int) -> bytes:
    """A mail whose bytes, and those of its attachment, are kept as files."""
    letter = EmailMessage()
    letter["From"], letter["To"] = f"client{n}@a.example", "bonjour@lindelle.example"
    letter["Subject"], letter["Message-ID"] = f"Photo {n}", f"<{n}@a.example>"
    letter["Date"] = "Fri, 20 Nov 2026 12:00:00 +0000"
    letter.set_content("Voici la photo du colis.")
    letter.add_attachment(random.Random(n).randbytes(300_000), maintype="image", subtype="png", filename="colis.png")
    return letter.as_bytes()


@pytest.fixture(scope="module")
def undisturbed(builder: Builder, history: Path) -> House:
    house = builder.build("undisturbed")
    done = house.egards("import", history, small_batches=BATCH)
    assert done.returncode == 0, done.stderr
    (house.home / "statements").write_text(re.findall(r"statements: (\d+)", done.stderr)[0])
    return house


def test_undisturbed_it_ends_well(undisturbed: House, history: Path) -> None:
    """What the others are compared with is itself right."""
    law = law_of(undisturbed)
    assert law.holds
    assert law.told == {"received": 154, "stored": 141, "duplicate": 3, "quarantined": 10}
    assert lost_and_doubled(undisturbed, sorted(history.glob("*.eml"))) == (0, 0)
    assert strange_files(undisturbed) == []
    assert effects_in(undisturbed) == {}


def test_killed_at_random_moments_it_ends_the_same(builder: Builder, undisturbed: House, history: Path) -> None:
    house = builder.build("killed")
    chance = random.Random(SEED)
    longest = int((undisturbed.home / "statements").read_text()) // KILLS
    moments = [chance.randrange(3, longest) for _ in range(KILLS)]
    ends = [house.egards("import", history, small_batches=BATCH, die_at=moment).returncode for moment in moments]
    assert ends == [-signal.SIGKILL] * KILLS
    last = house.egards("import", history, small_batches=BATCH)
    assert last.returncode == 0, last.stderr
    assert picture_of(house) == picture_of(undisturbed), f"graine {SEED}, instants {moments}"
    assert law_of(house).holds
    assert strange_files(house) == []
    assert effects_in(house) == {}


def test_another_run_changes_nothing(builder: Builder, undisturbed: House, history: Path) -> None:
    before = picture_of(undisturbed)
    again = undisturbed.egards("import", history, small_batches=BATCH)
    assert figures_of(again.stdout)["déjà reçus auparavant"] == 154
    assert figures_of(again.stdout)["gardés"] == 0
    assert picture_of(undisturbed) == before


def test_ctrl_c_ends_after_the_batch_and_the_same_command_goes_on(
    builder: Builder, undisturbed: House, history: Path
) -> None:
    house = builder.build("stopped")
    first = house.begin("import", history, small_batches=2)
    wait_until(lambda: house.count("interactions_outcome") > 0, seconds=60, what="premier lot")
    first.send_signal(signal.SIGINT)
    out, err = first.communicate(timeout=60)
    assert first.returncode == 130, err
    assert "reprend où nous en étions" in out
    begun = law_of(house)
    assert begun.holds
    assert 0 < begun.told["received"] < 154
    again = house.egards("import", history, small_batches=BATCH)
    assert again.returncode == 0
    assert figures_of(again.stdout)["déjà reçus auparavant"] == begun.told["received"]
    assert picture_of(house) == picture_of(undisturbed)


def test_two_imports_of_the_same_at_once_store_it_once(builder: Builder, undisturbed: House, history: Path) -> None:
    house = builder.build("twice")
    both = [house.begin("import", history, small_batches=BATCH) for _ in range(2)]
    said = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], "\n".join(err for _, err in said)
    assert law_of(house).holds
    assert picture_of(house)["contents"] == picture_of(undisturbed)["contents"]
    assert picture_of(house)["customers"] == picture_of(undisturbed)["customers"]
    assert house.count("interactions_batch") == undisturbed.count("interactions_batch")


def test_the_last_command_out_stops_the_base_also_after_another_was_killed(tmp_path: Path) -> None:
    """The lock that tells who is in the house is the kernel's: it is free when its holder is gone, however it went."""
    with (tmp_path / "users").open("w") as mine, (tmp_path / "users").open("w") as theirs:
        fcntl.flock(mine, fcntl.LOCK_SH)
        fcntl.flock(theirs, fcntl.LOCK_SH)
        assert not is_last(mine)
        theirs.close()
        assert is_last(mine)
