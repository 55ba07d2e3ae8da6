"""Set up the virtual environment when needed, then run the command asked for. Standard library only.

The environment is made `--without-pip` (Debian's python3 has no ensurepip) and filled by a pip wheel kept here, so all
machines take one path: `pip install --require-hashes --only-binary :all:` from a lock. pip's own configuration
(mirror, proxy, certificates) is the user's and is respected. A stamp makes the second run instant.
"""

import ast
import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "egards-stamp.json"
PIP = ROOT / "tools" / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
RUN_LOCK = ROOT / "requirements.lock"
MAIN = ROOT / "egards" / "cli" / "main.py"
DEV_LOCK = ROOT / "requirements-dev.lock"
# Read by sh first: a shebang cannot hold a path with a space. Python sees a string without effect.
ENTRY = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys
from egards.cli.main import main
sys.exit(main())
"""

PYTEST = ["-m", "pytest"]
#: The whole suite is shared out file by file (a file's tests may lean on what its first one built), in its own order:
#: files with few tests are the long ones, and would all come last.
#: One process more than cores, for many tests wait (servers, browsers): a sixth less time on two cores.
SHARED_OUT = ["-n", str(min(4, (os.cpu_count() or 2) + 1)), "--dist", "loadfile", "--no-loadscope-reorder"]
# Commands for those who change Égards: name → what the environment's python runs, one line of help.
MAKERS: dict[str, tuple[list[str], str]] = {
    "test": (PYTEST, "lancer les tests (une partie : « test intake » ou « make test-intake »)"),
    "check": (["tools/check.py"], "style, types, étages, migrations, traductions, documentation, licences, failles"),
    "messages": (["tools/messages.py", "update"], "mettre à jour et compiler les traductions"),
    "format": (["-m", "ruff", "format", "."], "mettre le code en forme"),
    "screenshots": (["tools/screenshots.py"], "photographier chaque page d’une petite ville dans docs/screenshots/"),
    "town": (["-m", "tools.town"], "faire vivre la ville contre une maison en marche : les écrans disent-ils vrai ?"),
    "load": (["-m", "tools.load"], "charger une maison neuve : mots, conseillers, flux en direct ; tient-elle ?"),
    "bench": (["tools/bench.py"], "mesurer les débits et les délais sur cette machine"),
    "lock": (["tools/lock.py"], "refaire les deux verrous de dépendances (demande uv)"),
    "test-setup": (["tools/test_setup.py"], "installer et tester une copie neuve : root ou non, deux PostgreSQL"),
}
USERS = {
    "setup": "installer sans démarrer",
    "help": "cette liste",
}
# What pip says → what a French reader can do about it.
REMEDIES = (
    ("DO NOT MATCH THE HASHES", "Un paquet reçu n’est pas celui attendu (miroir ou proxy qui modifie les fichiers ?)."),
    (
        "CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerificationError|No such file or directory.*cert",
        "Certificats : installez « ca-certificates », ou donnez ceux de votre réseau par PIP_CERT.",
    ),
    ("No space left", "Le disque est plein : il faut environ 600 Mo."),
    ("Permission denied", "Ce dossier n’est pas à vous : copiez Égards dans un dossier à vous."),
    (
        "NameResolutionError|NewConnectionError|ConnectTimeout|ReadTimeout|Max retries|unreachable|ProxyError",
        "Pas de réseau vers le dépôt de paquets. Derrière un proxy : HTTPS_PROXY ; un miroir : PIP_INDEX_URL.",
    ),
    ("from versions: none", "Le dépôt de paquets ne répond pas, ou n’a rien pour cette machine (réseau ? miroir ?)."),
    (
        "No matching distribution|none of the hashes|Could not find a version",
        "Aucun paquet pour cette machine : "
        "Égards est prévu pour Linux x86_64 ou aarch64 (glibc) et Python 3.11 à 3.13 ; ou bien le dépôt de paquets est "
        "injoignable ou incomplet.",
    ),
)


class SetupError(Exception):
    """The environment cannot be made; the sentence says why and what to do, in French."""


def main(arguments: list[str]) -> int:
    """Run one command; returns its exit code, or does not return when the command takes our place."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command in ("help", "-h", "--help"):
        print(help_text())
        return 0
    try:
        prepare(for_makers=command in MAKERS)
    except SetupError as problem:
        print(f"\n✗ {problem}", file=sys.stderr)
        return 1
    if command == "setup":
        print(f"Égards est installé dans {VENV}.")
        return 0
    return become(command, rest)


def become(command: str, rest: list[str]) -> NoReturn:
    """Let the environment's python take our place: signals and exit code are then the command's own."""
    if command in MAKERS:
        os.chdir(ROOT)
        words = [*MAKERS[command][0], *(part_of_tests(rest) if command == "test" else rest)]
    else:
        words = ["-m", "egards.cli.main", command, *rest]
    sys.stdout.flush()
    os.execv(PYTHON, [str(PYTHON), *words])


def help_text() -> str:
    """Every command, those of the product included, without needing any installation."""
    parts = {
        "Égards — « python3 egards.py COMMANDE » (sans argument : « make COMMANDE » aussi) :": USERS,
        "La maison (« COMMANDE -h » en dit plus) :": product_commands(),
        "Pour changer Égards :": {name: text for name, (_, text) in MAKERS.items()},
    }
    lines = []
    for title, commands in parts.items():
        lines += [title, "", *(f"  {name:<14} {text}" for name, text in commands.items()), ""]
    return "\n".join(lines).rstrip()


def product_commands() -> dict[str, str]:
    """The sub-commands of `egards` and their help, read from the source: argparse's own need the installation."""
    found = {}
    for node in ast.walk(ast.parse(MAIN.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_parser":
            text = next((word.value for word in node.keywords if word.arg == "help"), ast.Constant(""))
            if isinstance(node.args[0], ast.Constant) and isinstance(text, ast.Constant):
                found[str(node.args[0].value)] = str(text.value)
    return found


def part_of_tests(words: list[str]) -> list[str]:
    """`test intake -x` → the tests of egards/intake, and the full suite of that name; paths and options pass unchanged.

    `test import` → tests/full/import_suite.py: long suites with whole figures, which plain `test` does not collect;
    `test mail` → those of tests/mail, against real mail servers.
    """
    places = []
    for word in words:
        parts = (
            ROOT / "egards" / word,
            ROOT / "tests" / f"test_{word}.py",
            ROOT / "tests" / "full" / f"{word}_suite.py",
            *sorted((ROOT / "tests" / word).glob("*_suite.py")),
        )
        known = [str(part.relative_to(ROOT)) for part in parts if re.fullmatch(r"\w+", word) and part.exists()]
        places += known or [word]
    return places or SHARED_OUT


# ── the environment ──────────────────────────────────────────────────────────────────────────────────────────────────


def prepare(*, for_makers: bool) -> None:
    """Make the environment fit the lock, once; two commands at the same time wait for each other."""
    locks = {lock.name: hashlib.sha256(lock.read_bytes()).hexdigest() for lock in (RUN_LOCK, DEV_LOCK)}
    if is_ready(locks, for_makers=for_makers):
        return
    with Path(__file__).open() as itself:
        fcntl.flock(itself, fcntl.LOCK_EX)
        if is_ready(locks, for_makers=for_makers):
            return
        check_machine()
        make_venv()
        # A maker's environment stays one: a later `run` after a new lock must not lose pytest's matching versions.
        for_makers = for_makers or DEV_LOCK.name in read_stamp()
        install(DEV_LOCK if for_makers else RUN_LOCK)
        write_entry_points()
        wanted = locks if for_makers else {RUN_LOCK.name: locks[RUN_LOCK.name]}
        STAMP.write_text(json.dumps({**wanted, "root": str(ROOT)}))


def is_ready(locks: dict[str, str], *, for_makers: bool) -> bool:
    """Whether the stamp names these locks and this folder (an environment does not survive a move)."""
    stamp = read_stamp()
    needed = [RUN_LOCK.name, DEV_LOCK.name] if for_makers else [RUN_LOCK.name]
    return stamp.get("root") == str(ROOT) and all(stamp.get(name) == locks[name] for name in needed) and PYTHON.exists()


def read_stamp() -> dict[str, str]:
    """What was installed last, empty when nothing was or when it did not end well."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def check_machine() -> None:
    """Say at once what pip would say in a page of English."""
    if sys.platform != "linux":
        raise SetupError("Égards est prévu pour Linux. Sur Windows ou macOS, passez par WSL ou une machine Linux.")
    if hashlib.sha256(PIP.read_bytes()).hexdigest() != PIP_SHA256:
        raise SetupError(f"{PIP} n’est pas le fichier attendu (copie incomplète ?). Récupérez-le de nouveau.")


def make_venv() -> None:
    """Create .venv, or make it again when its Python has gone, or when the folder was moved."""
    moved = read_stamp().get("root", str(ROOT)) != str(ROOT)
    works = PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0
    if works and not moved:
        return
    print(f"Création de l’environnement Python dans {VENV}…", flush=True)
    if VENV.is_symlink():
        VENV.unlink()  # it leads to another copy's environment, which making ours afresh would empty
    try:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(VENV)
    except OSError as problem:
        raise SetupError(f"Impossible de créer {VENV} : {problem}") from problem


def install(lock: Path) -> None:
    """Install a lock with the pip kept in tools/, showing progress; the whole dialogue is kept in .venv/install.log."""
    total = len(re.findall(r"^[\w.\-]+==", lock.read_text(), re.MULTILINE))
    print(f"Installation de {total} paquets (une seule fois ; environ 300 Mo la première fois)…", flush=True)
    command = [str(PYTHON), f"{PIP}/pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    environment = {name: value for name, value in os.environ.items() if name not in ("PIP_USER", "PYTHONPATH")}
    environment |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    began = time.monotonic()
    log = VENV / "install.log"
    with (
        log.open("w") as kept,
        subprocess.Popen(
            [*command, "--progress-bar", "off"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as pip,
    ):
        assert pip.stdout
        seen = 0
        for line in pip.stdout:
            kept.write(line)
            if line.startswith(("Collecting ", "Requirement already satisfied: ")):
                seen += 1
                show_progress(seen, total, line)
            elif line.startswith("Installing collected"):
                show_progress(total, total, " … mise en place")
    if sys.stdout.isatty():
        print()
    if pip.returncode:
        raise SetupError(explain(log.read_text()))
    print(f"Installé en {time.monotonic() - began:.0f} s.", flush=True)


def show_progress(seen: int, total: int, line: str) -> None:
    """One living line on a terminal, one line in ten elsewhere."""
    name = re.split(
        r"[=<>!~ ;]", line.removeprefix("Requirement already satisfied:").removeprefix("Collecting").strip()
    )
    text = f"  {min(seen, total)}/{total}  {name[0][:50]}"
    if sys.stdout.isatty():
        print(f"\r{text:<70}", end="", flush=True)
    elif seen % 10 == 0 or seen == total:
        print(text, flush=True)


def explain(dialogue: str) -> str:
    """pip's failure as one French sentence, followed by its last lines."""
    remedy = next((text for pattern, text in REMEDIES if re.search(pattern, dialogue)), "pip a échoué.")
    last = "\n".join(f"    {line}" for line in dialogue.strip().splitlines()[-6:])
    return f"{remedy}\n{last}\n  Tout le dialogue : {VENV / 'install.log'}"


def write_entry_points() -> None:
    """Make `egards` importable from anywhere in this environment, and give it its command `.venv/bin/egards`."""
    site = next(VENV.glob("lib/python3.*/site-packages"))
    (site / "egards.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "egards"
    command.write_text(ENTRY.format(python=PYTHON))
    command.chmod(0o755)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
