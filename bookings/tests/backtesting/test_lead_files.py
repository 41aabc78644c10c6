"""A CSV file of leads: what it may look like, and every line that is wrong by its number."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from bookings import lead_files
from bookings.lead_files import Unreadable
from bookings.models import BookingForm, Question
from bookings.tests import organisation
from workflows.versions import load

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(tmp_path: Path):
    acme = organisation.build()
    Question.objects.create(
        form=acme.form,
        position=9,
        name="products",
        label="Products",
        type="multiselect",
        choices=["a", "b", "c"],
    )
    Question.objects.create(
        form=acme.form, position=10, name="terms", label="Terms", type="consent", is_required=True
    )

    def read(content: str | bytes, name: str = "leads.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        cases = lead_files.read(path, acme.workflow, load(acme.workflow.published))
        return [(case.name, case.facts) for case in cases]

    return read


def problems(read, content) -> list[str]:
    with pytest.raises(Unreadable) as raised:
        read(content)
    return list(raised.value.problems)


def test_answers_become_facts_of_their_types(read):
    [(name, facts)] = read("email,employees,products,time_zone\nAnn@Navy.Example,500,a;c,Europe/Berlin\n")
    assert name == "line 2"
    assert facts["answers.employees"] == 500
    assert facts["answers.products"] == ["a", "c"]
    assert facts["lead.email_domain"] == "navy.example"
    assert facts["lead.time_zone"] == "Europe/Berlin"
    assert facts["form"] == "demo-request"


def test_an_address_is_not_needed(read):
    [(_, facts)] = read("employees\n12\n")
    assert facts["lead.email"] is None and facts["lead.seen_before"] is False


def test_facts_that_no_question_asks_for_have_their_whole_name(read):
    [(_, facts)] = read(
        "employees,enrichment.size,crm.is_customer,utm.source,enrichment.none\n1,250,true,7,\n"
    )
    assert (facts["enrichment.size"], facts["crm.is_customer"], facts["utm.source"]) == (250, True, "7")
    assert "enrichment.none" not in facts


@pytest.mark.parametrize(
    "content",
    [
        codecs.BOM_UTF8 + b"employees,needs\r\n7,x\r\n",
        b"employees;needs\n7;x\n",
        b'"employees", needs \n\n7,"x"\n\n',
    ],
)
def test_files_as_spreadsheets_write_them(read, content):
    [(_, facts)] = read(content)
    assert facts["answers.employees"] == 7 and facts["answers.needs"] == "x"


def test_a_cell_of_several_lines_counts_as_they_do(read):
    found = read('needs,employees\n"one\ntwo",1\nthree,2\n')
    assert [name for name, _ in found] == ["line 2", "line 4"]


def test_each_wrong_line_is_named(read):
    content = "email,employees,time_zone\na@b.example,many,\nnot-an-address,3,Mars\na@b.example,3\nok@b.example,3,\n"
    assert problems(read, content) == [
        "line 2: employees: Please enter a number of at least 1.",
        "line 3: email: Please enter an e-mail address such as name@company.com.",
        "line 3: time_zone: “Mars” is no time zone. Use a name such as Europe/Berlin.",
        "line 4: it has 2 cells, the first line has 3.",
    ]


@pytest.mark.parametrize(
    "content, problem",
    [
        ("", "The file is empty"),
        ("employees\n", "The file has no leads"),
        ("employees,salary\n1,2\n", "line 1: there is no question “salary” in the form “demo-request”"),
        ("employees,employees\n1,2\n", "line 1: these columns are there twice: employees"),
        ('employees\n"1\n', "line 2: this is no CSV"),
        (b"employees\n1\n2\xff\n", "line 3: this is not text in UTF-8"),
        ("employees\n1\n".encode("utf-16")[2:], "This is no text file, or its encoding is wrong"),
        (b"PK\x03\x04\x14\x00\x06\x00", "This is no text file, or its encoding is wrong"),
        ("enrichment.\n1\n", "line 1: there is no question “enrichment.”"),
    ],
)
def test_what_cannot_be_read_says_why(read, content, problem):
    [told] = problems(read, content)
    assert told.startswith(problem)


def test_a_file_that_is_not_there_says_so(tmp_path, read):
    form = BookingForm.objects.get()
    with pytest.raises(Unreadable, match="No such file"):
        lead_files.read(tmp_path / "none.csv", form.workflow, load(form.workflow.published))
