from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from bookings import limits
from bookings.models import RateCount
from bookings.refusals import TooMany

NOW = datetime(2026, 11, 24, 10, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def limits_on(settings: Any) -> None:
    settings.ORDINUS_RATE_LIMITS = True


def _count(times: int, now: datetime = NOW, key: str = "form:demo") -> None:
    for _ in range(times):
        limits.check(key, limit=3, per_seconds=60, now=now)


@pytest.mark.django_db
def test_as_many_as_the_limit_pass_and_the_next_is_told_when_to_come_back() -> None:
    _count(3)
    with pytest.raises(TooMany) as refusal:
        _count(1)
    assert refusal.value.retry_after == 30
    assert refusal.value.status == 429


@pytest.mark.django_db
def test_the_next_window_begins_anew() -> None:
    _count(3)
    _count(3, now=NOW + timedelta(seconds=30))


@pytest.mark.django_db
def test_each_key_and_each_length_of_window_is_counted_for_itself() -> None:
    _count(3)
    _count(3, key="form:other")
    limits.check("form:demo", limit=1, per_seconds=3600, now=NOW)


@pytest.mark.django_db
def test_what_was_refused_counts_on() -> None:
    _count(3)
    for _ in range(5):
        with pytest.raises(TooMany):
            _count(1)
    assert RateCount.objects.get().count == 8


@pytest.mark.django_db
@pytest.mark.parametrize("off", [False, "off"])
def test_switched_off_nothing_is_counted(settings: Any, off: object) -> None:
    settings.ORDINUS_RATE_LIMITS = off
    _count(50)
    assert not RateCount.objects.exists()


@pytest.mark.django_db
def test_the_key_itself_is_not_kept() -> None:
    limits.check("form:demo:203.0.113.7", limit=3, per_seconds=60, now=NOW)
    assert "203.0.113.7" not in RateCount.objects.get().key


@pytest.mark.django_db
def test_old_windows_are_forgotten_and_new_ones_kept() -> None:
    _count(1, now=NOW - timedelta(days=3))
    _count(1)
    assert limits.purge(NOW) == 1
    assert RateCount.objects.get().window == int(NOW.timestamp()) - 30


def _request(**meta: str) -> HttpRequest:
    return RequestFactory().get("/", **meta)


def test_the_address_is_the_one_that_connected_whatever_it_says() -> None:
    request = _request(REMOTE_ADDR="203.0.113.7", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert limits.client_address(request) == "203.0.113.7"


def test_behind_a_trusted_proxy_the_last_hop_counts_and_not_what_the_caller_wrote(settings: Any) -> None:
    settings.TRUST_PROXY_HEADERS = True
    request = _request(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="1.2.3.4, 203.0.113.7")
    assert limits.client_address(request) == "203.0.113.7"
    assert limits.client_address(_request(REMOTE_ADDR="10.0.0.1")) == "10.0.0.1"


def test_addresses_of_one_ipv6_network_are_one() -> None:
    one = limits.client_address(_request(REMOTE_ADDR="2001:db8:1:2:aaaa::1"))
    other = limits.client_address(_request(REMOTE_ADDR="2001:db8:1:2:bbbb::2"))
    assert one == other == "2001:db8:1:2::"


def test_an_ipv4_address_in_ipv6_clothes_is_itself() -> None:
    assert limits.client_address(_request(REMOTE_ADDR="::ffff:203.0.113.7")) == "203.0.113.7"
