from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from bookings.models import Enquiry
from bookings.tests.api.calls import ANSWERS, FORM, Guest, refused
from bookings.tests.organisation import Organisation

NO_OBJECTS = ("null", "[]", "[1]", '"text"', "7", "true")
NO_JSON = ("{", "", " ", "{'a': 1}", "[" * 100_000, '{"a":' * 5_000, "NaN", '{"a": Infinity}', "1" * 5_000)
SPOILT = ('{"answers": {"name": "a\\u0000b"}}', '{"answers": {"name": "\\ud800"}}', '{"answers": {"\\u0000": 1}}',
          '{"answers": {"employees": 1e999}}')  # fmt: skip


def post(body: str | bytes, path: str = FORM, **more: Any) -> Any:
    return APIClient().post(path, body, **{"content_type": "application/json", **more})


@pytest.mark.parametrize(
    "body", [*NO_OBJECTS, *(each for each in NO_JSON if each), *SPOILT], ids=lambda body: body[:20]
)
def test_what_is_no_sound_object_is_refused_in_words(acme: Organisation, body: str) -> None:
    refused(post(body), 400, "invalid")
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize(
    "body, name",
    [
        ('{"answers": {"name": "a\\u0000b"}}', "name"),
        ('{"answers": {"employees": 1e999}}', "employees"),
        ('{"utm": {"source": "\\ud800"}}', "utm.source"),
    ],
)
def test_what_no_database_could_keep_is_named(acme: Organisation, body: str, name: str) -> None:
    assert list(refused(post(body), 400, "invalid")) == [name]


def test_bytes_that_are_no_utf8_are_refused(acme: Organisation) -> None:
    refused(post(b'{"answers": {"name": "\xff"}}'), 400, "invalid")


@pytest.mark.parametrize("body", ["", "{}"])
def test_an_empty_body_names_every_field_that_is_needed(acme: Organisation, body: str) -> None:
    assert set(refused(post(body), 400, "invalid")) == {"answers", "name", "email"}


@pytest.mark.parametrize(
    "key, value",
    [("answers", []), ("answers", None), ("answers", "x"), ("time_zone", 7), ("time_zone", "Mars/Base"),
     ("utm", []), ("utm", {"source": 1}), ("time_zone", {})],
)  # fmt: skip
def test_a_key_of_the_wrong_type_is_named(acme: Organisation, key: str, value: Any) -> None:
    response = APIClient().post(FORM, {"answers": ANSWERS, key: value})
    assert key in refused(response, 400, "invalid")


@pytest.mark.parametrize(
    "name, value",
    [("email", "nobody"), ("email", 5), ("name", {"a": 1}), ("employees", -1), ("employees", "many"),
     ("country", "XX"), ("unknown", 1), ("name", ["a"])],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_named(acme: Organisation, name: str, value: Any) -> None:
    response = APIClient().post(FORM, {"answers": {**ANSWERS, name: value}})
    assert name in refused(response, 400, "invalid")


def test_a_megabyte_of_text_is_too_large(acme: Organisation) -> None:
    refused(APIClient().post(FORM, {"answers": {**ANSWERS, "needs": "x" * 2**20}}), 413, "too_large")


def test_more_text_than_a_question_takes_names_the_question(acme: Organisation) -> None:
    response = APIClient().post(FORM, {"answers": {**ANSWERS, "needs": "x" * 100_000}})
    assert list(refused(response, 400, "invalid")) == ["needs"]


def test_other_media_types_are_refused(acme: Organisation) -> None:
    refused(post("a=1", content_type="application/x-www-form-urlencoded"), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "start",
    [None, 7, "", "soon", "2026-03-03", "2026-03-03T10:00:00", "2026-13-03T10:00:00Z", "2026-03-03T25:00:00Z",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", ["2026-03-03T10:00:00Z"], {}, True],
)  # fmt: skip
def test_a_start_that_is_no_instant_is_named(guest: Guest, start: Any) -> None:
    response = guest.client.post(guest.path + "bookings/", {"start": start})
    assert list(refused(response, 400, "invalid")) == ["start"]


def test_a_start_without_offset_is_told_so(guest: Guest) -> None:
    response = guest.client.post(guest.path + "bookings/", {"start": "2026-03-03T10:00:00"})
    assert "offset" in refused(response, 400, "invalid")["start"][0]


@pytest.mark.parametrize(
    "dates, named",
    [({"from": "x"}, {"from"}), ({"from": "2026-02-30"}, {"from"}), ({"to": "tomorrow"}, {"to"}),
     ({"from": "", "to": ""}, {"from", "to"}), ({"from": "2026-03-05", "to": "2026-03-04"}, {"to"}),
     ({"from": "2026-03-01", "to": "2026-06-01"}, {"to"})],
)  # fmt: skip
def test_dates_that_do_not_fit_are_named(guest: Guest, dates: dict[str, str], named: set[str]) -> None:
    assert set(refused(guest.client.get(guest.path + "slots/", dates), 400, "invalid")) == named


@pytest.mark.parametrize(
    "dates",
    [{"from": "2026-03-01", "to": "2026-05-31"}, {"from": "9999-12-31"}, {"to": "9999-12-31", "from": "9999-12-01"},
     {"from": "0001-01-01"}, {"from": "0001-01-01", "to": "0001-02-01"}, {"to": "2026-01-01"}],
)  # fmt: skip
def test_any_real_dates_are_answered(guest: Guest, dates: dict[str, str]) -> None:
    assert isinstance(guest.slots(**dates), list)
