"""Whom the ledger may call: a receiver's URL, and the addresses behind its name.

A URL that a stranger writes down must not make the ledger knock at its own machines (server-side request forgery). So a
name is resolved once, every address behind it is looked at, and the connection goes to the address that was looked at:
a name that changes its mind a moment later (DNS rebinding) changes nothing. Only https, and only public addresses; in a
sandbox the machine itself as well, with http.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from ledger.faults import Fault, LedgerFault

URL_CHARACTERS_MAX = 500
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
_PORTS = {"https": 443, "http": 80}

# Said here as well, whatever the version of Python knows: addresses within which another one is written, so that what
# lies behind them is not what they look like, and networks of protocols and sites.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/23", "2002::/16",
        "fec0::/10", "192.0.0.0/24", "192.88.99.0/24", "100.64.0.0/10",
    )
)  # fmt: skip

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class Receiver(NamedTuple):
    """A receiver's URL, taken apart."""

    url: str
    secure: bool
    host: str
    port: int
    target: str
    """Path and query, as the request line says them."""


def read_receiver(url: object, *, sandbox: bool) -> Receiver:
    """Take a receiver's URL apart; what its name stands for is not asked yet.

    Raises:
        LedgerFault: MALFORMED with `what=webhook_url`.
    """
    text = url if isinstance(url, str) else ""
    if len(text) > URL_CHARACTERS_MAX or _PRINTABLE.fullmatch(text) is None or "\\" in text or "#" in text:
        raise _malformed()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _malformed() from error
    host = parts.hostname or ""
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc or "%" in parts.netloc or port == 0:
        raise _malformed()
    literal = _literal(host)
    if literal is not None and not may_call(literal, sandbox=sandbox):
        raise _malformed()
    here = sandbox and (host == "localhost" or (literal is not None and literal.is_loopback))
    if parts.scheme == "http" and not here:
        raise _malformed()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Receiver(text, parts.scheme == "https", host, port or _PORTS[parts.scheme], target)


def may_call(address: IpAddress, *, sandbox: bool) -> bool:
    """Whether the ledger may connect to an address: a public one, or in a sandbox this machine itself."""
    if isinstance(address, ipaddress.IPv6Address) and address.is_loopback:
        return sandbox
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    if address.is_loopback:
        return sandbox
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def addresses_of(receiver: Receiver, *, sandbox: bool) -> list[str]:
    """The addresses behind a receiver's name, asked once, each of which may be called.

    Raises:
        LedgerFault: MALFORMED with `what=webhook_url` if one of them may not.
        OSError: the name has no address.
    """
    found = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    for text in addresses:
        address = _literal(text)
        if address is None or not may_call(address, sandbox=sandbox):
            raise _malformed()
        if not receiver.secure and not address.is_loopback:
            raise _malformed()
    return addresses


def _literal(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _malformed() -> LedgerFault:
    return LedgerFault(Fault.MALFORMED, what="webhook_url")
