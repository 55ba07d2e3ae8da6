"""`make bench`: floors, product, peer, memory and pages in one go; writes docs/benchmarks.md.

`make bench ARGS="--mails 300 --peer-mails 100"` tries everything on less, and writes var/bench/benchmarks.md instead.
About ten minutes in full. Needs npm once (or --mails-folder), and the package index once for the peer.
`make bench-understanding` (tools/benchmarks/understanding.py) measures how verbatims are read, and nothing else.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests.houses import Builder, House, Server, houses, lasting_server
from tools.benchmarks import corpus, floors, understanding
from tools.benchmarks.pages import EMAIL, PASSWORD, measure_pages
from tools.benchmarks.peer import NoPeer, install_peer, run_peer
from tools.benchmarks.product import ProductRun, import_mails, open_house
from tools.benchmarks.protocol import a_b_a
from tools.benchmarks.report import Results, commit, machine, written
from tools.benchmarks.scale import lines, measure_scale

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "var" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"
SCALE_PAGE = ROOT / "docs" / "benchmarks-pages.md"
PEER_MAILS = 2000


def main() -> int:
    """Measure what was asked, write the page; 1 when it could not be done."""
    if sys.argv[1:2] == ["understanding"]:
        return understanding.main(sys.argv[2:])
    options = arguments()
    WORK.mkdir(parents=True, exist_ok=True)
    if options.pages:
        return scale(options)
    try:
        mails = corpus.mails_of(options.mails_folder) if options.mails_folder else corpus.corpus(WORK)
    except corpus.NoCorpus as problem:
        print(f"make bench : {problem}", file=sys.stderr)
        return 1
    chosen = mails[: options.mails]
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=WORK))
    folder.chmod(0o711)  # ours: the server's account crosses it when root measures
    try:
        with lasting_server(folder / "server") as server, houses(folder / "houses", server, "bench") as builder:
            results = measure(options, chosen, folder, server, builder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    is_whole = chosen == mails and len(mails) == corpus.MAILS and not options.no_peer
    page = PAGE if is_whole and options.peer_mails == PEER_MAILS and options.repeats >= 3 else WORK / PAGE.name
    page.parent.mkdir(exist_ok=True)
    text = written(results, command="make bench")
    page.write_text(text)
    print(f"\n{text}\nÉcrit dans {page.relative_to(ROOT)}.")
    return 0


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--mails", type=int, default=corpus.MAILS, metavar="N", help="courriels à faire entrer")
    parser.add_argument("--peer-mails", type=int, default=PEER_MAILS, metavar="N", help="courriels contre le pair")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="essais A-B-A (3)")
    parser.add_argument("--mails-folder", type=Path, metavar="DOSSIER", help="des .eml à vous, sans npm")
    parser.add_argument("--pages", action="store_true", help="les pages sur une grande base, et rien d’autre")
    parser.add_argument("--words", type=int, default=100_000, metavar="N", help="mots de la base des pages")
    parser.add_argument("--million", type=int, default=1_000_000, metavar="N", help="mots de la plus grande (0 : sans)")
    parser.add_argument("--no-peer", action="store_true", help="sans django-helpdesk")
    return parser.parse_args()


def scale(options: argparse.Namespace) -> int:
    """Measure pages on big bases; write their table."""
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=WORK))
    folder.chmod(0o711)
    try:
        with lasting_server(folder / "server") as server, houses(folder / "houses", server, "scale") as builder:
            found = measure_scale(
                server=server,
                builder=builder,
                work=WORK,
                folder=folder,
                words=options.words,
                million=options.million,
                times=100,
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    is_whole = options.words == 100_000 and options.million in (0, 1_000_000) and found.peer is not None
    page = SCALE_PAGE if is_whole else WORK / SCALE_PAGE.name
    big = f"{options.million:,}".replace(",", "\u202f")
    text = SCALE_TEXT.format(
        machine=f"{machine()} ; commit {commit()}, le {datetime.now(UTC).date().isoformat()}.",
        words=f"{options.words:,}".replace(",", "\u202f"),
        big=big,
        rows="\n".join(lines(found)),
        why=f"\nSans pair : {found.why_no_peer}\n" if found.why_no_peer else "",
    )
    page.write_text(text)
    print(f"\n{text}\nÉcrit dans {page.relative_to(ROOT)}.")
    return 0


SCALE_TEXT = """# Mesures : les pages sur une grande base

`make bench ARGS=--pages`. {machine}

La base est remplie par SQL en bloc (`tools/benchmarks/fill.py`) : deux ans de mots, quatre par conversation, une
personne pour huit mots, 2 000 conversations ouvertes au plus. Le pair (django-helpdesk) reçoit autant de demandes et
de réponses, les mêmes textes. Nos pages et les siennes sont demandées dans leur processus, par le client de Django,
sur le même serveur PostgreSQL : la nôtre, la sienne, la nôtre ; la plus lente des deux nôtres compte. Millisecondes :
médiane / 95ᵉ centile.
{why}
| page | questions | à {words} mots | pair, 95ᵉ | au 95ᵉ | à {big} | but |
|---|---|---|---|---|---|---|
{rows}
"""


def measure(
    options: argparse.Namespace, mails: Sequence[Path], folder: Path, server: Server, builder: Builder
) -> Results:
    """Do everything, in order, on one server."""
    with psycopg.connect(server.url) as connection:
        version = str(connection.info.server_version // 10000)
        version += f".{connection.info.server_version % 10000}"
    results = Results(len(mails), sum(path.stat().st_size for path in mails), version, os.getloadavg()[0])
    server.make_base("bench_floor")
    url = server.url_of("bench_floor")
    print("Planchers…", flush=True)
    for _ in range(options.repeats):
        results.parse.append(floors.parse_only(mails))
        results.per_mail.append(floors.one_by_one(mails, url))

    def product() -> ProductRun:
        return import_mails(builder, folder, mails, "whole")[0]

    print("Plancher par lots, import, plancher…", flush=True)
    results.floor = a_b_a(lambda: floors.batched(mails, url), product, repeats=options.repeats)
    server.drop_base("bench_floor")
    if options.no_peer:
        results.why_no_peer = "--no-peer"
    else:
        against_peer(options, mails[: options.peer_mails], folder, server, builder, results)
    print("Mémoire et pages…", flush=True)
    at_rest_and_pages(import_mails(builder, folder, mails, "whole")[1], results)
    return results


def against_peer(
    options: argparse.Namespace,
    mails: Sequence[Path],
    folder: Path,
    server: Server,
    builder: Builder,
    results: Results,
) -> None:
    """Import, peer, import, on the same first mails."""
    print("Import, pair, import…", flush=True)

    def product() -> float:
        results.peer_products.append(import_mails(builder, folder, mails, "part")[0])
        return results.peer_products[-1].inside

    try:
        python = install_peer(WORK)
        results.peer = a_b_a(product, lambda: run_peer(python, server, folder, mails), repeats=options.repeats)
    except NoPeer as problem:
        results.why_no_peer = str(problem).splitlines()[0]
        print(f"  {problem}", file=sys.stderr)


def at_rest_and_pages(house: House, results: Results) -> None:
    """Open the house on the whole import, weigh it, ask its pages, weigh it again."""
    words = ("member", "--add", EMAIL, "--name", "Mesure", "--role", "admin")
    added = house.egards(*words, EGARDS_MEMBER_PASSWORD=PASSWORD)
    if added.returncode:
        raise AssertionError(added.stderr)
    with open_house(house) as (url, weigh):
        results.at_rest = weigh()
        results.pages = measure_pages(url, house)
        results.after_pages = weigh()


if __name__ == "__main__":
    sys.exit(main())
