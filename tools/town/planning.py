"""Plans the town's stories in a process of its own (its parts know Django) and writes them down for the town.

python -m tools.town.planning SEED FIRST_DAY SIZE DAYS FILE
"""

from __future__ import annotations

import pickle
import sys
from datetime import date
from pathlib import Path

import django

django.setup()

from egards.demo.part import parts  # noqa: E402
from egards.demo.plan.town import Town  # noqa: E402


def main() -> None:
    """Write the stories that begin in the days asked for."""
    seed, first_day, size, days, path = sys.argv[1:]
    town = Town(seed, date.fromisoformat(first_day), int(size))
    stories = [s for day in range(int(days)) for part in parts().values() for s in part.stories(town, day)]
    Path(path).write_bytes(pickle.dumps(stories))


if __name__ == "__main__":
    main()
