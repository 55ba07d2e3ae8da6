"""Fetch the third-party files we serve, and prove that what we serve is what we fetched.

    python tools/vendor.py            fetch every package, check it, copy the files, write the lock
    python tools/vendor.py --check    compare the tree with the lock; touches neither network nor files

A package is fetched by the ordinary npm client (whatever registry it is set to). Its tarball must carry the
sha512 of the lock; a version seen for the first time is pinned as it comes. To move to a new version, edit
``WANTED`` and run the tool: the diff of the lock is what a reviewer reads.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "tools" / "vendor.lock"
SERVED = "egards/core/static/egards/vendor"
TESTED = "egards/core/tests/vendor"

# A source map that is not served makes ManifestStaticFilesStorage refuse the file.
SOURCE_MAP = re.compile(rb"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*$")


@dataclass(frozen=True, slots=True)
class Package:
    """One npm package, and which of its files go where (paths from the root of the repository)."""

    name: str
    version: str
    licence: str
    files: tuple[tuple[str, str], ...]


class LockedFile(TypedDict):
    """One copied file and the sha256 of its bytes as served."""

    source: str
    target: str
    sha256: str


class Locked(TypedDict):
    """One package as the lock remembers it; ``integrity`` is npm's sha512 of the tarball."""

    name: str
    version: str
    licence: str
    integrity: str
    files: list[LockedFile]


WANTED = (
    Package(
        "@tabler/core", "1.6.1", "MIT",
        (("dist/css/tabler.min.css", f"{SERVED}/tabler/tabler.min.css"),),
    ),
    Package(
        "@fontsource-variable/newsreader", "5.3.0", "OFL-1.1",
        (
            ("files/newsreader-latin-wght-normal.woff2", f"{SERVED}/newsreader/newsreader-latin-wght-normal.woff2"),
            ("LICENSE", f"{SERVED}/newsreader/LICENSE"),
        ),
    ),
    Package(
        "@fontsource-variable/figtree", "5.3.0", "OFL-1.1",
        (
            ("files/figtree-latin-wght-normal.woff2", f"{SERVED}/figtree/figtree-latin-wght-normal.woff2"),
            ("LICENSE", f"{SERVED}/figtree/LICENSE"),
        ),
    ),
    Package(
        "htmx.org", "2.0.11", "0BSD",
        (("dist/htmx.min.js", f"{SERVED}/htmx/htmx.min.js"), ("LICENSE", f"{SERVED}/htmx/LICENSE")),
    ),
    Package(
        "idiomorph", "0.8.0", "0BSD",
        (
            ("dist/idiomorph-ext.min.js", f"{SERVED}/idiomorph/idiomorph-ext.min.js"),
            ("LICENSE", f"{SERVED}/idiomorph/LICENSE"),
        ),
    ),
    Package(
        "echarts", "6.1.0", "Apache-2.0",
        (
            ("dist/echarts.simple.min.js", f"{SERVED}/echarts/echarts.simple.min.js"),
            ("LICENSE", f"{SERVED}/echarts/LICENSE"),
            ("NOTICE", f"{SERVED}/echarts/NOTICE"),
        ),
    ),
    Package(
        "altcha", "3.2.2", "MIT",
        (
            ("dist/external/altcha.min.js", f"{SERVED}/altcha/altcha.min.js"),
            ("dist/external/altcha.css", f"{SERVED}/altcha/altcha.css"),
            ("dist/i18n/fr-fr.js", f"{SERVED}/altcha/fr-fr.js"),
            ("dist/workers/pbkdf2.js", f"{SERVED}/altcha/pbkdf2.js"),
            ("LICENSE.txt", f"{SERVED}/altcha/LICENSE.txt"),
        ),
    ),
    Package("axe-core", "4.14.1", "MPL-2.0", (("axe.min.js", f"{TESTED}/axe.min.js"),)),
)  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """0 when the tree is what the lock says (after fetching, unless ``--check``), 1 with the faults on stderr."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only compare the tree with the lock")
    if not parser.parse_args(arguments).check:
        write_lock([fetch(package, known_integrity(package)) for package in WANTED])
    faults = differences(read_lock())
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def fetch(package: Package, integrity: str | None) -> Locked:
    """Pack ``package`` with npm, refuse other bytes than ``integrity`` (when known), copy its files."""
    with tempfile.TemporaryDirectory() as folder:
        tarball = _pack(package, Path(folder))
        found = "sha512-" + base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
        if integrity not in (None, found):
            raise SystemExit(f"{package.name}@{package.version}: expected {integrity}, received {found}. Stopped.")
        with tarfile.open(tarball) as archive:
            files = [_copy(archive, source, target) for source, target in package.files]
    print(f"{package.name}@{package.version} {'checked' if integrity else 'pinned'}")
    return Locked(name=package.name, version=package.version, licence=package.licence, integrity=found, files=files)


def _pack(package: Package, folder: Path) -> Path:
    subprocess.run(
        ["npm", "pack", "--silent", "--ignore-scripts", f"{package.name}@{package.version}"],
        cwd=folder, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return next(folder.glob("*.tgz"))


def _copy(archive: tarfile.TarFile, source: str, target: str) -> LockedFile:
    member = archive.extractfile(f"package/{source}")
    if member is None:
        raise SystemExit(f"{source} is not a file of the package. Stopped.")
    data = SOURCE_MAP.sub(b"\n", member.read())
    path = ROOT / target
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return LockedFile(source=source, target=target, sha256=hashlib.sha256(data).hexdigest())


def known_integrity(package: Package) -> str | None:
    """The sha512 that the lock holds for this very version, or None when it was never fetched."""
    for locked in read_lock():
        if (locked["name"], locked["version"]) == (package.name, package.version):
            return locked["integrity"]
    return None


def differences(packages: list[Locked]) -> list[str]:
    """One sentence per file that is missing, unexpected or changed, and per package not in the lock."""
    faults = [
        f"{package.name}@{package.version} is wanted and not in the lock: run tools/vendor.py"
        for package in WANTED
        if (package.name, package.version) not in {(locked["name"], locked["version"]) for locked in packages}
    ]
    expected = {file["target"]: file["sha256"] for package in packages for file in package["files"]}
    for target, sha256 in expected.items():
        path = ROOT / target
        if not path.is_file():
            faults.append(f"{target} is in the lock and not on disk")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            faults.append(f"{target} differs from the lock")
    present = {
        str(path.relative_to(ROOT)) for tree in (SERVED, TESTED) for path in (ROOT / tree).rglob("*") if path.is_file()
    }
    faults += [f"{target} is on disk and not in the lock" for target in sorted(present - expected.keys())]
    return faults


def read_lock() -> list[Locked]:
    """The packages of the lock; none when there is no lock yet."""
    if not LOCK.exists():
        return []
    packages: list[Locked] = json.loads(LOCK.read_text())["packages"]
    return packages


def write_lock(packages: list[Locked]) -> None:
    """Write the lock, sorted as ``WANTED``; it names packages, never an address."""
    LOCK.write_text(json.dumps({"packages": packages}, indent=2) + "\n")


if __name__ == "__main__":
    sys.exit(main())
