"""What sinks took is told in one line where it would be many, and they are called by a name."""

from __future__ import annotations

from bookings import attendance
from bookings.admin.names import load_names
from bookings.models import Booking
from bookings.tests.organisation import NOW, Organisation
from workflows import delivering
from workflows.models import AuditEvent, Delivery, Sink
from workflows.tests.admin.pages import Admin


def page_of(ops: Admin, booking: Booking) -> str:
    return ops.get(f"/admin/bookings/lead/{booking.lead_id}/change/")


def deliver_all() -> int:
    Delivery.objects.update(is_recorded_only=True)
    done = 0
    while due := delivering.due(NOW, NOW, 100):
        done += sum(delivering.deliver(number, NOW, NOW) for number in due)
    return done


def test_neighbouring_facts_that_a_sink_took_are_one_line_that_unfolds(
    ops: Admin, acme: Organisation
) -> None:
    for slug, name in (("hook", "Hook"), ("lake", "Lake")):
        Sink.objects.create(slug=slug, name=name, kind="webhook", events=["*"])
    booking = acme.book(acme.submit(employees=600))
    taken = deliver_all() // 2
    assert taken > 5
    page = page_of(ops, booking)
    text = page.split('id="story-text"')[1].split("</pre>")[0]
    for name in ("Hook", "Lake"):
        assert text.count(f"  {taken} facts were taken by {name}.") == 1
        assert f"was taken by {name}" not in text
        assert page.count(f"<p>{taken} facts were taken by {name}.</p>") == 1
        assert page.count(f"</time> “booking made” was taken by {name}.") == 1
    for event in AuditEvent.objects.filter(verb="delivery.delivered"):
        assert page.count(f'id="event-{event.run}-{event.sequence}"') == 1


def test_a_single_fact_stays_a_line_of_its_own(ops: Admin, acme: Organisation) -> None:
    Sink.objects.create(slug="hook", name="Hook", kind="webhook", events=["booking.made"])
    booking = acme.book(acme.submit(employees=600))
    assert deliver_all() == 1
    page = page_of(ops, booking)
    assert "<p>“booking made” was taken by Hook.</p>" in page
    assert "Each of them" not in page


def test_a_sink_without_a_name_is_called_by_its_kind_or_where_two_are_alike_by_its_slug_in_words(
    db: None,
) -> None:
    for slug, kind in (("hs", "hubspot"), ("hook_one", "webhook"), ("hook-two", "webhook")):
        Sink.objects.create(slug=slug, kind=kind)
    Sink.objects.create(slug="sf", kind="salesforce", name="Our Salesforce")
    assert load_names("UTC").sinks == {
        "hs": "HubSpot",
        "hook_one": "Hook One",
        "hook-two": "Hook Two",
        "sf": "Our Salesforce",
    }


def test_the_answer_names_the_member_of_staff_who_marked_and_corrected(
    ops: Admin, acme: Organisation
) -> None:
    booking = acme.book(acme.submit())
    over = booking.end_at
    staff = f"staff:{ops.user.pk}"
    attendance.record(booking, signal="attended", party="guest", source="api", now=over, actor=staff)
    attendance.record_outcome(booking, "not_a_fit", now=over, actor=staff)
    rep = f"rep:{booking.rep_id}"
    attendance.correct_outcome(booking, "qualified_opportunity", now=over, actor=rep)
    answer = page_of(ops, booking).split('<p class="ord-answer')[1].split("</p>")[0]
    name = load_names("UTC").staff[ops.user.pk]
    assert f"was held and {name} marked it “not a fit” (corrected later to" in answer
    assert f"“qualified opportunity” by {booking.rep.name})" in answer
