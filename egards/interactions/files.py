"""Large blobs as files: taking them away for good."""

from __future__ import annotations

import os
import time
from pathlib import Path

from egards.interactions.blobs import blobs_folder
from egards.interactions.models import Blob

#: A file without a row is an orphan only after this long: its transaction may still be writing the row.
ORPHAN_AFTER_SECONDS = 3600
_SLICE = 1 << 20


def remove_file(path: Path) -> bool:
    """Overwrite a file with zeros, let the disk have them, then remove it; say whether there was one.

    On disks that write elsewhere (SSD, copy-on-write file systems) overwriting is no proof: see docs/dpo/oubli.md.
    """
    try:
        with path.open("r+b") as file:
            left = os.fstat(file.fileno()).st_size
            while left > 0:
                left -= file.write(bytes(min(left, _SLICE)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def sweep_orphans(*, older_than_seconds: float = ORPHAN_AFTER_SECONDS) -> int:
    """Remove files below the blobs folder that no row knows (a transaction failed after writing them)."""
    before = time.time() - older_than_seconds
    swept = 0
    for folder in sorted(p for p in blobs_folder().glob("*") if p.is_dir()):
        files = [p for p in folder.iterdir() if p.is_file() and p.stat().st_mtime < before]
        names = {f"{folder.name}/{p.name}": p for p in files}
        known = set(Blob.objects.filter(path__in=list(names)).values_list("path", flat=True))
        # looked at once more: the same bytes may have come in again and written it anew since
        old = (p for name, p in names.items() if name not in known and p.is_file() and p.stat().st_mtime < before)
        swept += sum(map(remove_file, old))
    return swept
