"""Addresses that somebody typed: what is refused, and that the connection goes to the checked address."""

from __future__ import annotations

import http.server
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from egards.core import safe_http
from egards.core.safe_http import Unreachable, UnsafeAddress, check_address, check_shape, is_public, post


class Receiver(http.server.BaseHTTPRequestHandler):
    """A receiver whose path says how it behaves."""

    def do_POST(self) -> None:
        self.server.seen.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))  # type: ignore[attr-defined]
        if self.path == "/trickle":
            self.trickle()
            return
        self.send_response(302 if self.path == "/away" else 200)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(b"x" * (5_000_000 if self.path == "/huge" else 3))

    def trickle(self) -> None:
        try:
            for _ in range(100):
                self.wfile.write(b"H")
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[http.server.ThreadingHTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.daemon_threads = True
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def url(server: http.server.ThreadingHTTPServer, path: str = "/") -> str:
    return f"http://127.0.0.1:{server.server_port}{path}"


REFUSED_SHAPES = [
    "http://exemple.fr/", "file:///etc/passwd", "gopher://exemple.fr/", "ftp://exemple.fr/", "//exemple.fr/",
    "exemple.fr",
    "https://", "https://odile:secret@exemple.fr/", "https://exemple.fr@127.0.0.1/", "https://exemple.fr:22/",
    "https://exemple.fr:25/", "https://exemple.fr:5432/", "https://exemple.fr:0/", "https://exemple.fr:99999/",
    "https://exemple.fr/\r\nX: y", "https://exemple.fr/ a", "https://exemple.fr\\@127.0.0.1/", "https://[::1", "",
    "https://exemple.fr/" + "a" * 2000, "https://a‥b/",
]  # fmt: skip

REFUSED_HOSTS = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "localhost", "10.0.0.1", "172.16.0.1",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255",
    "240.0.0.1", "192.88.99.1", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]",
    "[::ffff:127.0.0.1]", "[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::1]",
    "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]", "[fd00:ec2::254]",
]  # fmt: skip


@pytest.mark.parametrize("address", REFUSED_SHAPES)
def test_what_is_not_a_plain_https_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeAddress):
        check_shape(address)


@pytest.mark.parametrize("host", REFUSED_HOSTS)
def test_what_leads_inside_is_refused(host: str) -> None:
    with pytest.raises((UnsafeAddress, Unreachable)):
        check_address(f"https://{host}/")
    with pytest.raises((UnsafeAddress, Unreachable)):
        post(f"https://{host}/", body=b"", headers={})


@pytest.mark.parametrize("ip", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101", "2002:101:101::"])
def test_the_public_internet_is_public(ip: str) -> None:
    assert is_public(ipaddress.ip_address(ip))


def test_an_accented_name_is_asked_in_ascii() -> None:
    assert check_shape("https://égards.example/").host == "xn--gards-9ra.example"


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: answers("1.1.1.1", "10.0.0.1"))
    with pytest.raises(UnsafeAddress):
        check_address("https://deux.example/")


def test_the_name_is_resolved_once_and_the_checked_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    reached: list[object] = []

    def rebinding(host: str, *_a: object, **_k: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return answers("1.1.1.1" if len(asked) == 1 else "127.0.0.1")

    def no_way(address: tuple[str, int], _timeout: float) -> socket.socket:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", no_way)
    with pytest.raises(Unreachable):
        post("https://rebind.example/", body=b"", headers={})
    assert (asked, reached) == (["rebind.example"], [("1.1.1.1", 443)])


def test_a_receiver_gets_the_bytes_and_the_host(receiver: http.server.ThreadingHTTPServer) -> None:
    answer = post(url(receiver, "/recu?x=1"), body=b"mot", headers={"X-A": "b"}, allow_private=True)
    path, headers, body = receiver.seen[0]  # type: ignore[attr-defined]
    assert (answer.status, answer.body, path, body) == (200, b"xxx", "/recu?x=1", b"mot")
    assert (headers["Host"], headers["X-A"]) == (f"127.0.0.1:{receiver.server_port}", "b")


def test_a_redirect_is_an_answer_not_an_order(receiver: http.server.ThreadingHTTPServer) -> None:
    assert post(url(receiver, "/away"), body=b"", headers={}, allow_private=True).status == 302
    assert len(receiver.seen) == 1  # type: ignore[attr-defined]


def test_a_huge_answer_is_cut(receiver: http.server.ThreadingHTTPServer) -> None:
    assert len(post(url(receiver, "/huge"), body=b"", headers={}, allow_private=True).body) == safe_http.MOST_BYTES


def test_a_trickle_ends_at_the_deadline(receiver: http.server.ThreadingHTTPServer) -> None:
    started = time.monotonic()
    with pytest.raises(Unreachable, match="timeout"):
        post(url(receiver, "/trickle"), body=b"", headers={}, allow_private=True, total_seconds=0.5)
    assert time.monotonic() - started < 2


def test_a_receiver_that_does_not_speak_tls_is_not_spoken_to(receiver: http.server.ThreadingHTTPServer) -> None:
    address = url(receiver).replace("http:", "https:")
    with pytest.raises(Unreachable, match=r"tls|timeout|connect"):
        post(address, body=b"secret", headers={}, allow_private=True, total_seconds=2)
    assert receiver.seen == []  # type: ignore[attr-defined]


def answers(*ips: str) -> list[tuple[object, ...]]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 443)) for ip in ips]
