"""``egards doctor``."""

from __future__ import annotations

import argparse

from egards.cli.doctor import examine

MARKS = {"ok": "  bien  ", "watch": "à suivre", "wrong": "  MAL   "}


def handle(args: argparse.Namespace) -> int:
    """Print each finding; exit code 1 when something is wrong."""
    findings = []
    for finding in examine(args.house):
        print(f"[{MARKS[finding.health]}] {finding.sentence}", flush=True)
        findings.append(finding)
    return 1 if any(f.health == "wrong" for f in findings) else 0
