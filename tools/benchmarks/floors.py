"""Floors: the least that a program could do with the same mails, on the same machine, in the same minute."""

from __future__ import annotations

import email
import email.policy
import gc
import hashlib
import time
from collections.abc import Iterator, Sequence
from email.message import Message
from pathlib import Path

import psycopg

BATCH = 1000
_TABLE = "CREATE TABLE floor (key bytea PRIMARY KEY, raw bytea, subject text, sender text, text text)"
_COPY = "COPY floor (key, raw, subject, sender, text) FROM STDIN"
_INSERT = "INSERT INTO floor VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"

Row = tuple[bytes, bytes, str, str, str]


def parse_only(paths: Sequence[Path]) -> float:
    """Read and parse every mail, keep nothing. Returns mails per second."""
    gc.collect()
    began = time.perf_counter()
    for path in paths:
        parsed(path.read_bytes())
    return len(paths) / (time.perf_counter() - began)


def batched(paths: Sequence[Path], url: str) -> float:
    """Parse, then COPY raw and text a thousand at a time, one commit per batch: the best of the naive ways."""
    gc.collect()
    with _empty_table(url) as connection:
        began = time.perf_counter()
        for start in range(0, len(paths), BATCH):
            rows = [parsed(path.read_bytes()) for path in paths[start : start + BATCH]]
            with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
            connection.commit()
        return len(paths) / (time.perf_counter() - began)


def one_by_one(paths: Sequence[Path], url: str) -> float:
    """Parse and insert each mail with a commit of its own, as one acknowledges a mailbox."""
    gc.collect()
    with _empty_table(url) as connection:
        began = time.perf_counter()
        for path in paths:
            connection.execute(_INSERT, parsed(path.read_bytes()))
            connection.commit()
        return len(paths) / (time.perf_counter() - began)


def parsed(raw: bytes) -> Row:
    """Return a mail as a row: standard library, compat32, the first readable part."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    subject, sender = (str(message.get(name, "")).replace("\x00", "") for name in ("Subject", "From"))
    text = next(_texts(message), "")
    return hashlib.sha256(raw).digest(), raw, _plain(subject), _plain(sender), _plain(text)


def _texts(message: Message) -> Iterator[str]:
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                try:
                    yield payload.decode(part.get_content_charset() or "utf-8", "replace")
                except LookupError:
                    yield payload.decode("latin-1")


def _plain(text: str) -> str:
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _empty_table(url: str) -> psycopg.Connection[tuple[object, ...]]:
    connection = psycopg.connect(url)
    connection.execute("DROP TABLE IF EXISTS floor")
    connection.execute(_TABLE)
    connection.commit()
    return connection
