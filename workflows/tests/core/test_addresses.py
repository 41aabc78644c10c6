"""Only public addresses are reached, and the private ones that the operator named."""

from __future__ import annotations

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.core.addresses import embedded, is_public, parsed, permitted

REFUSED = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",
    "64:ff9b::a00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:53aa:64c:0:fbbf:80ff:fffe",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::1",
    "2002:c0a8:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "100.63.255.255",
    "100.128.0.1",
    "172.32.0.1",
    "192.0.1.1",
    "198.20.0.1",
    "223.255.255.1",
    "2606:4700:4700::1111",
    "2a00:1450:4001:80b::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
    "2002:101:101::1",
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_special_address_is_not_public(text):
    assert not is_public(ip_address(text))
    assert not permitted([]).allows("host.example", ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_is_allowed_without_being_named(text):
    assert permitted([]).allows("host.example", ip_address(text))


@given(st.ip_addresses(v=4))
def test_no_wrapping_makes_an_ipv4_address_public(address):
    number = int(address)
    for wrapped in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80):
        assert embedded(ip_address(wrapped.to_bytes(16, "big"))) == address
        assert is_public(ip_address(wrapped.to_bytes(16, "big"))) == is_public(address)


@given(st.ip_addresses())
def test_what_the_standard_library_knows_to_be_private_is_not_public(address):
    if address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified:
        assert embedded(address) is not None or not is_public(address)


def test_a_named_address_or_network_is_allowed_for_any_host():
    allowed = permitted(["10.1.2.3", "192.168.4.0/24", "fd12::/16", "[::1]"])
    for text in ("10.1.2.3", "192.168.4.77", "fd12::9", "::1", "::ffff:10.1.2.3"):
        assert allowed.allows("any.example", ip_address(text))
    for text in ("10.1.2.4", "192.168.5.1", "fd13::9", "127.0.0.1"):
        assert not allowed.allows("any.example", ip_address(text))


def test_a_named_host_is_allowed_on_ordinary_private_addresses():
    allowed = permitted(["CRM.internal.", "localhost"])
    for text in ("10.0.0.1", "172.16.3.4", "192.168.1.1", "127.0.0.1", "100.64.1.1", "fd12::1", "::1"):
        assert allowed.allows("crm.internal", ip_address(text))
        assert allowed.allows("Localhost.", ip_address(text))
        assert not allowed.allows("other.internal", ip_address(text))
        assert not allowed.allows("evil.crm.internal", ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "169.254.169.254",
        "100.100.100.200",
        "fd00:ec2::254",
        "fe80::1",
        "0.0.0.0",
        "224.0.0.1",
        "64:ff9b::a00:1",
    ],
)
def test_a_named_host_does_not_open_metadata_and_other_special_addresses(text):
    assert not permitted(["crm.internal"]).allows("crm.internal", ip_address(text))


def test_a_special_address_is_reached_where_it_is_named_itself():
    assert permitted(["169.254.169.254"]).allows("metadata", ip_address("169.254.169.254"))


@pytest.mark.parametrize(
    "entry", ["", "a b", "http://crm.internal", "crm.internal:80", "10.0.0.0/99", "-x", "a..b"]
)
def test_an_entry_that_names_nothing_is_refused(entry):
    with pytest.raises(ValueError, match="no host name"):
        permitted([entry])


def test_a_literal_host_is_told_from_a_name():
    assert str(parsed("[::1]")) == "::1"
    assert str(parsed("10.0.0.1")) == "10.0.0.1"
    assert parsed("crm.internal") is None
