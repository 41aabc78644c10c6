import json

import pytest

from routing.core.matching import SegmentSpec, as_evidence, as_record, compile_segments, qualify
from workflows.core.conditions import Condition

ENTERPRISE = SegmentSpec(
    "enterprise",
    "Enterprise",
    10,
    True,
    "enterprise",
    (
        (Condition("answers.employees", ">=", 500),),
        (Condition("answers.country", "in", ["US", "CA"]), Condition("enrichment.revenue", ">", 1_000_000)),
    ),
)
STUDENT = SegmentSpec(
    "student", "Student", 20, False, None, ((Condition("lead.email_domain", "ends_with", ".edu"),),)
)
EVERYONE = SegmentSpec("everyone-else", "Everyone else", 99, True, "general", ())
SEGMENTS = (EVERYONE, STUDENT, ENTERPRISE)


@pytest.mark.parametrize(
    ("facts", "segment", "qualified"),
    [
        ({"answers.employees": 900, "lead.email_domain": "mit.edu"}, "enterprise", True),
        ({"answers.employees": 5, "lead.email_domain": "mit.edu"}, "student", False),
        ({}, "everyone-else", True),
    ],
)
def test_the_first_segment_by_rank_that_matches_wins(facts, segment, qualified):
    qualification = qualify(SEGMENTS, facts)

    assert (qualification.segment.slug, qualification.qualified) == (segment, qualified)
    assert compile_segments(SEGMENTS)(facts) == qualification.segment


def test_segments_after_the_winner_are_not_judged():
    qualification = qualify(SEGMENTS, {"lead.email_domain": "mit.edu"})

    assert [tried.segment for tried in qualification.tried] == ["enterprise", "student"]


def test_no_match_is_not_qualified_and_has_no_segment():
    qualification = qualify((ENTERPRISE, STUDENT), {})

    assert (qualification.segment, qualification.qualified) == (None, False)
    assert [tried.judgement.holds for tried in qualification.tried] == [False, False]
    assert compile_segments((ENTERPRISE, STUDENT))({}) is None


def test_equal_ranks_are_tried_in_the_order_of_their_slugs():
    one = SegmentSpec("a", "A", 10, True, None, ())
    other = SegmentSpec("b", "B", 10, True, None, ())

    assert qualify((other, one), {}).segment == qualify((one, other), {}).segment == one


def test_a_segment_survives_being_frozen_as_json():
    for segment in SEGMENTS:
        assert SegmentSpec.from_dict(json.loads(json.dumps(segment.as_dict()))) == segment


def test_the_record_has_every_verdict_and_nothing_the_lead_said():
    facts = {"answers.country": "ca", "enrichment.revenue": 777, "lead.email_domain": "cs.mit.edu"}
    record = as_record(qualify(SEGMENTS, facts))

    assert record == {
        "segment": "student",
        "qualified": False,
        "tried": [
            {
                "segment": "enterprise",
                "holds": False,
                "groups": [
                    [
                        {
                            "fact": "answers.employees",
                            "is": ">=",
                            "present": False,
                            "holds": False,
                            "value": 500,
                        }
                    ],
                    [
                        {"fact": "answers.country", "is": "in", "present": True, "holds": True},
                        {
                            "fact": "enrichment.revenue",
                            "is": ">",
                            "present": True,
                            "holds": False,
                            "value": 1_000_000,
                        },
                    ],
                ],
            },
            {
                "segment": "student",
                "holds": True,
                "groups": [
                    [{"fact": "lead.email_domain", "is": "ends_with", "present": True, "holds": True}]
                ],
            },
        ],
    }


def test_the_evidence_has_what_was_found_and_what_it_was_compared_with():
    evidence = as_evidence(qualify(SEGMENTS, {"answers.country": "ca"}))

    [[employees], [country, _]] = evidence["tried"][0]["groups"]
    assert (employees["found"], employees["value"]) == (None, 500)
    assert (country["found"], country["value"]) == ("ca", ["US", "CA"])
    assert json.loads(json.dumps(evidence)) == evidence
