"""Who gets the week's numbers is set on a page that says what follows."""

from __future__ import annotations

from bookings.models import WeeklyReport
from bookings.tests.organisation import NOW, Organisation
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin

ADD = "/admin/bookings/weeklyreport/add/"
FILLED = {
    "name": "Sales", "slug": "sales", "recipients": "Head@Acme.example\nops@acme.example\nhead@acme.example",
    "weekday": "4", "minute": "16:30", "time_zone": "Europe/Berlin",
}  # fmt: skip


def test_one_is_added_and_the_trail_tells_it(ops: Admin, acme: Organisation) -> None:
    ops.saved(ADD, **FILLED)
    row = WeeklyReport.objects.get()
    assert row.recipients == ["head@acme.example", "ops@acme.example"]
    assert (row.weekday, row.minute, row.since, row.is_active) == (4, 990, NOW, True)
    told = AuditEvent.objects.filter(verb="config.changed", data__object="weekly_report:sales")
    assert told.exists() and "head@acme" not in str(list(told.values_list("data", flat=True)))
    page = ops.get(f"/admin/bookings/weeklyreport/{row.pk}/change/")
    assert "It goes to 2 people, on Fridays at 16:30 (Berlin)." in page
    assert "Sales" in ops.get("/admin/bookings/weeklyreport/")


def test_what_does_not_fit_is_told_beside_its_field(ops: Admin, acme: Organisation) -> None:
    for change, told in (
        ({"recipients": "nobody"}, "is no e-mail address"),
        ({"recipients": "\n".join(f"a{n}@acme.example" for n in range(51))}, "at most 50 people"),
        ({"minute": "24:00"}, "A day begins before 24:00"),
        ({"minute": "soon"}, "09:00"),
    ):
        answer = ops.send(ADD, **{**FILLED, **change})
        assert answer.status_code == 200 and told in answer.content.decode(), change
    assert not WeeklyReport.objects.exists()
