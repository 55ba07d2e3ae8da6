"""`make check`: every check that is not a test, each by name. `--only NAME` runs one, `--list` names them all."""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
AUTO_NAMED = re.compile(r"\d{4}_(auto_\d|\w+_and_more$)")
NO_NETWORK = re.compile(r"ConnectionError|ServiceError|Max retries|NameResolution|Timeout|HTTPError|not reach", re.I)


@dataclass(frozen=True)
class Outcome:
    """How a check ended: True, False, or None when it could not be run, with what to read."""

    passed: bool | None
    text: str


def main() -> int:
    """Run the checks in order, all of them even after a failure; 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=CHECKS)
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("\n".join(CHECKS))
        return 0
    os.chdir(ROOT)
    failed = [name for name in CHECKS if options.only in (None, name) and not run_one(name)]
    print(f"\n{len(failed)} en échec : {', '.join(failed)}" if failed else "\nTout est en ordre.")
    return 1 if failed else 0


def run_one(name: str) -> bool:
    """Run a check, print its line, and what it says when it fails."""
    began = time.monotonic()
    outcome = CHECKS[name]()
    sign = {True: "✓", False: "✗", None: "–"}[outcome.passed]
    note = "" if outcome.passed is not None else "  non exécuté"
    print(f"{sign} {name:<24} {time.monotonic() - began:5.1f} s{note}", flush=True)
    if outcome.passed is not True:
        print("\n".join(f"    {line}" for line in outcome.text.strip().splitlines()), flush=True)
    return outcome.passed is not False


def command(*words: str, **environment: str) -> Outcome:
    """A check that is a command of the environment's python: it passes when it exits with 0."""
    result = subprocess.run(
        [PYTHON, *words], capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )
    return Outcome(result.returncode == 0, result.stdout + result.stderr)


def floors() -> Outcome:
    """import-linter has no `python -m`; its command stands beside python."""
    program = str(Path(PYTHON).parent / "lint-imports")
    result = subprocess.run([program], capture_output=True, text=True, check=False)
    return Outcome(result.returncode == 0, result.stdout.partition("Contracts\n")[2] + result.stderr)


def migrations_complete() -> Outcome:
    """Every change of a model has its migration. Needs no base: it compares models with files."""
    with tempfile.TemporaryDirectory() as home:
        return command(
            *("-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run"),
            DJANGO_SETTINGS_MODULE="egards.config.settings",
            EGARDS_HOME=home,
            DATABASE_URL="postgresql://nobody@/none?host=/nonexistent",
            PYTHONPATH=str(ROOT),
        )


def migrations_named() -> Outcome:
    """Nobody reads a history of 0007_auto_…; only 0001_initial may keep its given name."""
    unnamed = [str(path) for path in ROOT.glob("egards/*/migrations/0*.py") if AUTO_NAMED.match(path.stem)]
    unnamed += [
        str(path) for path in ROOT.glob("egards/*/migrations/0*_initial.py") if not path.stem.startswith("0001")
    ]
    return Outcome(not unnamed, "Donnez-leur un nom (makemigrations -n) :\n" + "\n".join(unnamed))


def known_flaws() -> Outcome:
    """pip-audit asks a public base of known flaws; without network it is said, and nothing fails."""
    audit = (
        "-m",
        "pip_audit",
        "--disable-pip",
        "--require-hashes",
        "-r",
        "requirements.lock",
        "--progress-spinner=off",
    )
    try:
        result = subprocess.run([PYTHON, *audit], capture_output=True, text=True, check=False, timeout=180)
    except subprocess.TimeoutExpired:
        return Outcome(None, "La base des failles connues ne répond pas.")
    if result.returncode and "known vulnerabilit" not in result.stderr and NO_NETWORK.search(result.stderr):
        return Outcome(None, "La base des failles connues est injoignable d’ici.")
    return Outcome(result.returncode == 0, result.stdout + result.stderr)


CHECKS: dict[str, Callable[[], Outcome]] = {
    "style": lambda: command("-m", "ruff", "check", "--output-format=concise", "."),
    "mise en forme": lambda: command("-m", "ruff", "format", "--check", "."),
    "longueurs": lambda: command("tools/lengths.py"),
    "types": lambda: command("-m", "mypy"),
    "étages": floors,
    "migrations complètes": migrations_complete,
    "migrations nommées": migrations_named,
    "traductions": lambda: command("tools/messages.py", "check"),
    "documentation": lambda: command("tools/docs_complete.py"),
    "licences": lambda: command("tools/licences.py"),
    "failles connues": known_flaws,
}

if __name__ == "__main__":
    sys.exit(main())
