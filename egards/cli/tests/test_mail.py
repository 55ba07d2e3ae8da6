"""`egards mail parse`: one object per file, whatever the file, without any house."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


def parsed(home: Path, *files: str, options: tuple[str, ...] = (), given: bytes = b"") -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "egards.cli.main", "mail", "parse", *options, *files]
    settings = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PYTHONUTF8")}
    settings |= {"EGARDS_HOME": str(home / "nowhere"), "LC_ALL": "C"}
    done = subprocess.run(command, input=given, capture_output=True, env=settings, timeout=60, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert not (home / "nowhere").exists()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def test_it_works(tmp_path: Path) -> None:
    mail = tmp_path / "mail.eml"
    mail.write_bytes(
        b"Authentication-Results: mx.boutique.example; dmarc=pass\n"
        b"From: Claire <claire@exemple.fr>\nSubject: =?utf-8?q?D=C3=A9=C3=A7ue?=\n\nLe colis est vide.\n"
    )
    (found,) = parsed(tmp_path, str(mail), options=("--authserv-id", "mx.boutique.example"))
    assert (found["file"], found["subject"], found["reply_text"]) == (str(mail), "Déçue", "Le colis est vide.")
    assert found["from"] == [{"address": "claire@exemple.fr", "name": "Claire"}]
    assert found["authentication"] == [{"method": "dmarc", "result": "pass", "properties": {}}]


def test_whatever_the_file_there_is_an_object_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(bytes(range(256)) * 50)
    (tmp_path / "empty").write_bytes(b"")
    files = (str(tmp_path / "bytes"), str(tmp_path / "empty"), str(tmp_path / "absent"), str(tmp_path), "-")
    found = parsed(tmp_path, *files, given=b"From: a@exemple.fr\n\nx")
    assert [one["file"] for one in found] == list(files)
    assert [bool(one["problems"]) for one in found] == [True, True, True, True, True]
    assert found[4]["text"] == "x"
