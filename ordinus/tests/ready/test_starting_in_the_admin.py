"""Starting from a ready workflow in the admin: what it brings is shown, then made; what is there stays."""

from __future__ import annotations

import pytest

from bookings.models import BookingForm, MessageTemplate
from ordinus.tests.configuration.files import SMALL, applied
from routing.models import Pool
from workflows.models import AuditEvent, Workflow
from workflows.tests.admin.pages import Admin, superuser, viewer

LIST, RENEWAL = "/admin/ready-workflows/", "/admin/ready-workflows/renewal/"


@pytest.fixture
def ops(db: None) -> Admin:
    applied(SMALL)
    MessageTemplate.objects.create(slug="renewal-reminder", subject="Mine", body="{{ reschedule_url }}")
    return Admin(superuser())


def sent(ops: Admin, **more: object) -> object:
    return ops.client.post(RENEWAL, {"reps": ["ana@acme.example"], "state": "draft", **more})


def test_it_is_shown_first_and_then_made_as_a_draft_that_can_be_published(ops: Admin) -> None:
    assert "Customer onboarding" in ops.get(LIST)
    events = AuditEvent.objects.count()
    shown = sent(ops, step="look").content.decode()  # type: ignore[attr-defined]
    assert "pool renewal-senior" in shown
    assert "template renewal-reminder" not in shown
    assert not Workflow.objects.filter(slug="ready-renewal").exists()
    assert AuditEvent.objects.count() == events
    done = sent(ops, step="do")
    workflow = Workflow.objects.get(slug="ready-renewal")
    assert workflow.published is None
    assert workflow.draft is not None
    assert done.url == f"/admin/workflows/workflowversion/{workflow.draft.pk}/change/"  # type: ignore[attr-defined]
    assert [member.rep.name for member in Pool.objects.get(slug="renewal-team").members.all()] == ["Ana"]
    assert MessageTemplate.objects.get(slug="renewal-reminder").subject == "Mine"
    assert BookingForm.objects.get(slug="renew").workflow == workflow
    ops.press(f"/admin/workflows/workflow/{workflow.pk}/publish_draft/")
    workflow.refresh_from_db()
    assert workflow.published is not None


def test_what_is_there_is_opened_instead_of_made_again(ops: Admin) -> None:
    sent(ops, step="do", state="published")
    workflow = Workflow.objects.get(slug="ready-renewal")
    assert workflow.published is not None
    again = sent(ops, step="do")
    assert again.url == f"/admin/workflows/workflow/{workflow.pk}/change/"  # type: ignore[attr-defined]
    assert "You have it." in ops.get(LIST)


def test_only_a_superuser_may_start_one(ops: Admin) -> None:
    looker = Admin(viewer())
    assert looker.client.get(LIST).status_code == 403
    assert looker.client.post(RENEWAL, {"state": "draft", "step": "do"}).status_code == 403
    assert ops.client.get("/admin/ready-workflows/nothing/").status_code == 404
