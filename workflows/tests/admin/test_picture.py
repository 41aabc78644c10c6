"""The picture of a version: everything in it is drawn, linked and counted."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from workflows import engine, publishing
from workflows.admin.picture import draw, percent
from workflows.models import Run, Workflow, WorkflowVersion
from workflows.tests.admin.pages import Admin
from workflows.traffic import Traffic, traffic_of, waiting_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LARGE = [[{"fact": "answers.size", "is": ">=", "value": 500}]]
STAGES = [
    {
        "name": "sort",
        "kind": "decision",
        "branches": {"done": [{"when": LARGE, "to": "won"}, {"to": "pause"}]},
    },
    {"name": "pause", "kind": "wait", "for": "2h", "branches": {"done": "lost"}},
    {"name": "won", "kind": "end"},
    {"name": "lost", "kind": "end"},
]


@pytest.fixture
def version(db: None) -> WorkflowVersion:
    workflow = Workflow.objects.create(slug="simple", name="Simple <b>")
    draft = publishing.draft(workflow, now=NOW, actor="system")
    publishing.write(draft, STAGES)
    return draft


@pytest.fixture
def published(version: WorkflowVersion) -> WorkflowVersion:
    return publishing.publish(version, actor="system", now=NOW)


def run(version: WorkflowVersion, at: datetime, size: int) -> Run:
    with transaction.atomic():
        begun = engine.open_run(version, lead=1, now=at)
        begun.carried = {"answers.size": size}
        begun.save()
        return engine.begin(begun, now=at, actor="system")


def thickness(svg: str, told: str) -> float:
    """Of the arrow whose hint begins so."""
    found = re.search(rf'<title>{re.escape(told)}[^<]*</title><path[^>]*stroke-width="([\d.]+)"', svg)
    assert found, told
    return float(found[1])


def test_every_box_and_arrow_is_a_link_to_its_own_page(version: WorkflowVersion) -> None:
    svg = draw(version)
    for stage in version.stages.all():
        assert f'href="/admin/workflows/stage/{stage.pk}/change/"' in svg
        for branch in stage.branches.all():
            assert svg.count(f'href="/admin/workflows/branch/{branch.pk}/change/"') == 2
    assert "if answers.size is at" in svg and "otherwise" in svg
    assert "Simple &lt;b&gt;" in svg and "<b>" not in svg


def test_links_may_lead_elsewhere_or_nowhere(version: WorkflowVersion) -> None:
    assert "href" not in draw(version, link=lambda row: "")
    assert 'href="/x/pause"' in draw(version, link=lambda row: f"/x/{getattr(row, 'name', '')}")


def test_a_branch_to_a_stage_that_is_gone_leads_to_a_box_that_says_so(version: WorkflowVersion) -> None:
    version.stages.get(name="lost").delete()
    assert "no such stage" in draw(version)


def test_a_picture_takes_four_queries(
    version: WorkflowVersion, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(4):
        draw(version)


def test_the_way_a_lead_took_is_numbered_and_all_else_is_faint(version: WorkflowVersion) -> None:
    svg = draw(version, taken=[("sort", "done", 1), ("pause", "done", 0), ("gone", "done", 0)], here="lost")
    assert "step 1" in svg and "step 2" in svg and "step 3" not in svg
    assert "is here" in svg
    assert svg.count("ord-tone-faded") == 3  # the arrow to “Won”, its label, and “Won” itself
    assert svg.count("ord-tone-taken") == 7


def test_runs_are_counted_where_they_wait_and_by_the_ways_they_took(
    published: WorkflowVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run(published, NOW - timedelta(days=40), 900)
    for size in (900, 20, 20, 20):
        run(published, NOW, size)
    with django_assert_num_queries(2):
        traffic = traffic_of(published, NOW - timedelta(days=30), NOW + timedelta(hours=1))
    assert traffic == Traffic(
        {"sort": 4, "pause": 3, "won": 1}, {("sort", "done", 0): 1, ("sort", "done", 1): 3}
    )
    assert traffic.share(("sort", "done", 1)) == 0.75
    assert traffic.share(("pause", "done", 0)) is None
    assert waiting_in(published) == {"pause": 3}
    svg = draw(published, counts=waiting_in(published), traffic=traffic)
    assert "3 waiting" in svg and "3 · 75 %" in svg and "1 · 25 %" in svg
    assert thickness(svg, "Sort: Done otherwise") == 9.0
    assert thickness(svg, "Sort: Done if answers.size") == 4.0
    assert thickness(svg, "Pause: Done") == 1.5


def test_the_page_of_a_version_shows_the_period_asked_for(ops: Admin, published: WorkflowVersion) -> None:
    run(published, datetime.now(UTC) - timedelta(days=40), 20)
    page = f"/admin/workflows/workflowversion/{published.pk}/change/"
    assert "Nobody passed in the last" in ops.get(page)
    for_longer = ops.get(f"{page}?days=90")
    assert "1 time, 100 %" in for_longer
    assert "entered 1 time" in for_longer and "1 waiting" in for_longer
    assert "Nobody passed" in ops.get(f"{page}?days=1e9")


@pytest.mark.parametrize(
    "share, told", [(0.0, "0 %"), (0.004, "under 1 %"), (0.5, "50 %"), (0.996, "over 99 %"), (1.0, "100 %")]
)
def test_shares_are_never_rounded_to_none_or_all(share: float, told: str) -> None:
    assert percent(share) == told
