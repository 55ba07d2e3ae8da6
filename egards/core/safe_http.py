"""Opening addresses that somebody typed (webhooks, avatars, remote images): this module alone may.

Against SSRF: the name is resolved once, every address it gives is checked, and the connection is made to the checked
address itself, so that a second answer of the name server changes nothing. Redirects are answers, never followed; the
environment's proxies are not asked; a watchdog closes the socket at the deadline, whatever trickles in.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

import idna

#: Ports that the outside may be asked on; private receivers may use any.
PORTS = frozenset({443, 8443})
CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_BYTES = 64 * 1024

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
_CHUNK = 8 * 1024
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NOT_FOR_US = tuple(ipaddress.ip_network(n) for n in ("192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "5f00::/16"))


class UnsafeAddress(Exception):
    """The address may not be opened, in a French sentence; trying again is useless."""


class Unreachable(Exception):
    """Nobody answered as they should, in a short code (``dns``, ``connect``, ``timeout``, ``tls``, ``protocol``)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: its status, its headers (lower-case names) and the first bytes of its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Target:
    """An address whose shape is allowed, taken apart."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        """The Host header; the port stands there when it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _default_port(self.scheme) else f"{host}:{self.port}"


def check_shape(url: str, *, allow_private: bool = False) -> Target:
    """Return the address taken apart, or raise ``UnsafeAddress``: https only, no user name, usual ports.

    ``allow_private`` (tests, receivers on the house's own network) also allows http and any port.
    """
    if len(url) > 2000 or any(ord(c) <= 32 or ord(c) == 127 or c == "\\" for c in url):
        raise UnsafeAddress("Cette adresse est trop longue ou contient des caractères interdits.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UnsafeAddress("Cette adresse n’est pas une adresse web.") from None
    if parts.scheme not in (("https", "http") if allow_private else ("https",)):
        raise UnsafeAddress("L’adresse doit commencer par https://.")
    if parts.username is not None or parts.password is not None:
        raise UnsafeAddress("L’adresse ne doit contenir ni nom d’utilisateur ni mot de passe.")
    port = _default_port(parts.scheme) if port is None else port
    if not allow_private and port not in PORTS:
        raise UnsafeAddress("Ce port n’est pas permis : 443 ou 8443.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise UnsafeAddress("Le chemin de l’adresse doit être encodé (%C3%A9 pour é).")
    return Target(parts.scheme, _ascii_host(parts.hostname or ""), port, path)


def check_address(url: str, *, allow_private: bool = False) -> Target:
    """Like ``check_shape``, and resolve the name too. Raises ``UnsafeAddress`` or ``Unreachable``."""
    target = check_shape(url, allow_private=allow_private)
    _resolve(target, allow_private, CONNECT_SECONDS)
    return target


def is_public(ip: Ip) -> bool:
    """Say whether an IP address is on the public Internet. Addresses that carry an IPv4 one are judged by it too."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.teredo is not None or ip.is_site_local:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or _embedded(ip)
        if inner is not None:
            return is_public(inner)
    in_refused = any(ip.version == network.version and ip in network for network in _NOT_FOR_US)
    is_special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local
    return ip.is_global and not is_special and not in_refused


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str],
    allow_private: bool = False,
    connect_seconds: float = CONNECT_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Post bytes to an address and return the answer, whatever its status; at most ``MOST_BYTES`` of it are read.

    Raises ``UnsafeAddress`` when the address may not be opened, ``Unreachable`` when nothing sensible came back
    before ``total_seconds`` (name, connection, handshake and answer together).
    """
    target = check_shape(url, allow_private=allow_private)
    deadline = time.monotonic() + total_seconds
    ip = _resolve(target, allow_private, min(connect_seconds, total_seconds))
    try:
        plain = socket.create_connection((str(ip), target.port), min(connect_seconds, _left(deadline)))
    except OSError as error:
        raise Unreachable("timeout" if isinstance(error, TimeoutError) else "connect") from error
    plain.settimeout(_left(deadline))
    watched = _tls(plain, target) if target.scheme == "https" else plain
    with _Watchdog(watched, _left(deadline)) as watchdog:
        try:
            return _exchange(watched, target, body, headers)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable("timeout" if watchdog.has_bitten else _code(error)) from error


class _Watchdog:
    """Shut a socket down at the deadline: time-outs of single reads let a trickle live for ever."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self.has_bitten = False
        self._sock = sock
        self._timer = threading.Timer(max(seconds, 0.001), self._bite)
        self._timer.daemon = True

    def __enter__(self) -> _Watchdog:
        self._timer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._timer.cancel()
        self._sock.close()

    def _bite(self) -> None:
        self.has_bitten = True
        with suppress(OSError):
            # The plain socket's own: SSLSocket.shutdown would drop the TLS layer under the thread that is reading.
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)


def _tls(plain: socket.socket, target: Target) -> ssl.SSLSocket:
    """Return the socket under TLS, handshake not yet done; the certificate must be the name's, not the address's."""
    try:
        return ssl.create_default_context().wrap_socket(
            plain, server_hostname=target.host, do_handshake_on_connect=False
        )
    except (ValueError, OSError) as error:
        plain.close()
        raise Unreachable("tls") from error


def _exchange(sock: socket.socket, target: Target, body: bytes, headers: Mapping[str, str]) -> Answer:
    if isinstance(sock, ssl.SSLSocket):
        sock.do_handshake()
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = sock  # already connected, to the checked address
    wanted = {**headers, "Host": target.host_header, "Connection": "close", "Accept-Encoding": "identity"}
    connection.request("POST", target.path, body=body, headers=wanted)
    response = connection.getresponse()
    pieces: list[bytes] = []
    size = 0
    while size < MOST_BYTES and (piece := response.read(min(_CHUNK, MOST_BYTES - size))):
        pieces.append(piece)
        size += len(piece)
    return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, b"".join(pieces))


def _resolve(target: Target, allow_private: bool, seconds: float) -> Ip:
    """Return the address to connect to. One forbidden address among several refuses the name."""
    resolver = ThreadPoolExecutor(max_workers=1)
    try:
        asked = resolver.submit(socket.getaddrinfo, target.host, target.port, type=socket.SOCK_STREAM)
        found = asked.result(timeout=seconds)
    except (TooSlow, OSError, UnicodeError) as error:
        raise Unreachable("dns") from error
    finally:
        resolver.shutdown(wait=False)
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses:
        raise Unreachable("dns")
    if not allow_private and not all(is_public(ip) for ip in addresses):
        raise UnsafeAddress("Cette adresse mène à un réseau privé ou réservé.")
    return addresses[0]


def _embedded(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address inside a NAT64 or an (obsolete) IPv4-compatible one."""
    is_compatible = int(ip) >> 32 == 0 and int(ip) > 1
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 or is_compatible else None


def _ascii_host(host: str) -> str:
    if not host:
        raise UnsafeAddress("Cette adresse n’a pas de nom de machine.")
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise UnsafeAddress("Ce nom de machine n’est pas valable.") from None


def _default_port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _code(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    return "connect" if isinstance(error, OSError) else "protocol"
