"""An action's dialog is a fragment for the page that asks for it, and a page of its own for everybody else."""

from __future__ import annotations

import pytest

from bookings.tests.organisation import NOW, Organisation, build
from workflows import publishing
from workflows.tests.admin.pages import Admin, superuser


@pytest.fixture
def acme(db: None) -> Organisation:
    return build()


def test_opened_by_itself_it_has_a_page_around_it_and_can_be_answered(acme: Organisation) -> None:
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    ops, path = Admin(superuser()), f"/admin/workflows/workflowversion/{draft.pk}/"
    page = ops.get(f"{path}publish/")
    assert "<html" in page and "Publish this draft?" in page and 'href="/admin/setup/"' in page
    assert f'href="{path}change/"' in page
    assert ops.press(f"{path}publish/")[0].startswith("Version 2 is published")


def test_asked_for_by_a_page_it_stays_a_fragment(acme: Organisation) -> None:
    ops = Admin(superuser())
    path = f"/admin/workflows/workflow/{acme.workflow.pk}/start_draft/"
    fragment = ops.client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert fragment.lstrip().startswith('<div id="dialog">') and "<html" not in fragment
