"""`make town`: the town lives its days against a running house; what the screens show is held against the truth.

`make town ARGS="--size 300 --days 30"` lives a smaller one and writes var/town/truth.md; 120 days, of
however many customers, write docs/truth.md. What was seen and done stays in var/town/last: `--again` examines it anew.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path

from egards.demo.plan.causes import DAYS
from egards.demo.plan.moments import at as wall
from egards.demo.plan.moments import local_day
from egards.demo.plan.story import Says, Step, Story, Via
from egards.demo.plan.town import WHOLE, Town
from tools.benchmarks.report import commit, machine
from tools.town.evidence import Exam
from tools.town.living import Life
from tools.town.people_exam import clocks, conversations, customers, identity, reading, tone_table
from tools.town.pulse_exam import curve, places, shares, themes, volumes, waits
from tools.town.seeing import Eyes
from tools.town.stage import opened
from tools.town.writing import missed_lines, tone_lines, written

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "town"
LAST = WORK / "last"
PAGE = ROOT / "docs" / "truth.md"
#: The town's first day: a Monday, always the same, so that two runs compare.
FIRST_DAY = date(2026, 3, 2)
EVENING = hour(23, 45)
TOLD_EVERY = 5


def main() -> int:
    """Live a town, examine what was seen."""
    options = arguments()
    town = Town(options.seed, FIRST_DAY, options.size)
    if not options.again:
        shutil.rmtree(LAST, ignore_errors=True)
        LAST.mkdir(parents=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=WORK))
        folder.chmod(0o711)  # ours: the server's account crosses it when root runs the town
        try:
            live(town, options, folder)
        finally:
            if not options.keep:
                shutil.rmtree(folder, ignore_errors=True)
    page = PAGE if options.days >= DAYS else WORK / PAGE.name
    page.write_text(examined())
    print(f"Écrit dans {page.relative_to(ROOT)}.")
    return 0


def examined() -> str:
    """Return the page of what was lived last."""
    facts: dict[str, str] = json.loads((LAST / "facts.json").read_text())
    stories: list[Story] = pickle.loads((LAST / "stories.pickle").read_bytes())
    exam = Exam(LAST, stories, FIRST_DAY, int(facts["Jours"]))
    parts = (volumes, shares, curve, places, waits, themes, identity, reading, clocks, conversations, customers)
    rows = [row for part in parts for row in part(exam)]
    refused = Counter(one.why for one in exam.diary.lived if not one.is_done)
    facts["Refus de la maison"] = "; ".join(f"{why} ×{n}" for why, n in refused.most_common(6)) or "aucun"
    table = tone_table([(word, held) for word, held in exam.joined if held["reading"]])
    return written(rows, facts, [*tone_lines(table), *missed_lines(rows, table)])


def live(town: Town, options: argparse.Namespace, folder: Path) -> None:
    """Let the town live its days in a house of its own; keep what was seen and done."""
    stories = planned(town, options.days, LAST / "stories.pickle")
    days = by_day(stories)
    print(f"{len(stories)} histoires, {sum(len(story.steps) for story in stories)} pas", flush=True)
    with opened(folder, wall(FIRST_DAY, hour(0, 1))) as stage:
        life, eyes = Life(stage, timedelta(minutes=options.grain)), Eyes(stage, LAST)
        began = time.monotonic()
        for day in range(options.days):
            evening = wall(town.date_of(day), EVENING)
            life.live([story for story in days[day] if not is_poured(story)], evening)
            life.pour([(story.key, first_word(story)) for story in days[day] if is_poured(story)])
            life.turn_clock()
            eyes.look(evening)
            if day % TOLD_EVERY == TOLD_EVERY - 1 or day == options.days - 1:
                spent = {name: round(seconds) for name, seconds in life.seconds.items()}
                print(f"jour {day + 1}, {time.monotonic() - began:.0f} s, {dict(life.counts)}, {spent}", flush=True)
        words = life.words()
        eyes.keep_words(words)
        customers = dict.fromkeys(word["customer_id"] for word in words if word["customer_id"])
        eyes.look_at_all(list(dict.fromkeys(life.diary.conversations.values())), list(customers))
        life.diary.save(LAST / "diary.json")
        keep_facts(town, options, life, stories, time.monotonic() - began)


def keep_facts(town: Town, options: argparse.Namespace, life: Life, stories: list[Story], seconds: float) -> None:
    """Write down what this run was."""
    steps = Counter("mots" if isinstance(step, Says) else "gestes" for step in _steps(stories, life))
    facts = {
        "Taille": f"{town.size} clients, graine « {town.seed} »",
        "Jours": str(options.days),
        "Vécu": f"{steps['mots']} mots, {steps['gestes']} gestes, {life.counts['lettres']} lettres parties",
        "Durée": f"{seconds / 60:.0f} min, {life.counts['moments']} moments (grain {options.grain} min)",
        "Le": f"{datetime.now(UTC):%Y-%m-%d}",
        "Commit": commit(),
        "Machine": machine(),
    }
    (LAST / "facts.json").write_text(json.dumps(facts, ensure_ascii=False))


def _steps(stories: list[Story], life: Life) -> list[Step]:
    """Steps that were lived."""
    by_key = {story.key: story for story in stories}
    return [by_key[one.story].steps[one.step] for one in life.diary.lived if one.is_done]


def planned(town: Town, days: int, path: Path) -> list[Story]:
    """Return the stories that begin in the first days, planned in a process that knows Django."""
    with tempfile.TemporaryDirectory() as home:
        env = {"DJANGO_SETTINGS_MODULE": "egards.config.settings", "EGARDS_HOME": home}
        said = (town.seed, town.first_day, town.size, days, path)
        command = [sys.executable, "-m", "tools.town.planning", *map(str, said)]
        subprocess.run(command, cwd=ROOT, env=os.environ | env, check=True)
    found: list[Story] = pickle.loads(path.read_bytes())
    return found


def by_day(stories: list[Story]) -> dict[int, list[Story]]:
    """Return stories by the day they begin in; what begins after the evening's look belongs to the next."""
    found: dict[int, list[Story]] = defaultdict(list)
    for story in stories:
        found[(local_day(story.begins_at + timedelta(minutes=15)) - FIRST_DAY).days].append(story)
    return found


def is_poured(story: Story) -> bool:
    """Whether its word comes with a night's batch."""
    return first_word(story).via == Via.REVIEW


def first_word(story: Story) -> Says:
    """The word that begins a story."""
    first = story.steps[0]
    assert isinstance(first, Says)
    return first


def arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="make town", description=__doc__)
    parser.add_argument("--size", type=int, default=WHOLE, metavar="N", help="clients de la ville (3000)")
    parser.add_argument("--days", type=int, default=DAYS, metavar="N", help="jours vécus (120)")
    parser.add_argument("--seed", default="lindelle", metavar="MOT", help="la graine de tous les tirages")
    parser.add_argument("--grain", type=int, default=15, metavar="MIN", help="ce que rien n’ordonne en si peu de minutes se vit ensemble")  # fmt: skip  # noqa: E501
    parser.add_argument("--again", action="store_true", help="examiner de nouveau ce qui a été vu, sans vivre")
    parser.add_argument("--keep", action="store_true", help="garder la maison dans var/town/")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
