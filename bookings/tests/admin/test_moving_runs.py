"""Runs moved to another version in the admin: chosen, foreseen, and done."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from bookings.models import Booking
from bookings.tests.migrating.versions import published, renamed, version_of
from bookings.tests.organisation import NOW, STAGES, Organisation
from workflows.models import AuditEvent, Run, WorkflowVersion
from workflows.tests.admin.pages import Admin, viewer


def page_of(version: WorkflowVersion) -> str:
    return f"/admin/workflows/workflowversion/{version.pk}/move-runs/"


def two_runs(acme: Organisation) -> tuple[Booking, Run]:
    """One in the meeting stage and one at its offer."""
    booking = acme.book(acme.submit(), 120)
    return booking, acme.submit(email="kim@navy.example").enquiry.run


def test_runs_are_foreseen_stage_by_stage_and_then_moved(ops: Admin, acme: Organisation) -> None:
    two_runs(acme)
    two = version_of(acme, confirmation={"reminders": ["2d", "1d", "2h"]}, offer={"expires_after": "9d"})
    page = ops.get(page_of(two))
    assert "Version 1, meeting" in page
    assert "Version 1, offer" in page
    events = AuditEvent.objects.count()
    shown = ops.client.post(page_of(two), ops.fields(page_of(two)) | {"step": "look"}).content.decode()
    for words in ("Reminder, 3 days before", "Reminder, 2 days before", "1 × offer expires", "Move 2 runs"):
        assert words in shown
    assert "Grace Hopper" in shown
    assert AuditEvent.objects.count() == events
    done = ops.client.post(page_of(two), ops.fields(page_of(two)) | {"step": "do"})
    assert done.url == f"/admin/workflows/workflowversion/{two.pk}/change/"
    assert set(Run.objects.values_list("version__number", flat=True)) == {2}
    assert "2 runs moved to version 2." in ops.get(done.url)
    assert "No run is under way on another version." in ops.get(page_of(two))


def test_a_stage_without_a_counterpart_is_chosen_and_what_stays_is_told_why(
    ops: Admin, acme: Organisation
) -> None:
    booking, offered = two_runs(acme)
    Run.objects.filter(pk=offered.pk).update(is_virtual=True)
    two = published(acme, renamed(STAGES, meeting="call"), NOW)
    fields = ops.fields(page_of(two))
    one = Run.objects.get(pk=offered.pk).version_id
    assert fields[f"to-{one}-meeting"] == "call"
    ops.client.post(page_of(two), fields | {"step": "do"})
    assert Run.objects.get(enquiry=booking.enquiry_id).stage == "call"
    assert "1 run stayed: A simulation is moving it." in ops.get("/admin/")


def test_chosen_runs_go_from_the_list_of_runs(ops: Admin, acme: Organisation) -> None:
    booking, offered = two_runs(acme)
    two = version_of(acme)
    answer = ops.client.post(
        "/admin/workflows/run/", {"action": "move_chosen", "_selected_action": [offered.pk]}
    )
    assert answer.url == f"{page_of(two)}?runs={offered.pk}"
    page = ops.get(answer.url)
    assert "Version 1, offer" in page
    assert "Version 1, meeting" not in page
    ops.client.post(answer.url, ops.fields(answer.url) | {"step": "do"})
    assert Run.objects.get(pk=offered.pk).version == two
    assert Run.objects.get(enquiry=booking.enquiry_id).version != two


def test_only_who_may_change_runs_may_move_them(acme: Organisation) -> None:
    two_runs(acme)
    two = version_of(acme)
    looker = Admin(viewer())
    assert looker.client.get(page_of(two)).status_code == 403
    assert "Move runs to it" not in looker.get(f"/admin/workflows/workflowversion/{two.pk}/change/")
    looker.user.user_permissions.add(Permission.objects.get(codename="change_run"))
    assert Admin(looker.user).client.get(page_of(two)).status_code == 200
