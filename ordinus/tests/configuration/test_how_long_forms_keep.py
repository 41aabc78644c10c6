"""How long a form keeps personal data is set in a file and in the admin alike, and a sweep lets go of them."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from bookings import intake
from bookings.models import BookingForm, Lead
from ordinus.tests.configuration.files import NOW, SMALL, applied, export, problems_in
from workflows.tests.admin.pages import Admin, superuser

pytestmark = pytest.mark.django_db

KEPT = SMALL.replace("    workflow: inbound\n", "    workflow: inbound\n    retain_for: 90d\n")


def test_it_is_set_written_out_and_swept() -> None:
    assert problems_in(
        SMALL.replace("    workflow: inbound\n", "    workflow: inbound\n    retain_for: 36h\n")
    )
    applied(KEPT)
    form = BookingForm.objects.get()
    assert form.retain_days == 90
    assert "retain_for: 90d" in export()
    assert applied(export()) == []
    ops = Admin(superuser())
    path = f"/admin/bookings/bookingform/{form.pk}/change/"
    ops.saved(path, retain_days="4w")
    assert "retain_for: 28d" in export() or "retain_for: 4w" in export()
    for wrong in ("0d", "36h", "soon"):
        assert ops.send(path, retain_days=wrong).status_code == 200
    intake.submit(form, {"email": "grace@navy.example"}, now=NOW)
    out = StringIO()
    call_command("tick", "--at", "2026-03-29T09:00:00Z", stdout=out)
    assert Lead.objects.get().erased_at is None
    call_command("tick", "--at", "2026-04-30T09:00:00Z", stdout=out)
    assert "personal data of 1 enquiry removed" in out.getvalue()
    assert Lead.objects.get().email.endswith("@erased.invalid")
    applied(SMALL)
    assert BookingForm.objects.get().retain_days is None
