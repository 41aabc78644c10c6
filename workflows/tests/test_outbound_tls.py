"""Over TLS the certificate must be that of the URL's name, whatever address was connected to."""

from __future__ import annotations

import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from workflows import outbound
from workflows.outbound import OutboundError, request
from workflows.tests.raw_servers import RawServer, fixed

NAME = "hooks.example"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for NAME with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    begin = datetime(2020, 1, 1, tzinfo=UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + built.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def asked_names():
    return []


@pytest.fixture
def server(certificate, asked_names):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.sni_callback = lambda connection, name, _: asked_names.append(name)
    server = RawServer(fixed(b"secret"), tls=context)
    yield server
    server.close()


@pytest.fixture
def trusted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    outbound.tls_context.cache_clear()
    yield
    outbound.tls_context.cache_clear()


@pytest.fixture(autouse=True)
def loopback_permitted(settings):
    settings.ORDINUS_PRIVATE_HOSTS = ["127.0.0.1"]


def loopback(host, port):
    return ["127.0.0.1"]


def test_the_name_is_asked_for_and_checked_at_the_pinned_address(server, trusted, asked_names):
    assert request("GET", server.url(NAME), resolver=loopback).content == b"secret"
    assert asked_names == [NAME]


def test_a_certificate_for_another_name_is_not_accepted(server, trusted):
    with pytest.raises(OutboundError) as caught:
        request("GET", server.url("other.example"), resolver=loopback)
    assert caught.value.kind == "connection"
    assert server.heads == []


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(server):
    outbound.tls_context.cache_clear()
    with pytest.raises(OutboundError) as caught:
        request("GET", server.url(NAME), resolver=loopback)
    assert caught.value.kind == "connection"
    assert "certificate" in str(caught.value)


def test_a_handshake_that_never_ends_ends_at_the_deadline():
    silent = RawServer(lambda connection: None)
    silent_url = silent.url(NAME).replace("http://", "https://")
    begun = time.monotonic()
    with pytest.raises(OutboundError) as caught:
        request("GET", silent_url, timeout=0.5, resolver=loopback)
    silent.close()
    assert caught.value.kind == "timeout"
    assert time.monotonic() - begun < 3
