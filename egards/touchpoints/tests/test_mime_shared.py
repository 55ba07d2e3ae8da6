"""Public samples, outside the project: the half that we were given. The other half is for others to try."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from egards.touchpoints.mime import parse, reply_text

#: Our reasons for Sisimai's words, as documented in docs/developper/courriels-lus.md.
REASONS = {
    "userunknown": "unknown_user", "hostunknown": "unknown_host", "hasmoved": "moved", "notaccept": "no_mail_service",
    "mailboxfull": "mailbox_full", "suspend": "suspended", "filtered": "filtered", "expired": "expired",
    "networkerror": "network", "rejected": "sender_refused", "blocked": "blocked", "badreputation": "bad_reputation",
    "requireptr": "no_reverse_dns", "authfailure": "not_authenticated", "policyviolation": "policy",
    "securityerror": "security", "spamdetected": "spam", "virusdetected": "virus", "contenterror": "content",
    "notcompliantrfc": "content", "mesgtoobig": "too_big", "exceedlimit": "too_big", "toomanyconn": "too_many",
    "ratelimited": "too_many", "speeding": "too_many", "norelaying": "relaying", "systemerror": "system",
    "systemfull": "system", "mailererror": "mailer", "syntaxerror": "syntax", "onhold": "on_hold",
    "feedback": "complaint", "delivered": "delivered", "undefined": "unknown",
}  # fmt: skip
Row = tuple[str, bool, str]


def test_replies_are_parted_as_a_person_would(shared: Path) -> None:
    texts = sorted((shared / "data/mail-replies/emails").iterdir())
    wanted = {path.name: (shared / "data/mail-replies/trimmed" / path.name).read_text().strip() for path in texts}
    wrong = [path.name for path in texts if reply_text(path.read_text()).strip() != wanted[path.name]]
    assert len(wrong) <= 1, wrong


def test_attachments_are_counted_as_others_count_them(shared: Path) -> None:
    """Two samples are counted otherwise on purpose: there, a broken part inside another swallows what follows it."""
    mails = sorted((shared / "data/mail-parsing").glob("*/*.eml"))
    expected = {path: len(json.loads(path.with_suffix(".json").read_text())["attachments"]) for path in mails}
    other = [f"{p.parent.name}/{p.stem}" for p in mails if len(parse(p.read_bytes()).attachments) != expected[p]]
    assert len(other) <= 2, other


@pytest.fixture(scope="module")
def bounces(shared: Path) -> list[tuple[list[Row], list[Row]]]:
    """For each sample, what is expected and what was found, recipient by recipient."""
    folder = shared / "data/mail-bounces"
    expected = json.loads((folder / "expected.json").read_text())
    return [(rows_expected(rows), rows_found(folder / "bounces" / name)) for name, rows in sorted(expected.items())]


def rows_expected(rows: list[dict[str, object]]) -> list[Row]:
    return [(str(row["dsn"]), bool(row["hard"]), REASONS.get(str(row["reason"]), str(row["reason"]))) for row in rows]


def rows_found(path: Path) -> list[Row]:
    mail = parse(path.read_bytes())
    if mail.automatic and mail.automatic.kind == "out_of_office":
        return [("", False, "vacation")]
    return [(bounce.status, bounce.permanent, str(bounce.reason)) for bounce in mail.bounce]


def share(bounces: list[tuple[list[Row], list[Row]]], *, of: slice) -> float:
    pairs = [(row, found[n] if n < len(found) else None) for rows, found in bounces for n, row in enumerate(rows)]
    return sum(found is not None and row[of] == found[of] for row, found in pairs) / len(pairs)


def test_bounces_are_recognised(bounces: list[tuple[list[Row], list[Row]]]) -> None:
    assert sum(bool(found) for _expected, found in bounces) / len(bounces) >= 0.98


def test_bounces_have_their_status_and_say_whether_it_is_for_good(bounces: list[tuple[list[Row], list[Row]]]) -> None:
    assert share(bounces, of=slice(0, 2)) >= 0.92


def test_bounces_have_their_reason(bounces: list[tuple[list[Row], list[Row]]]) -> None:
    assert share(bounces, of=slice(2, 3)) >= 0.85


def test_what_is_no_bounce_is_not_taken_for_one(shared: Path) -> None:
    paths = sorted((shared / "data/mail-bounces/not-bounces").glob("*.eml"))
    assert [path.name for path in paths if parse(path.read_bytes()).bounce] == []
