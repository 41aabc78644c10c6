"""Views of a form are counted, and nothing is kept of who looked."""

from __future__ import annotations

import pytest
from django.test import Client

from bookings import viewing
from bookings.models import BookingForm, FormViews
from bookings.tests import organisation


@pytest.fixture
def form(db: None, monkeypatch: pytest.MonkeyPatch) -> BookingForm:
    monkeypatch.setattr(viewing, "VIEWS", viewing.Views())
    monkeypatch.setattr(viewing, "SECONDS", 0)
    return organisation.build().form


def counted() -> int:
    return sum(FormViews.objects.values_list("count", flat=True))


def test_each_view_counts_once_by_form_and_day_and_sets_no_cookie(client: Client, form: BookingForm) -> None:
    for _ in range(3):
        answer = client.get("/book/demo-request/?utm_source=News%20")
        assert set(answer.cookies) <= {"csrftoken"}
    row = FormViews.objects.get()
    assert (row.form, row.count, row.source) == (form, 3, "news")
    kept = {field.name for field in FormViews._meta.get_fields()}
    assert kept == {"id", "form", "day", "source", "count"}


def test_heads_posts_machines_and_what_is_not_there_do_not_count(client: Client, form: BookingForm) -> None:
    client.head("/book/demo-request/")
    client.post("/book/demo-request/", {})
    client.get("/book/none-such/")
    client.get("/book/demo-request/", headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
    client.get("/book/demo-request/", headers={"Sec-Purpose": "prefetch;prerender"})
    assert counted() == 0


def test_a_rush_is_written_now_and_then_and_loses_nothing(
    client: Client, form: BookingForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "SECONDS", 3600)
    for _ in range(5):
        client.get("/book/demo-request/")
    assert counted() == 1
    viewing.VIEWS.write(all_of_them=True)
    assert counted() == 5


def test_a_form_that_has_gone_meanwhile_does_no_harm(form: BookingForm) -> None:
    viewing.VIEWS.add(form.pk + 1, organisation.NOW.date())
    viewing.VIEWS.write()
    assert counted() == 0


def test_views_count_by_source_and_whoever_invents_sources_fills_no_table(
    client: Client, form: BookingForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "MOST_SOURCES", 3)
    for source in ("a", "b", "a", "<script>", "c", "d", "e", "b"):
        client.get("/book/demo-request/", {"utm_source": source})
    client.get("/book/demo-request/")
    rows = dict(FormViews.objects.values_list("source", "count"))
    assert rows == {"a": 2, "b": 2, "other": 4, "": 1}
