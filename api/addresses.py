"""Which network address a request comes from, as far as it can be believed."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_HOPS_MAX = 16
_IPV6_PREFIX = 64
"""Whoever has one IPv6 address has its whole /64."""


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and networks of proxies that are trusted.

    Raises:
        ValueError: a text that is none.
    """
    return tuple(ipaddress.ip_network(text) for text in texts)


@lru_cache(maxsize=4_096)
def client_address(peer: str, forwarded: str, trusted: tuple[Network, ...]) -> str:
    """The address to count a request under: the peer's, or what trusted proxies say in `X-Forwarded-For`.

    The header is read from its end, where the nearest proxy wrote, and only as long as whoever wrote is trusted:
    what a stranger puts before that counts for nothing. An IPv6 address stands for its /64.
    """
    address = _address(peer)
    hops = reversed(forwarded.split(",")[-_HOPS_MAX:]) if forwarded else ()
    for hop in hops:
        if address is None or not any(address in network for network in trusted):
            break
        written = _address(hop)
        if written is None:
            break
        address = written
    return peer if address is None else _counted_as(address)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found


def _counted_as(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_PREFIX), strict=False))
