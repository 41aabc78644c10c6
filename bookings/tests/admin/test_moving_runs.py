"""Runs moved to another version in the admin: chosen, foreseen, and done."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from bookings.models import Booking
from bookings.tests.migrating.versions import published, renamed, version_of
from bookings.tests.organisation import NOW, STAGES, Organisation
from workflows.admin import moving
from workflows.models import AuditEvent, Run, RunMove, WorkflowVersion
from workflows.sweeping import sweep
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


def test_many_runs_are_left_to_the_sweep_and_their_progress_is_told(
    ops: Admin, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_runs(acme)
    two = version_of(acme)
    monkeypatch.setattr(moving, "AT_ONCE", 1)
    answer = ops.client.post(page_of(two), ops.fields(page_of(two)) | {"step": "do"})
    order = RunMove.objects.get()
    assert answer.url == f"/admin/workflows/runmove/{order.pk}/change/"
    page = ops.get(answer.url)
    assert "2 runs to go. You can leave this page" in page and "data-reload" in page
    assert answer.url in ops.get(page_of(two))
    sweep(NOW, NOW)
    page = ops.get(answer.url)
    assert "2 runs moved, 0 runs stayed." in page and "data-reload" not in page
    assert set(Run.objects.values_list("version__number", flat=True)) == {2}


def test_an_order_under_way_can_be_stopped_by_who_may_change_runs(
    ops: Admin, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_runs(acme)
    two = version_of(acme)
    monkeypatch.setattr(moving, "AT_ONCE", 1)
    url = ops.client.post(page_of(two), ops.fields(page_of(two)) | {"step": "do"}).url
    stop = url.replace("change/", "stop/")
    assert Admin(viewer()).client.post(stop, {"_form_submitted": "on"}).status_code == 403
    assert ops.press(stop)[-1] == "Stopped. No further run is moved."
    sweep(NOW, NOW)
    assert set(Run.objects.values_list("version__number", flat=True)) == {1}
    assert "2 runs not looked at." in ops.get(url)


def test_more_chosen_runs_than_an_address_holds_are_kept_with_the_session(
    ops: Admin, acme: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking, offered = two_runs(acme)
    two = version_of(acme)
    monkeypatch.setattr(moving, "MOST_IN_ADDRESS", 0)
    answer = ops.client.post(
        "/admin/workflows/run/", {"action": "move_chosen", "_selected_action": [offered.pk]}
    )
    assert answer.url == f"{page_of(two)}?runs=chosen"
    ops.client.post(answer.url, ops.fields(answer.url) | {"step": "do"})
    assert Run.objects.get(pk=offered.pk).version == two
    assert Run.objects.get(enquiry=booking.enquiry_id).version != two
