"""Make both locks again from pyproject.toml: universal (every Python and machine we support), with all hashes.

Asks for `uv` on the PATH. The package index is the one uv is configured with; no address is written in the locks.
`--upgrade` takes the newest versions, else those of the present locks are kept.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    *("uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--only-binary", ":all:"),
]


def main() -> int:
    """Compile requirements.lock, then requirements-dev.lock with the very same versions."""
    if not shutil.which("uv"):
        print("Il faut « uv » (pipx install uv) pour refaire les verrous.", file=sys.stderr)
        return 1
    upgrade = [word for word in sys.argv[1:] if word == "--upgrade"]
    run = subprocess.run([*COMPILE, *upgrade, "-q", "-o", "requirements.lock"], cwd=ROOT, check=False)
    if run.returncode:
        return run.returncode
    dev = [*COMPILE, *upgrade, "-q", "--extra", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock"]
    return subprocess.run(dev, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
