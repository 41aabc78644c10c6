"""What is known offline, paths into answers, and tables from files: pure parts of enrichment."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core import paths, tables
from bookings.core.domains import DISPOSABLE_MAIL, FREE_MAIL, is_disposable_mail, is_free_mail
from workflows.core import reads

ANSWER = {
    "company": {"sizes": [{"label": "51-200"}, {"label": "201+"}], "name": "Acme", "none": None},
    "a.b": 1,
    "flag": False,
}


@pytest.mark.parametrize("domain, is_one", [("mailinator.com", True), ("x.mailinator.com", True), ("YOPmail.com", True),
                                            ("acme.example", False), ("notyopmail.example", False), ("", False),
                                            ("com", False)])  # fmt: skip
def test_throw_away_domains_are_known_with_what_lies_below_them(domain, is_one):
    assert is_disposable_mail(domain) is is_one


def test_no_domain_is_both_free_and_throw_away():
    assert not DISPOSABLE_MAIL & FREE_MAIL
    assert is_free_mail("gmail.com") and not is_disposable_mail("gmail.com")


@pytest.mark.parametrize("domain", ["gmail.com", "web.de", "Orange.fr", "hey.com", "abv.bg", "yahoo.co.za"])
def test_free_mail_is_known_around_the_world(domain):
    assert is_free_mail(domain)


@pytest.mark.parametrize(
    "domain", ["siemens.com", "telekom.de", "orange.com", "mit.edu", "navy.mil", "acme.example"]
)
def test_an_employers_domain_is_neither(domain):
    assert not is_free_mail(domain) and not is_disposable_mail(domain)


def test_thousands_are_known_and_each_is_written_as_it_is_looked_for():
    assert len(DISPOSABLE_MAIL) > 8000 and len(FREE_MAIL) > 4000
    odd = {
        domain
        for domain in DISPOSABLE_MAIL | FREE_MAIL
        if domain != domain.casefold().strip() or "." not in domain
    }
    assert not odd


@pytest.mark.parametrize("path, value", [("company.name", "Acme"), ("company.sizes.1.label", "201+"), ("a.b", 1),
                                         ("flag", False), ("company.sizes.2.label", None), ("company.name.x", None),
                                         ("company.none", None), ("company.sizes.x", None), ("nowhere", None)],
)  # fmt: skip
def test_a_path_leads_to_a_value_or_nowhere(path, value):
    assert paths.value_at(path, ANSWER) == value


def test_a_mapping_takes_what_is_there_under_our_names():
    mapping = {"company.name": "name", "flag": "is_public", "company.none": "none", "gone": "gone"}
    assert paths.mapped(mapping, ANSWER) == {"name": "Acme", "is_public": False}


@pytest.mark.parametrize("path", ["", ".", "a..b", "a b", "a[0]", "{x}", "x" * 201])
def test_what_is_no_path_says_so(path):
    assert paths.problem(path)


LEAVES = st.none() | st.integers() | st.text()


@given(
    st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)),
    st.text(max_size=20),
)
@settings(max_examples=40)
def test_no_answer_and_no_path_is_a_fault(found, path):
    paths.value_at(path, found)


def test_fields_asked_for_as_enrichment_keep_their_values():
    asked = {
        "enrichment.size": "numberofemployees",
        "enrichment.gone": "gone",
        "crm.is_customer": "stage = customer",
    }
    found = {"numberofemployees": "900", "stage": "Customer"}
    assert reads.facts_read(asked, found) == {"enrichment.size": "900", "is_customer": True}


def test_a_table_is_read_with_its_numbers_and_flags():
    table = tables.read("Domain;employees;public;note\nacme.example;900;true;\n\nGlobex.example;4.5;;a, b\n")
    assert table.errors == []
    assert table.columns == ("domain", "employees", "public", "note")
    assert table.rows == {
        "acme.example": {"employees": 900, "public": True},
        "Globex.example": {"employees": 4.5, "note": "a, b"},
    }


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "The file is empty"),
        ("domain\nacme.example", "one column only"),
        ("domain,Employees count\na,1", "“employees count” is no name of a fact"),
        ("domain,size,size\na,1,2", "“size” is there twice"),
        ("domain,size\n", "no line below"),
        ("domain,size\n,1", "Line 2: “domain” is empty."),
        ("domain,size\na,1\nA,2", "Line 3: “A” stands in line 2 already."),
        ("domain,size\na,1,2", "Line 2: there are more values than the 2 columns."),
        ("domain,size\na,", "Line 2: nothing is said about “a”."),
        ("domain,size\n" + "x" * 300 + ",1", "Line 2: a value is longer"),
        ('domain,size\n"a,1', "This is no CSV file"),
        ("domain,size\n" + "a,1,2\n" * 50, "There may be more"),
    ],
)
def test_each_mistake_of_a_file_is_named_with_its_place(text, said):
    table = tables.read(text)
    assert any(said in error for error in table.errors), table.errors
    assert not table.can_be_written


@given(
    st.dictionaries(
        st.text("abc.-1", min_size=1, max_size=9), st.integers(-(10**9), 10**9), min_size=1, max_size=6
    )
)
@settings(max_examples=30)
def test_whatever_was_written_as_csv_is_read_back(rows):
    file = io.StringIO()
    csv.writer(file).writerows([["key", "size"], *rows.items()])
    assert tables.read(file.getvalue()).rows == {key: {"size": size} for key, size in rows.items()}
