"""A lead's page is a story that answers first, can be filtered, pointed into and copied."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from bookings import scheduling
from bookings.models import Booking
from bookings.tests.organisation import NOW, Organisation
from workflows.changes import Change, announce_changes
from workflows.models import AuditEvent, Timer
from workflows.tests.admin.pages import Admin


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    return acme.book(acme.submit(employees=600))


def page_of(ops: Admin, booking: Booking, query: str = "") -> str:
    return ops.get(f"/admin/bookings/lead/{booking.lead_id}/change/{query}")


def answer_in(page: str) -> str:
    return page.split('<p class="ord-answer')[1].split("</p>")[0]


def test_it_answers_first_where_the_lead_is(ops: Admin, booking: Booking) -> None:
    assert f"</strong> the meeting with {booking.rep.name} on" in answer_in(page_of(ops, booking))
    scheduling.cancel(booking, now=NOW)
    answer = answer_in(page_of(ops, booking))
    assert "Ended in “lost” on Monday 2 March:" in answer
    assert f"the guest cancelled the meeting with {booking.rep.name}" in answer


def test_it_says_until_when_an_offer_stands(ops: Admin, acme: Organisation) -> None:
    lead = acme.submit().enquiry.lead
    due = Timer.objects.get(purpose="offer_expires").due_at
    page = ops.get(f"/admin/bookings/lead/{lead.pk}/change/")
    assert f"until Monday {due.day} March, " in answer_in(page)


def test_each_sentence_has_a_place_of_its_own_and_its_evidence(ops: Admin, booking: Booking) -> None:
    page = page_of(ops, booking)
    for event in AuditEvent.objects.filter(run=booking.run_id, verb__in=("lead.submitted", "booking.made")):
        assert f'id="event-{event.run}-{event.sequence}"' in page
    assert "was drawn from “Enterprise”: 3 of 3 reps were free at" in page
    assert "Company size is at least 500 (it was 600)" in page
    assert '<td data-label="Balance before">0</td>' in page
    assert "Grace Hopper" in page.split("<h4>Answers</h4>")[1]


def test_it_is_filtered_by_who_and_what(ops: Admin, booking: Booking) -> None:
    decisions = (
        page_of(ops, booking, "?about=decisions").split('<ol class="ord-timeline">')[1].split("</ol>")[0]
    )
    assert "was drawn from" in decisions
    assert "Submitted the form" not in decisions
    by_staff = page_of(ops, booking, "?by=staff")
    assert "Nothing of that kind happened here." in by_staff
    assert "the meeting with" in answer_in(by_staff)


def test_it_can_be_copied_as_text(ops: Admin, booking: Booking) -> None:
    text = page_of(ops, booking).split('id="story-text"')[1].split("</pre>")[0]
    assert "Grace Hopper, grace@navy.example" in text
    assert "Now in “meeting”: the meeting with" in text
    assert "Monday 2 March, 08:00 (UTC)  Submitted the form “Request a demo”." in text


def test_a_change_of_the_pool_before_the_draw_is_told_where_it_mattered(
    ops: Admin, acme: Organisation
) -> None:
    submission = acme.submit(employees=600)
    later = NOW + timedelta(minutes=5)
    with transaction.atomic():
        for pool in ("enterprise", "success"):
            change = Change(f"members[rep:{acme.reps[0].pk}].weight", 2, 3)
            announce_changes(f"pool:{pool}", [change], actor="staff:1", at=later)
    booking = acme.book(submission, now=NOW + timedelta(minutes=10))
    path = page_of(ops, booking).split('<ol class="ord-timeline">')[1].split("</ol>")[0]
    told = "changed the weight of Ana Silva in the pool “Enterprise”: 2 → 3"
    assert path.count(told) == 1
    assert path.index("Routed to") < path.index(told) < path.index("was drawn from")


def test_every_enquiry_of_a_lead_is_a_chapter_the_newest_first(ops: Admin, acme: Organisation) -> None:
    first = acme.submit()
    second = acme.submit(now=NOW + timedelta(days=1))
    page = ops.get(f"/admin/bookings/lead/{first.enquiry.lead_id}/change/")
    assert page.index(f'id="run-{second.run.pk}"') < page.index(f'id="run-{first.run.pk}"')
    assert "a newer enquiry of the same lead took its place" in page


def test_a_long_story_asks_the_database_no_more_often(
    ops: Admin, acme: Organisation, booking: Booking, django_assert_max_num_queries: object
) -> None:
    for number in range(1, 6):
        slots = scheduling.movable(booking, NOW.date(), (NOW + timedelta(days=9)).date(), now=NOW)
        booking = scheduling.move(booking, slots[-number].start, now=NOW)
    page_of(ops, booking)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        page_of(ops, booking)


def test_the_way_is_drawn_in_the_picture_of_the_version_the_run_began_with(
    ops: Admin, booking: Booking
) -> None:
    page = page_of(ops, booking)
    path = f"/admin/bookings/lead/{booking.lead_id}/way/{booking.run_id}/"
    assert f'hx-get="{path}"' in page
    picture = ops.client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert picture.startswith('<div class="ord-picture-frame"')
    assert picture.count("ord-tone-taken") > 3
    assert "The whole story of Grace Hopper" in ops.get(path)
    assert ops.client.get(f"/admin/bookings/lead/{booking.lead_id}/way/9999/").status_code == 404


def test_what_was_changed_of_a_pool_stands_on_its_page_as_sentences(ops: Admin, acme: Organisation) -> None:
    pool, ana = acme.pools["enterprise"], acme.reps[0]
    page = f"/admin/routing/pool/{pool.pk}/change/"
    assert "What was changed" not in ops.get(page)
    with transaction.atomic():
        change = Change(f"members[rep:{ana.pk}].weight", 2, 3)
        announce_changes("pool:enterprise", [change], actor="system", at=NOW)
        announce_changes("pool:success", [change], actor="system", at=NOW)
    ops.saved(page, sla_minutes="20h")
    history = ops.get(page).split("What was changed")[1]
    assert "Ordinus changed the weight of Ana Silva in the pool “Enterprise”: 2 → 3." in history
    assert "changed “sla minutes” of the pool “Enterprise”: nothing → 1200." in history
    assert "pool “Success”" not in history
