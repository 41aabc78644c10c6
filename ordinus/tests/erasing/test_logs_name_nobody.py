"""What the installation logs while a lead lives here, fails somewhere and is erased names nobody."""

from __future__ import annotations

import io
import json
import logging

import pytest

from bookings import erasing, sending
from bookings.models import Message, MessageTemplate
from bookings.tests import organisation
from bookings.tests.erasing import canary
from bookings.tests.erasing.canary import ANSWERS, NOW, SYLLABLE, WEEK, Canary
from bookings.tests.erasing.conftest import ERASED_AT
from ordinus.logs import LineFormatter
from workflows import sweeping

pytestmark = pytest.mark.django_db


@pytest.fixture
def log():
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.setLevel(level)
    root.removeHandler(handler)


def test_no_line_of_the_log_names_the_person(log, hook, client, settings):
    canary.sinks(hook)
    bird = Canary(organisation.build())
    bird.live()
    canary.deliver(hook)
    client.post("/book/nowhere/", ANSWERS)
    client.get(f"/book/demo-request/?email={ANSWERS['email']}")
    body = json.dumps({"answers": {**ANSWERS, "nose": "quill"}})
    assert (
        client.post("/api/v1/forms/demo-request/leads/", body, content_type="application/json").status_code
        == 400
    )
    unreadable = Message.objects.filter(lead=bird.lead.pk, state="waiting", template="confirmation").last()
    Message.objects.filter(pk=unreadable.pk).update(template="gone")
    with pytest.raises(MessageTemplate.DoesNotExist):
        sending.send(unreadable.pk, ERASED_AT, NOW)
    sweeping.sweep(ERASED_AT, NOW)
    erasing.erase(bird.lead, now=ERASED_AT, actor="system")
    sweeping.sweep(ERASED_AT + WEEK, NOW)
    written = log.getvalue()
    assert "failed" in written and "Not Found" in written
    assert SYLLABLE not in written.lower()
