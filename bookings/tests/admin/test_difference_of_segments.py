"""A segment that changed since a version was published is told as part of the difference."""

from __future__ import annotations

from bookings.tests.organisation import NOW, Organisation
from routing.models import Segment
from workflows import publishing
from workflows.admin.differing import difference_of, lines


def test_what_became_of_a_segment_is_told_in_words(acme: Organisation) -> None:
    published = acme.workflow.published
    assert published is not None
    Segment.objects.filter(slug="enterprise").update(rank=15, pool=acme.pools["general"])
    draft = publishing.draft(acme.workflow, now=NOW, actor="system")
    (line,) = lines(difference_of(published, draft), published, draft)
    assert line.sentence.startswith("In “Qualification”, the segment “Enterprise” is rank 15, qualified, ")
    assert line.old == (
        "rank 10, qualified, to the pool “Enterprise”, if answers.employees is at least 500"
    )  # fmt: skip
    assert line.new == "rank 15, qualified, to the pool “General”, if answers.employees is at least 500"
