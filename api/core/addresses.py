"""Whose address a request came from, when proxies stand in between."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from api.config import Network

# An IPv6 customer gets a /64 at least: counting single addresses would count nothing.
IPV6_PREFIX_BITS = 64
UNKNOWN = "unknown"

Address = IPv4Address | IPv6Address


def client_address(environ: Mapping[str, Any], trusted: Sequence[Network]) -> str:
    """The client's address in canonical form, or "unknown" where the server tells none (a Unix socket).

    X-Forwarded-For is read from its end, where our own proxies wrote, and only as long as the address so far is a
    trusted proxy's: what a client wrote itself is never believed.
    """
    address = _parse(str(environ.get("REMOTE_ADDR", "")))
    if address is None:
        return UNKNOWN
    hops = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    while hops and any(address in network for network in trusted):
        nearer = _parse(hops.pop())
        if nearer is None:
            break
        address = nearer
    return str(address)


def network_of(address: str) -> str:
    """What one subscriber has: the address itself in IPv4, its /64 in IPv6."""
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((int(parsed), IPV6_PREFIX_BITS), strict=False))
    return address if parsed is None else str(parsed)


def _parse(written: str) -> Address | None:
    """An address as proxies write it: bare, with a port, in brackets, IPv4 inside IPv6; None for anything else."""
    text = written.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
