"""What mailboxes ask of servers, where a server that takes everything would not show it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from imap_tools.mailbox import BaseMailBox

from egards.touchpoints.boxes import Listed, Login, imap

LOGIN = Login("imap.lindelle.example", 993, "tls", "bonjour", put_away="Lus")


def test_a_whole_folder_is_moved_by_lines_that_servers_take(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[tuple[str, ...]] = []

    def uid(*words: str) -> tuple[str, list[bytes]]:
        lines.append(words)
        return "OK", [b""]

    class Server(BaseMailBox):
        def _get_mailbox_client(self) -> Any:
            return SimpleNamespace(capabilities=("MOVE",), uid=uid)

    monkeypatch.setattr(imap, "_reach", lambda login, timeout: Server())
    monkeypatch.setattr(imap, "_sign_in", lambda box, login: None)
    there = [Listed(str(1_000_000_000 + n), n, 1) for n in range(2_000)]
    imap.ImapBox(LOGIN, timeout=1).put_away(there)
    assert max(len(ids) for _verb, ids, _folder in lines) < 8_000  # RFC 7162 §4: no line is to be longer
    assert [one for _verb, ids, _folder in lines for one in ids.split(",")] == [one.id for one in there]
