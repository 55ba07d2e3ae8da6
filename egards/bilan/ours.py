"""Which addresses are ours: said by the person who asks, or guessed from the mailbox, and told either way."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

#: A domain that everybody may have: only the address itself is ours there.
PUBLIC_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com outlook.fr hotmail.com hotmail.fr live.com live.fr msn.com yahoo.com yahoo.fr"
    " orange.fr wanadoo.fr free.fr sfr.fr neuf.fr laposte.net bbox.fr numericable.fr icloud.com me.com mac.com aol.com"
    " proton.me protonmail.com gmx.com gmx.fr gmx.net".split()
)
_SENT = re.compile(r"(?:^|[/.])\s*(?:\[gmail\][/.])?(?:sent|outbox|envoy|messages? envoy|.l.ments envoy)[^/]*", re.I)
_LEAST_SHARE = 0.2  # of the messages that name a recipient, for an address to be taken as the mailbox's own
_LEAST_WRITERS = 3  # different people who write to it: a customer's address has us alone


@dataclass(frozen=True, slots=True)
class Ours:
    """Addresses and domains in lower case. ``how`` is a French sentence; ``is_guess`` says that nobody confirmed it."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    how: str = ""
    is_guess: bool = True

    def __contains__(self, address: object) -> bool:
        if not isinstance(address, str) or not address:
            return False
        domain = address.rpartition("@")[2]
        return address in self.addresses or any(domain == one or domain.endswith(f".{one}") for one in self.domains)

    @property
    def main(self) -> str:
        """One address or domain as an address: what a list must belong to, to be a way in."""
        return next(iter(sorted(self.addresses)), "") or next((f"@{one}" for one in sorted(self.domains)), "")


def said(values: Iterable[str]) -> Ours:
    """Return what ``--ours`` named: addresses (with an @) and domains (without, or @ first)."""
    addresses, domains = set(), set()
    for value in (one.strip().lower() for one in values):
        name, at, domain = value.partition("@")
        (addresses.add(value) if at and name else domains.add(domain or name))
    return Ours(frozenset(addresses), frozenset(domains - {""}), "dits par vous", is_guess=False)


@dataclass(slots=True)
class Guess:
    """Counts over the heads of messages, one at a time; ``ours()`` says what follows from them."""

    messages: int = 0
    sent: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    writers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def see(self, *, path: str, author: str, to: Iterable[str]) -> None:
        """Take one message into account: where it lay, who wrote it, to whom."""
        if author and _SENT.search(path):
            self.sent[author] += 1
        some = set(to)
        self.messages += bool(some)
        for address in some - {author}:
            self.named[address] += 1
            if len(self.writers[address]) < _LEAST_WRITERS:
                self.writers[address].add(author)

    def ours(self) -> Ours:
        """Return the senders of the sent folders, and who is written to most by different people."""
        senders = {one for one, n in self.sent.items() if n >= max(1, 0.05 * self.sent.total())}
        written = {
            one
            for one, n in self.named.items()
            if n >= _LEAST_SHARE * self.messages and len(self.writers[one]) >= _LEAST_WRITERS
        }
        seeds = senders | written
        domains = {one.rpartition("@")[2] for one in seeds} - PUBLIC_DOMAINS
        how = [
            *(["qui écrivent dans le dossier des messages envoyés"] if senders else []),
            *(["à qui l’on écrit le plus"] if written else []),
        ]
        return Ours(frozenset(seeds), frozenset(domains), " et ".join(how))
