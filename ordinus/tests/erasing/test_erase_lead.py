from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bookings.models import Lead
from bookings.tests import organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead() -> Lead:
    return organisation.build().submit().enquiry.lead


def erase(which: object) -> str:
    said = StringIO()
    call_command("erase_lead", str(which), stdout=said)
    return said.getvalue()


@pytest.mark.parametrize("which", ["{lead.pk}", "{lead.email}", " Grace@NAVY.example "])
def test_a_lead_is_named_by_number_or_address(lead, which):
    said = erase(which.format(lead=lead))
    assert said.startswith(f"Lead {lead.pk} is erased.")
    assert "enquiries: 1\n" in said and "grace" not in said
    lead.refresh_from_db()
    assert lead.erased_at and lead.email == f"erased-{lead.pk}@erased.invalid"


def test_a_second_call_says_when_it_was(lead):
    erase(lead.pk)
    lead.refresh_from_db()
    assert erase(lead.pk) == (
        f"Lead {lead.pk} was erased on {lead.erased_at:%Y-%m-%d}; nothing is left to do.\n"
    )


@pytest.mark.parametrize(
    "which, error",
    [
        ("4711", "There is no lead 4711."),
        ("9" * 40, "There is no lead"),
        ("nobody@nowhere.example", "There is no lead with this e-mail address"),
        ("grace", "Give a lead's number or e-mail address."),
    ],
)
def test_an_unknown_lead_is_an_error_that_repeats_no_address(lead, which, error):
    with pytest.raises(CommandError, match=error) as raised:
        erase(which)
    assert "@" not in str(raised.value)


def test_a_lead_without_enquiries_is_erased_as_well(lead):
    lonely = Lead.objects.create(email="lonely@moon.example", first_seen_at=organisation.NOW)
    assert f"Lead {lonely.pk} is erased." in erase(lonely.pk)
