"""Which addresses a request on someone else's behalf may go to (server-side request forgery).

Only addresses of the public Internet are allowed, by the IANA special-purpose registries, unless the operator
names a private host or network.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def _networks(*texts: str) -> tuple[Network, ...]:
    return tuple(ip_network(text) for text in texts)


# A host that the operator names may lie in these.
PRIVATE = _networks(
    "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7",
)  # fmt: skip

# Never public. The last one is the platform address of Azure, which lies in a public range.
SPECIAL_V4 = _networks(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
)  # fmt: skip

# Global unicast is 2000::/3 (RFC 4291); within it Teredo and other protocol assignments, documentation.
GLOBAL_V6 = ip_network("2000::/3")
SPECIAL_V6 = _networks("2001::/23", "2001:db8::/32", "3fff::/20")

# Where clouds keep credentials for their machines, within PRIVATE (Alibaba, AWS).
METADATA = _networks("100.100.100.200/32", "fd00:ec2::/32")

MAPPED = ip_network("::ffff:0:0/96")
NAT64 = ip_network("64:ff9b::/96")
SIX_TO_FOUR = ip_network("2002::/16")

_HOST_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")


def embedded(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv4-mapped, NAT64 (RFC 6052) or 6to4 (RFC 3056) address leads to."""
    if address in MAPPED or address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    if address in SIX_TO_FOUR:
        return IPv4Address(int(address) >> 80 & 0xFFFFFFFF)
    return None


def is_public(address: Address) -> bool:
    """Whether the address, and the one embedded in it, belong to the public Internet."""
    inner = embedded(address)
    if inner is not None:
        return is_public(inner)
    if isinstance(address, IPv4Address):
        return not _within(address, SPECIAL_V4)
    return address in GLOBAL_V6 and not _within(address, SPECIAL_V6)


def _within(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


@dataclass(frozen=True)
class Permitted:
    """The private hosts that the operator named: names, and networks (an address is a network of one)."""

    names: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def allows(self, host: str, address: Address) -> bool:
        """Whether a request to `host`, found at `address`, may go out.

        A named host may lie on an ordinary private address; link-local, metadata and other special addresses
        are reached only where their network is named.
        """
        real = (embedded(address) or address) if address in MAPPED else address
        if is_public(real) or _within(real, self.networks):
            return True
        named = host.lower().rstrip(".") in self.names
        return named and _within(real, PRIVATE) and not _within(real, METADATA)


def permitted(entries: Sequence[str]) -> Permitted:
    """The hosts and networks that `entries` name; raises ValueError for the first entry that is neither."""
    names, networks = set(), []
    for entry in entries:
        text = entry.strip().lower().rstrip(".")
        try:
            networks.append(ip_network(text.strip("[]"), strict=False))
        except ValueError:
            if not _HOST_NAME.fullmatch(text):
                raise ValueError(f"{entry!r} is no host name, address or network") from None
            names.add(text)
    return Permitted(frozenset(names), tuple(networks))


def parsed(host: str) -> Address | None:
    """The address that a literal host spells; None for a name."""
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None
