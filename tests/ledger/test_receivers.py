"""Whom the ledger may call: a table of URLs and addresses, and a name that stands for more than it says."""

from __future__ import annotations

import ipaddress
import socket

import pytest

from ledger.delivering import deliver
from ledger.faults import Fault
from ledger.receivers import addresses_of, may_call, read_receiver
from tests.receiving import Receiving
from tests.refused import refused

PUBLIC = ["1.1.1.1", "196.192.79.1", "2606:4700::1111"]
LOOPBACK = ["127.0.0.1", "127.255.255.254", "::1"]
NEVER = [
    "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "169.254.170.2", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::ffff:127.0.0.1", "::ffff:1.1.1.1", "::127.0.0.1", "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2002:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fec0::1",
    "ff02::1", "2001:db8::1", "100::1",
]  # fmt: skip
REFUSED = [
    "http://example.com/", "https://", "https:///x", "ftp://example.com/", "file://a.example/b", "//example.com/",
    "https://user@example.com/", "https://a:b@example.com/", "https://example.com/#x", "https://example.com\\@10.0.0.1/",
    "https://example.com:0/", "https://example.com:99999/", "https://example.com:x/", "https://ex ample.com/",
    "https://[::1/", "https://[fe80::1%25eth0]/", "https://é.example/", "https://example.com/\r\nHost: x", "x" * 600,
    "gopher://127.0.0.1/", None, 5, "", *(f"https://{text}/" for text in NEVER if ":" not in text),
    *(f"https://[{text}]/" for text in NEVER if ":" in text),
]  # fmt: skip


@pytest.mark.parametrize("text", PUBLIC + LOOPBACK + NEVER)
def test_which_addresses_may_be_called(text: str) -> None:
    """Public ones always, this machine in a sandbox only, everything else never."""
    address = ipaddress.ip_address(text)
    assert may_call(address, sandbox=False) == (text in PUBLIC)
    assert may_call(address, sandbox=True) == (text in PUBLIC + LOOPBACK)


@pytest.mark.parametrize("url", REFUSED)
def test_urls_that_are_refused(url: object) -> None:
    """In a sandbox and outside."""
    for sandbox in (False, True):
        with refused(Fault.MALFORMED, what="webhook_url"):
            read_receiver(url, sandbox=sandbox)


def test_urls_that_are_taken() -> None:
    """Https anywhere; http and this machine in a sandbox."""
    found = read_receiver("https://receiver.example:8443/a/b?c=d", sandbox=False)
    assert found[1:] == (True, "receiver.example", 8443, "/a/b?c=d")
    assert read_receiver("https://receiver.example", sandbox=False)[3:] == (443, "/")
    for url in ("http://127.0.0.1:9/", "http://localhost/", "https://127.0.0.1/", "http://[::1]:9/"):
        assert read_receiver(url, sandbox=True).url == url
    for url in ("http://127.0.0.1:9/", "http://localhost/", "https://127.0.0.1/", "http://[::1]:9/"):
        with refused(Fault.MALFORMED, what="webhook_url"):
            read_receiver(url, sandbox=False)


@pytest.mark.parametrize("host", ["localhost", "0x7f.1", "2130706433", "0177.0.0.1"])
def test_what_a_name_stands_for_is_looked_at(host: str) -> None:
    """A name, or a number in disguise, that stands for this machine is not called outside a sandbox."""
    receiver = read_receiver(f"https://{host}/", sandbox=False)
    with refused(Fault.MALFORMED, what="webhook_url"):
        addresses_of(receiver, sandbox=False)
    assert deliver(receiver, {}, b"{}", sandbox=False).why == "forbidden_address"


def test_one_bad_address_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name with a public and a private address is not called; a name that changes later changes nothing."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, 443)) for text in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    with refused(Fault.MALFORMED, what="webhook_url"):
        addresses_of(read_receiver("https://receiver.example/", sandbox=True), sandbox=True)


def test_a_name_is_resolved_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was looked at: whoever answers the name twice is asked once."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def answer(host: str, *args: object, **named: object) -> object:
        asked.append(host)
        return real("127.0.0.1", *args, **named)  # type: ignore[arg-type]

    with Receiving() as receiving:
        port = receiving.url.split(":")[2].split("/")[0]
        monkeypatch.setattr(socket, "getaddrinfo", answer)
        receiver = read_receiver(f"http://localhost:{port}/x", sandbox=True)
        assert deliver(receiver, {"webhook-id": "evt_1_0"}, b"{}", sandbox=True).taken
    assert [host for host in asked if host == "localhost"] == ["localhost"]
    assert receiving.got[0].headers["host"] == f"localhost:{port}"


def test_https_is_spoken_or_nothing_is_sent() -> None:
    """A receiver that has no certificate gets no notice."""
    with Receiving() as plain:
        receiver = read_receiver(plain.url.replace("http:", "https:"), sandbox=True)
        assert deliver(receiver, {"webhook-id": "evt_1_0"}, b"{}", sandbox=True).why == "tls"
    assert plain.got == []


def test_whoever_is_slow_is_given_up() -> None:
    """A receiver that takes the notice and never answers, one that is not there, and one that speaks no HTTP."""
    with Receiving(lambda _: None) as silent:
        receiver = read_receiver(silent.url, sandbox=True)
        assert deliver(receiver, {}, b"{}", sandbox=True, seconds_max=0.05).why == "too_slow"
    assert deliver(receiver, {}, b"{}", sandbox=True).why == "unreachable"
    assert deliver(receiver._replace(host="no.invalid"), {}, b"{}", sandbox=True).why == "no_such_name"
