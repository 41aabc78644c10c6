"""The HTTP client goes to checked addresses only, and looks a name up once."""

from __future__ import annotations

import socket

import pytest

from workflows.outbound import OutboundError, request
from workflows.tests.core.test_addresses import REFUSED
from workflows.tests.raw_servers import RawServer, fixed


@pytest.fixture
def server():
    server = RawServer(fixed(b"reached"))
    yield server
    server.close()


@pytest.fixture
def loopback_permitted(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]


def refusal(url: str, **options) -> OutboundError:
    with pytest.raises(OutboundError) as caught:
        request("GET", url, timeout=5, **options)
    return caught.value


@pytest.fixture
def no_connections(monkeypatch):
    """Whoever tries to connect fails the test, so that no refusal is one by chance."""

    def connect(*args, **kwargs):
        pytest.fail(f"a connection to {args} was tried")

    monkeypatch.setattr(socket, "create_connection", connect)


@pytest.mark.parametrize("address", REFUSED)
def test_no_name_leads_to_a_special_address(address, no_connections):
    error = refusal("http://innocent.example/", resolver=lambda host, port: [address])
    assert error.kind == "refused_address"
    assert "innocent.example" in str(error)


@pytest.mark.parametrize("address", [address for address in REFUSED if "%" not in address])
def test_no_literal_leads_to_a_special_address(address, no_connections):
    host = f"[{address}]" if ":" in address else address
    assert refusal(f"http://{host}/").kind == "refused_address"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1", "127。0。0。1", "localhost"])
def test_no_spelling_of_the_loopback_address_gets_through(host, no_connections):
    assert refusal(f"http://{host}/").kind in {"refused_address", "bad_url", "connection"}


def test_one_special_address_among_public_ones_refuses_the_name(no_connections):
    def mixed(host, port):
        return ["1.1.1.1", "10.0.0.1"]

    assert refusal("http://mixed.example/", resolver=mixed).kind == "refused_address"


def test_a_name_that_changes_its_address_is_looked_up_once(server, settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]
    asked: list[str] = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    assert request("GET", server.url("rebinding.example"), resolver=rebinding).content == b"reached"
    assert asked == ["rebinding.example"]


def test_the_connection_asks_nobody_for_the_name_again(server, loopback_permitted, monkeypatch):
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def watched(host, *args, **kwargs):
        looked_up.append(host)
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    request("GET", server.url("pinned.example"), resolver=lambda host, port: ["127.0.0.1"])
    assert set(looked_up) <= {"127.0.0.1"}


def test_the_host_header_stays_the_name(server, loopback_permitted):
    url = server.url("pinned.example")
    request("GET", url, headers={"Host": "other.example"}, resolver=lambda host, port: ["127.0.0.1"])
    head = server.heads[0].lower()
    assert f"host: pinned.example:{server.port}\r\n" in head
    assert "other.example" not in head


def test_the_next_address_is_tried_when_one_does_not_answer(server, settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.0/8"]
    answer = request("GET", server.url("two.example"), resolver=lambda host, port: ["127.9.9.9", "127.0.0.1"])
    assert answer.content == b"reached"


def test_a_named_private_host_is_reached(server, settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["localhost"]
    assert request("GET", server.url("localhost")).content == b"reached"
    assert refusal(server.url("127.0.0.1")).kind == "refused_address"


def test_a_setting_that_cannot_be_read_refuses_with_a_sentence(server, settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["http://crm.internal"]
    error = refusal(server.url())
    assert error.kind == "refused_address"
    assert "ORDINUS_PRIVATE_HOSTS" in str(error)


@pytest.mark.parametrize("status", ["301 M", "302 F", "303 S", "307 T", "308 P"])
def test_a_redirect_to_the_metadata_address_is_not_followed(status, loopback_permitted):
    location = "http://169.254.169.254/latest/meta-data/?token=hidden"
    server = RawServer(fixed(b"", status, Location=location))
    error = refusal(server.url())
    server.close()
    assert error.kind == "redirect"
    assert "169.254" not in str(error)
    assert "hidden" not in str(error)
    assert len(server.heads) == 1


def test_proxies_of_the_environment_are_not_used(server, loopback_permitted, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert request("GET", server.url()).content == b"reached"
