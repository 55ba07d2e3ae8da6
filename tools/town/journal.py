"""What was really done, and when: the town's own diary, which the examiner holds against the screens. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass
class Lived:
    """One step of a story as it was lived. ``at``: by the moved clock. ``why`` says what refused it, if it was refused.

    ``more`` holds what only life decides: the hour of a call that was free, the address that was typed.
    """

    story: str
    step: int
    at: datetime
    is_done: bool = True
    why: str = ""
    more: dict[str, str] = field(default_factory=dict)


@dataclass
class Letter:
    """A letter as it came to a customer's relay."""

    to: str
    at: datetime
    story: str = ""
    is_answer: bool = False


@dataclass
class Diary:
    """Everything the town did; ``conversations`` leads from a story's step to the conversation where it stands."""

    lived: list[Lived] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    conversations: dict[str, str] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write it down."""
        told = {
            "lived": [asdict(one) | {"at": one.at.isoformat()} for one in self.lived],
            "letters": [asdict(one) | {"at": one.at.isoformat()} for one in self.letters],
            "conversations": self.conversations,
        }
        path.write_text(json.dumps(told, ensure_ascii=False))

    @classmethod
    def load(cls, path: Path) -> Diary:
        """Read it again."""
        told = json.loads(path.read_text())
        return cls(
            [Lived(**one | {"at": datetime.fromisoformat(one["at"])}) for one in told["lived"]],
            [Letter(**one | {"at": datetime.fromisoformat(one["at"])}) for one in told["letters"]],
            told["conversations"],
        )

    def of(self, stories: Iterable[str]) -> dict[str, list[Lived]]:
        """Return what was lived of some stories, in the order of their steps."""
        found: dict[str, list[Lived]] = {key: [] for key in stories}
        for one in sorted(self.lived, key=lambda lived: lived.step):
            found.setdefault(one.story, []).append(one)
        return found
