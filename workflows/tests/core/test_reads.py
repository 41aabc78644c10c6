"""What their fields come to as facts about a lead."""

from __future__ import annotations

import pytest

from workflows.core import reads

READS = {
    "crm.owner_email": "owner.email",
    "crm.lifecycle": "stage",
    "crm.is_customer": "stage = customer, Evangelist",
    "crm.do_not_contact": "opted_out",
}


def test_texts_are_taken_as_they_are_and_flags_by_their_values():
    found = {"owner.email": "ana@acme.example", "stage": "evangelist", "opted_out": "false"}
    assert reads.facts_read(READS, found) == {
        "owner_email": "ana@acme.example",
        "lifecycle": "evangelist",
        "is_customer": True,
        "do_not_contact": False,
    }


def test_what_is_not_known_is_no_fact():
    assert reads.facts_read(READS, {"stage": None, "owner.email": ""}) == {"is_customer": False}


@pytest.mark.parametrize(
    "value, flag", [(True, True), ("true", True), (1, True), ("No", False), (0, False), (None, False)]
)
def test_a_flag_without_values_is_whatever_is_not_empty_or_no(value, flag):
    assert reads.facts_read({"crm.do_not_contact": "out"}, {"out": value}) == {"do_not_contact": flag}


def test_each_field_is_asked_for_once():
    assert reads.fields_read(READS) == ("owner.email", "stage", "opted_out")


@pytest.mark.parametrize(
    "fact, text, why",
    [
        ("crm.size", "size", "none of the facts"),
        ("lead.email", "email", "none of the facts"),
        ("crm.is_customer", "= customer", "name one of their fields"),
        ("crm.is_customer", "stage =", "name a value of stage"),
        ("crm.lifecycle", "stage = customer", "without values"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_cure(fact, text, why):
    assert why in (reads.problem(fact, text) or "")


def test_what_can_be_read_is_no_problem():
    assert [reads.problem(fact, text) for fact, text in READS.items()] == [None] * 4
