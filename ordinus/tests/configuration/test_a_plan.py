"""What a plan says, and that it stays one."""

from __future__ import annotations

import pytest

from ordinus.tests.configuration.files import SMALL, applied, changed, export
from routing.models import Pool
from workflows.models import AuditEvent

pytestmark = pytest.mark.django_db

ONE_POOL = """\
ordinus: 1
meeting_types: [{slug: demo, name: Demo, duration: 30m}]
pools: [{slug: sales, name: Sales, meeting_type: demo, sla: 20h}]
"""


def test_a_plan_writes_nothing() -> None:
    assert applied(SMALL, plan=True) == applied(SMALL, plan=True) != []
    assert export() == "ordinus: 1\n"
    assert not AuditEvent.objects.exists()


def test_a_plan_says_what_is_then_done() -> None:
    assert applied(SMALL, plan=True) == applied(SMALL)


def test_a_changed_key_is_told_with_its_old_and_new_value() -> None:
    applied(ONE_POOL)
    assert applied(changed(ONE_POOL, "sla: 20h", "sla: 8h")) == ["~ change pool sales sla: 20h -> 8h"]


def test_a_key_left_out_goes_back_to_its_default() -> None:
    applied(ONE_POOL)
    assert applied(changed(ONE_POOL, ", sla: 20h", "")) == ["~ change pool sales sla: 20h -> null"]
    assert Pool.objects.get().sla_minutes is None


def test_null_means_the_default_too() -> None:
    applied(changed(ONE_POOL, "sla: 20h", "catch_up: 9"))
    assert applied(changed(ONE_POOL, "sla: 20h", "catch_up: null")) == [
        "~ change pool sales catch_up: 9 -> 5"
    ]


def test_the_same_duration_in_another_unit_is_no_change() -> None:
    applied(ONE_POOL)
    assert applied(changed(ONE_POOL, "sla: 20h", "sla: 1200m")) == []


def test_members_are_told_one_by_one() -> None:
    applied(SMALL)
    text = changed(
        SMALL, "[{rep: ana@acme.example}, {rep: bo@acme.example}]", "[{rep: ana@acme.example, weight: 3}]"
    )
    assert applied(text) == [
        "- remove pool sales members[bo@acme.example]",
        "~ change pool sales members[ana@acme.example].weight: 1 -> 3",
    ]
    assert applied(SMALL) == [
        "~ change pool sales members[ana@acme.example].weight: 3 -> 1",
        "+ create pool sales members[bo@acme.example]",
    ]


def test_the_order_of_questions_means_something() -> None:
    name, email = (
        "{name: name, label: Name, type: text}",
        "{name: email, label: E-mail, type: email, required: true}",
    )
    both = changed(SMALL, f"[{email}]", f"[{name}, {email}]")
    applied(both)
    assert applied(changed(both, f"[{name}, {email}]", f"[{email}, {name}]")) == [
        "~ change form demo-request questions.order: [name, email] -> [email, name]"
    ]


def test_the_order_of_members_means_nothing() -> None:
    applied(SMALL)
    turned = changed(
        SMALL,
        "[{rep: ana@acme.example}, {rep: bo@acme.example}]",
        "[{rep: bo@acme.example}, {rep: ANA@acme.example}]",
    )
    assert applied(turned) == []


def test_objects_the_file_does_not_name_stay() -> None:
    applied(SMALL)
    before = export()
    assert applied("ordinus: 1\nmeeting_types: [{slug: call, name: Call, duration: 15m}]\n") == [
        "+ create meeting type call"
    ]
    assert export() == changed(
        before, "meeting_types:\n", "meeting_types:\n  - slug: call\n    name: Call\n    duration: 15m\n"
    )


def test_hours_are_told_as_they_are_written() -> None:
    applied(SMALL)
    assert applied(
        changed(SMALL, '{mon: ["09:00-17:00"]}', '{mon: ["9:00-17:00"], fri: ["22:00-02:00"]}')
    ) == [
        '~ change rep ana@acme.example hours: {mon: ["09:00-17:00"]} -> '
        '{mon: ["09:00-17:00"], fri: ["22:00-02:00"]}'
    ]
