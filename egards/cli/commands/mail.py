"""``egards mail parse``: what Égards reads in mails, as JSON. Opens no house and writes nothing."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any

from egards.touchpoints.mime import Mail, as_json, parse


def handle(args: argparse.Namespace) -> int:
    """Print one JSON object per file, in order; a file that cannot be opened says so among its problems."""
    for name in args.files:
        found: dict[str, Any] = {"file": os.fsencode(name).decode("utf-8", "replace")}
        try:
            raw = sys.stdin.buffer.read() if name == "-" else _bytes_of(name)
        except OSError as error:
            mail = Mail(problems=(f"Fichier illisible\u202f: {error.strerror}.",))
        else:
            mail = parse(raw, authserv_id=args.authserv_id)
        found |= as_json(mail)
        line = json.dumps(found, ensure_ascii=False)
        sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _bytes_of(name: str) -> bytes:
    with open(name, "rb") as file:
        return file.read()
