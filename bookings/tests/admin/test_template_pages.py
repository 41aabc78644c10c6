"""Message texts in the admin: languages, a preview that follows, refusals with their place, a test to oneself."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core import mail

from bookings.models import Booking, Lead, Link, Message, MessageTemplate
from bookings.tests.organisation import NOW, Organisation
from workflows.models import AuditEvent
from workflows.sweeping import sweep
from workflows.tests.admin.pages import Admin, complaints, viewer

GERMAN = {"variants-0-language": "de_AT", "variants-0-subject": "Erinnerung: {{ meeting }}",
          "variants-0-body": "Verschieben: {{ reschedule_url }}", "variants-TOTAL_FORMS": "1"}  # fmt: skip
PREVIEW = "/admin/bookings/messagetemplate/preview/"


def page_of(slug: str) -> str:
    return f"/admin/bookings/messagetemplate/{MessageTemplate.objects.get(slug=slug).pk}/change/"


@pytest.fixture
def booking(acme: Organisation) -> Booking:
    return acme.book(acme.submit(), 120)


def test_a_lead_reads_its_own_language_and_others_the_templates(
    ops: Admin, acme: Organisation, booking: Booking
) -> None:
    ops.saved(page_of("reminder"), **GERMAN)
    told = AuditEvent.objects.filter(verb="config.changed").latest("id")
    assert told.data["object"] == "template:reminder"
    read = {}
    for language in ("de", "de-AT", "de-AT-1996", "fr", ""):
        Lead.objects.update(language=language)
        template = MessageTemplate.objects.get(slug="reminder")
        read[language] = template.wording_for(language).subject.partition(":")[0]
    own = MessageTemplate.objects.get(slug="reminder").subject
    assert read == {"de": own, "de-AT": "Erinnerung", "de-AT-1996": own, "fr": own, "": own}
    Lead.objects.update(language="de-AT")
    due = booking.start_at
    sweep(due.replace(hour=due.hour - 1), due)
    assert Message.objects.get(kind="reminder", state="sent").subject == "Erinnerung: Product demo"


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("body", "Hi\n  {{ lead_nam }} {{ reschedule_url }}", "Line 2, column 3: There is no name “lead_nam”. "
         "Did you mean “lead_name”?"),
        ("subject", "Hi {{ meetng }}", "Column 4: There is no name “meetng”. Did you mean “meeting”?"),
        ("body", "Hi", "must keep {{ reschedule_url }}"),
        ("variants-0-body", "Hi {{ name }} {{ reschedule_url }}", "Column 4: There is no name “name”."),
        ("variants-0-language", "xx-yy-zz-qq", "There is no such language. Write a tag such as de or pt-br."),
        ("variants-0-body", "Hallo", "must keep {{ reschedule_url }}"),
    ],
)  # fmt: skip
def test_what_cannot_be_filled_in_is_refused_with_its_place(
    ops: Admin, acme: Organisation, field: str, text: str, complaint: str
) -> None:
    before = MessageTemplate.objects.get(slug="reminder").body
    response = ops.send(page_of("reminder"), **GERMAN | {field: text})
    assert complaint in complaints(response).replace("&quot;", '"')
    assert MessageTemplate.objects.get(slug="reminder").body == before
    assert not MessageTemplate.objects.get(slug="reminder").variants.exists()


def test_the_preview_follows_what_is_typed_on_a_real_meeting_and_writes_nothing(
    ops: Admin, booking: Booking
) -> None:
    page = ops.get(page_of("reminder"))
    assert "srcdoc=" in page
    assert "Kim Example" in page
    assert "Grace Hopper" in page  # to be chosen
    rows = (Message.objects.count(), Link.objects.count(), AuditEvent.objects.count())
    typed = {
        "subject": "Hello {{ lead_name }}",
        "body": "<b>{{ starts_at }}</b> {{ lead_nam }}",
        "preview-slug": "reminder",
    }
    shown = ops.client.post(PREVIEW, typed | {"preview-booking": str(booking.pk)}).content.decode()
    assert "Hello Grace Hopper" in shown
    assert "The text, column 24: There is no name “lead_nam”." in shown
    assert "&amp;lt;b&amp;gt;" in shown
    assert "<b>" not in shown
    assert "/preview/reschedule" in shown
    assert "/m/" not in shown
    german = typed | GERMAN | {"preview-language": "de-at"}
    assert "Erinnerung: Product demo" in ops.client.post(PREVIEW, german).content.decode()
    assert (Message.objects.count(), Link.objects.count(), AuditEvent.objects.count()) == rows


def test_a_test_goes_to_oneself_in_a_chosen_language(ops: Admin, acme: Organisation) -> None:
    ops.saved(page_of("reminder"), **GERMAN)
    template = MessageTemplate.objects.get(slug="reminder")
    ops.press(f"/admin/bookings/messagetemplate/{template.pk}/send-test/", language="de-at")
    message = Message.objects.get()
    assert (message.to_address, message.subject) == ("ops@acme.example", "[Test] Erinnerung: Product demo")
    sweep(NOW, NOW)
    message.refresh_from_db()
    assert message.state == "sent"
    assert message.template == ""
    assert not mail.outbox or mail.outbox[0].to == ["ops@acme.example"]


def test_who_may_not_look_at_meetings_sees_the_made_up_one_only(acme: Organisation, booking: Booking) -> None:
    looker = viewer()
    looker.user_permissions.set(Permission.objects.filter(codename="view_messagetemplate"))
    shown = Admin(looker)
    assert "Grace Hopper" not in shown.get(page_of("reminder"))
    typed = {"subject": "{{ lead_name }}", "body": "", "preview-booking": str(booking.pk)}
    assert "Kim Example" in shown.client.post(PREVIEW, typed).content.decode()
