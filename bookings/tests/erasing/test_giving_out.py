"""All that is held about a person can be given out, as JSON or to be read, and the trail tells that it was."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bookings import disclosing, erasing
from bookings.story import Names
from bookings.tests.erasing.canary import ADDRESS, HOLDING_WORDS, NOW, SYLLABLE
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin, superuser

pytestmark = pytest.mark.django_db


def test_everything_that_an_erasure_would_remove_is_in_it_and_can_be_read(bird: Any) -> None:
    held = disclosing.everything(bird.lead, Names(zone="Europe/Berlin"))
    text = json.dumps(held, ensure_ascii=False)
    assert [word for word in HOLDING_WORDS if word not in text] == []
    assert "nonce" not in text
    assert held["person"]["e-mail"] == ADDRESS
    assert len(held["enquiries"]) == 4
    assert held["links that still work"] > 0
    assert held["rows of look-up tables"] == [{"table": "people", "facts": {"hobby": "quills"}}]
    assert [note["by"] for note in held["notes of the admin"]] == ["olga"] * 3
    told = disclosing.as_text(held)
    assert "name: Zacharias Quillfeather" in told
    assert "What do you need?: Quills, forty." in told
    assert "The guest booked a meeting" in told
    assert "{" not in told and "_offer" not in told
    other = bird.acme.submit().enquiry.lead
    assert SYLLABLE not in json.dumps(disclosing.everything(other, Names())).lower()


def test_the_command_writes_it_and_the_trail_tells(bird: Any, tmp_path: Any) -> None:
    path = tmp_path / "held.json"
    call_command("export_lead", ADDRESS, output=str(path))
    assert json.loads(path.read_text())["person"]["e-mail"] == ADDRESS
    out = StringIO()
    call_command("export_lead", str(bird.lead.pk), text=True, stdout=out)
    assert out.getvalue().startswith("All that is held about this person")
    told = AuditEvent.objects.filter(verb="lead.exported").order_by("id")
    assert [(event.actor, event.data) for event in told] == [
        ("system", {"kind": "json"}), ("system", {"kind": "text"})
    ]  # fmt: skip
    with pytest.raises(CommandError, match="There is no lead"):
        call_command("export_lead", "nobody@else.example")


def test_staff_give_it_out_from_the_leads_page(bird: Any) -> None:
    ops = Admin(superuser())
    path = f"/admin/bookings/lead/{bird.lead.pk}/held/"
    assert "All that is held…" in ops.get(f"/admin/bookings/lead/{bird.lead.pk}/change/")
    assert "Zacharias Quillfeather" in ops.get(path)
    assert not AuditEvent.objects.filter(verb="lead.exported").exists()
    answer = ops.client.post(path, {"kind": "json"})
    assert answer["Content-Disposition"] == f'attachment; filename="lead-{bird.lead.pk}.json"'
    assert json.loads(answer.content)["person"]["name"] == "Zacharias Quillfeather"
    assert AuditEvent.objects.get(verb="lead.exported").actor.startswith("staff:")
    assert ops.client.post(path, {"kind": "parchment"}).status_code == 400
    erasing.erase(bird.lead, now=NOW, actor="staff:1")
    assert SYLLABLE not in ops.get(path).lower()
