"""A segment's page: its help is there to read, names are understood, and it says what is still to do."""

from __future__ import annotations

import pytest

from bookings.models import Enrichment, EnrichmentRow
from bookings.tests.organisation import NOW, Organisation, build
from routing.models import Segment, SegmentCondition
from workflows import publishing
from workflows.admin.condition_lines import BadCondition, lines_from
from workflows.core.conditions import Condition
from workflows.models import Stage
from workflows.tests.admin.pages import Admin, complaints

ADD = "/admin/routing/segment/add/"
LIST = "/admin/routing/segment/"


@pytest.fixture
def acme(db: None) -> Organisation:
    return build()


@pytest.fixture
def small(acme: Organisation) -> Segment:
    return Segment.objects.create(
        slug="small-business", name="Small business", rank=40, pool=acme.pools["general"]
    )


def condition(fact: str, value: str, operator: str = "==") -> dict[str, str]:
    return {
        "conditions-TOTAL_FORMS": "1",
        "conditions-0-group": "1",
        "conditions-0-fact": fact,
        "conditions-0-operator": operator,
        "conditions-0-value": value,
    }


def page_of(segment: Segment) -> str:
    return f"{LIST}{segment.pk}/change/"


def test_what_the_columns_mean_stands_on_the_page(ops: Admin, small: Segment) -> None:
    text = ops.get(page_of(small))
    notes = text.split("ord-rows-help", 1)[1].split("</ul>", 1)[0]
    assert "Conditions with the same number must all hold" in notes
    assert "No rows: it always holds." in notes


def test_a_pool_may_be_written_by_its_name_and_is_kept_by_its_slug(ops: Admin, small: Segment) -> None:
    ops.saved(page_of(small), **condition("pool", "GENERAL"))
    assert SegmentCondition.objects.get(segment=small).value == "general"


def test_a_pool_that_is_not_there_is_refused_with_those_that_are(ops: Admin, small: Segment) -> None:
    answer = ops.send(page_of(small), **condition("pool", "Nobody"))
    assert answer.status_code == 200
    assert "There is no pool “Nobody”; there are: " in answer.content.decode(), complaints(answer)
    assert not SegmentCondition.objects.filter(segment=small).exists()


def test_lines_of_conditions_take_names_too(small: Segment) -> None:
    assert lines_from("segment is not Small Business") == ((Condition("segment", "!=", "small-business"),),)
    assert lines_from("segment is one of small-business, Enterprise") == (
        (Condition("segment", "in", ("small-business", "enterprise")),),
    )
    with pytest.raises(BadCondition, match="there is no segment “Smal business”; there are"):
        lines_from("segment is Smal business")


def test_a_new_segment_says_where_it_is_still_to_be_ticked(ops: Admin, acme: Organisation) -> None:
    pool = acme.pools["general"]
    ops.saved(ADD, name="Tiny", slug="tiny", rank="45", pool=str(pool.pk))
    listed = ops.get(LIST)
    assert "No workflow asks for it yet" in listed
    assert f"/admin/workflows/workflow/{acme.workflow.pk}/change/" in listed
    assert "no workflow yet" in listed


def test_in_a_draft_it_says_that_publishing_is_left_and_then_nothing(
    ops: Admin, acme: Organisation, small: Segment
) -> None:
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    stage = draft.stages.get(name="qualification")
    assert f"/admin/workflows/stage/{stage.pk}/change/" in ops.get(page_of(small))
    names = [*stage.settings["segments"], small.slug]
    Stage.objects.filter(pk=stage.pk).update(settings=stage.settings | {"segments": names})
    few = {"fact": "answers.employees", "operator": "<", "value": 100}
    SegmentCondition.objects.create(segment=small, **few)
    assert "it counts once that draft is published" in ops.get(page_of(small))
    assert "Inbound Demo v2 (draft)" in ops.get(LIST)
    publishing.publish(draft, actor="system", now=NOW)
    assert "counts once" not in ops.get(page_of(small))
    assert "No workflow asks" not in ops.get(page_of(small))


def test_publishing_says_where_to_try_it_and_how_to_go_back(ops: Admin, acme: Organisation) -> None:
    before = acme.workflow.published
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    told = ops.press(f"/admin/workflows/workflowversion/{draft.pk}/publish/")[0]
    assert f"/admin/routing/test-lead/?form={acme.form.pk}" in told
    assert before is not None
    assert f"/admin/workflows/workflowversion/{before.pk}/change/" in told


def test_the_stage_that_tries_segments_leads_to_them_and_stands_in_the_menu(
    ops: Admin, acme: Organisation
) -> None:
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    page = ops.get(f"/admin/workflows/stage/{draft.stages.get(name='qualification').pk}/change/")
    assert f'<a class="ord-link" href="{LIST}">Open the segments</a>' in page
    menu = next(part for part in page.split("<a ") if part.startswith('href="/admin/workflows/workflow/"'))
    assert 'active"' in menu.split(">")[0]


def test_what_sources_tell_is_offered_while_a_condition_is_written(ops: Admin, small: Segment) -> None:
    table = Enrichment.objects.create(slug="companies", kind="table", key="lead.email_domain")
    EnrichmentRow.objects.create(enrichment=table, key="navy.example", facts={"revenue": 5_000_000})
    Enrichment.objects.create(
        slug="provider", kind="http", mapping={"company.staff": "headcount"}, position=2
    )
    page = ops.get(page_of(small))
    for fact in ("enrichment.revenue", "enrichment.headcount", "answers.employees"):
        assert f'<option value="{fact}"' in page
