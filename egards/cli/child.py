"""One part of the running house, by name: ``python -m egards.cli.child worker``."""

from __future__ import annotations

import importlib
import sys

import django

PARTS = {"worker": "egards.cli.worker", "notifier": "egards.cli.notifier"}

if __name__ == "__main__":
    django.setup()
    importlib.import_module(PARTS[sys.argv[1]]).main()
