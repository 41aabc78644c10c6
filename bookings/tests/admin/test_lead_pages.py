"""A lead's page says where the lead is and tells the whole path in sentences."""

from __future__ import annotations

from bookings.models import Lead
from bookings.tests.organisation import Organisation
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin


def test_the_list_says_where_everybody_is(ops: Admin, acme: Organisation) -> None:
    acme.book(acme.submit())
    acme.submit(email="al@college.edu", name="Al")
    page = ops.get("/admin/bookings/lead/")
    assert "In meeting" in page
    assert "Lost" in page
    assert "Grace Hopper" in page


def test_a_list_asks_the_database_as_often_for_many_as_for_few(
    ops: Admin, acme: Organisation, django_assert_max_num_queries: object
) -> None:
    for number in range(8):
        acme.submit(email=f"lead{number}@many.example")
    ops.get("/admin/bookings/lead/")
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        ops.get("/admin/bookings/lead/")


def test_the_sentence_at_the_top_says_where_the_lead_is(ops: Admin, acme: Organisation) -> None:
    lead = acme.submit().enquiry.lead
    page = ops.get(f"/admin/bookings/lead/{lead.pk}/change/")
    summary = page.split('<div class="ord-summary">')[1].split("</div>")[0]
    assert "Grace Hopper, grace@navy.example" in summary
    assert "waiting in “offer”" in summary


def test_the_path_is_told_in_sentences_with_what_it_was_based_on(ops: Admin, acme: Organisation) -> None:
    booking = acme.book(acme.submit())
    page = ops.get(f"/admin/bookings/lead/{booking.lead_id}/change/")
    path = page.split('<ol class="ord-timeline">')[1]
    assert "Submitted the form “Request a demo”." in path
    assert "Qualified as “Everyone else”." in path
    assert f"with {booking.rep.name}" in path
    assert "<details" in path
    assert 'title="Monday 2 March, ' in path


def test_a_stage_is_not_told_twice(ops: Admin, acme: Organisation) -> None:
    lead = acme.submit().enquiry.lead
    assert AuditEvent.objects.filter(lead=lead.pk, verb="stage.entered").count() == 3
    path = ops.get(f"/admin/bookings/lead/{lead.pk}/change/").split('<ol class="ord-timeline">')[1]
    assert path.split("</ol>")[0].count("Came to") == 1


def test_nobody_edits_a_lead(ops: Admin, acme: Organisation) -> None:
    lead = acme.submit().enquiry.lead
    path = f"/admin/bookings/lead/{lead.pk}/change/"
    assert 'name="_save"' not in ops.get(path)
    assert ops.client.post(path, {"name": "Someone else"}).status_code == 403
    assert Lead.objects.get(pk=lead.pk).name == "Grace Hopper"


def test_leads_nobody_could_take_are_found(ops: Admin, acme: Organisation) -> None:
    for pool in acme.pools.values():
        pool.members.all().delete()
    acme.submit()
    assert "grace@navy.example" in ops.get("/admin/bookings/lead/?trouble=unroutable")


def test_a_person_is_erased_when_the_address_is_typed(ops: Admin, acme: Organisation) -> None:
    lead = acme.book(acme.submit()).lead
    path = f"/admin/bookings/lead/{lead.pk}/erase/"
    response = ops.client.post(path, {"_form_submitted": "on", "address": "someone@else.example"})
    assert "not the address of this lead" in response.content.decode()
    ops.press(path, address="Grace@navy.example")
    lead.refresh_from_db()
    assert lead.erased_at is not None
    page = ops.get(f"/admin/bookings/lead/{lead.pk}/change/")
    assert "This person was erased" in page
    assert "Grace" not in page
    assert "Erase this person" not in page
