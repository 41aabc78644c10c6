"""A workflow with every kind of mistake at once, and what is wrong with each of its stages."""

from __future__ import annotations

from typing import Any

from bookings.tests.organisation import Organisation
from routing.models import Segment, SegmentCondition

EMPLOYEES = "answers.employees"
IMPOSSIBLE = [{"fact": EMPLOYEES, "is": ">", "value": 500}, {"fact": EMPLOYEES, "is": "<", "value": 100}]
LARGE = [{"fact": EMPLOYEES, "is": ">", "value": 100}]
LARGER = [{"fact": EMPLOYEES, "is": ">", "value": 500}]

STAGES: list[dict[str, Any]] = [
    {"name": "qualification", "kind": "qualification",
     "segments": ["enterprise", "everyone-else", "late", "poolless", "odd"], "branches": {"qualified": "sort"}},
    {"name": "sort", "kind": "decision", "branches": {"done": [
        {"when": [IMPOSSIBLE], "to": "routing"},
        {"when": [[{"fact": "shoe.size", "is": "==", "value": 44}]], "to": "routing"},
        {"when": [[{"fact": EMPLOYEES, "is": "in", "value": "many"}]], "to": "second"},
        {"when": [[{"fact": "pool", "is": "==", "value": "nowhere"}]], "to": "elsewhere"},
        {"when": [LARGE], "to": "routing"},
        {"when": [LARGER], "to": "mailing"}]}},
    {"name": "second", "kind": "qualification", "segments": ["nobody"],
     "branches": {"qualified": "routing", "disqualified": "teleport"}},
    {"name": "routing", "kind": "routing", "pool": "nowhere",
     "branches": {"routed": "offer", "fallback": "ghost", "unroutable": "round", "sideways": "offer"}},
    {"name": "elsewhere", "kind": "routing",
     "branches": {"routed": "offer", "fallback": "offer", "unroutable": "lost"}},
    {"name": "offer", "kind": "offer", "expires_after": "soon",
     "branches": {"booked": "confirmation", "abandoned": [{"to": "lost"}, {"to": "mailing"}]}},
    {"name": "confirmation", "kind": "confirmation", "template": "confirmation", "reminders": [
        {"before": "2h", "when": [[{"fact": "segment", "is": "!=", "value": "Small business"}]]}, "1d"],
     "reminder_template": "nurture", "branches": {"confirmed": "meeting"}},
    {"name": "unsaid", "kind": "confirmation", "template": "confirmation", "reminders": ["1d"],
     "branches": {"confirmed": "meeting"}},
    {"name": "meeting", "kind": "meeting", "no_show_after": "30m", "branches": {
        "attended": "archive", "no_show": "no-show", "reschedule_requested": "lost", "cancelled": "lost"}},
    {"name": "no-show", "kind": "no_show", "template": "nobody", "colour": "red",
     "branches": {"rebook_requested": "routing", "expired": "lost"}},
    {"name": "mailing", "kind": "action", "do": [{"send": "still-interested"}, {"send": "nobody"}],
     "branches": {"done": "pause"}},
    {"name": "pause", "kind": "wait", "branches": {"done": "lost"}},
    {"name": "round", "kind": "decision", "branches": {"done": "and-round"}},
    {"name": "and-round", "kind": "decision", "branches": {"done": "round"}},
    {"name": "teleport", "kind": "teleport", "branches": {"done": "lost"}},
    {"name": "lost", "kind": "end", "branches": {"done": "archive"}},
    {"name": "archive", "kind": "end"},
]  # fmt: skip

WRONG: dict[str, set[str]] = {
    "qualification": {"missing_branch", "segment_never_reached", "segment_without_pool", "never_holds"},
    "sort": {"never_holds", "unknown_fact", "condition", "no_such_pool", "never_taken", "no_default"},
    "second": {"unknown_segment"},
    "routing": {"unknown_pool", "dangling", "unknown_outcome"},
    "offer": {"setting", "never_taken"},
    "confirmation": {"no_such_segment"},
    "unsaid": {"no_reminder_template", "unreachable"},
    "meeting": {"no_offer"},
    "no-show": {"unknown_template", "unknown_setting"},
    "mailing": {"link_to_nothing", "unknown_template"},
    "pause": {"missing_setting"},
    "round": {"loop"},
    "teleport": {"unknown_kind"},
    "lost": {"end_with_branches"},
}


def segments(acme: Organisation) -> None:
    """Three segments that cannot work: one behind another, one without a pool, and one nobody can be of."""
    pool = acme.pools["general"]
    late = Segment.objects.create(slug="late", name="Late", rank=100, pool=pool)
    poolless = Segment.objects.create(slug="poolless", name="Poolless", rank=5)
    odd = Segment.objects.create(slug="odd", name="Odd", rank=6, pool=pool)
    for segment, operator, value in (
        (late, ">", 3), (poolless, ">", 10_000), (odd, ">", 500), (odd, "<", 100),
    ):  # fmt: skip
        SegmentCondition.objects.create(segment=segment, fact=EMPLOYEES, operator=operator, value=value)
