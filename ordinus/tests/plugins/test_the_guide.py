"""The guide to stage kinds, carried out: its class, its setting and its file are taken from its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bookings import intake, replaying
from bookings.models import BookingForm
from ordinus.tests.configuration.files import applied, changed, export, problems_in
from workflows import publishing
from workflows.models import Run, Stage, Workflow
from workflows.registry import KINDS
from workflows.stages import loading
from workflows.stages.base import Setting, StageKind
from workflows.sweeping import sweep
from workflows.tests.admin.pages import Admin, superuser

GUIDE = (Path(settings.BASE_DIR) / "docs/how-to/add-a-stage-kind.md").read_text()
NOON, NIGHT, MORNING = (datetime(2026, 3, 3, hour, 0, tzinfo=UTC) for hour in (11, 22, 8))
MORNING = MORNING.replace(day=4)  # nine o'clock in Berlin


def block(language: str) -> str:
    """The one block of the guide in this language."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    return found


@pytest.fixture
def guide(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Everything the guide says has been done; gives its file."""
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "stages.py").write_text(block("python"))
    monkeypatch.syspath_prepend(tmp_path)
    name, _, paths = block("sh").strip().partition("=")
    assert name == loading.SETTING
    before = dict(KINDS)
    loading.load_kinds(paths.split(","))
    applied(block("yaml"))
    yield block("yaml")
    KINDS.clear()
    KINDS.update(before)


def submit(at: datetime, name: str) -> Run:
    form = BookingForm.objects.get(slug="ask-us")
    run = intake.submit(form, {"email": f"{name}@navy.example"}, time_zone="UTC", now=at).enquiry.run
    assert run is not None
    return run


def test_its_runs_wait_or_go_on_as_the_guide_says(guide: str) -> None:
    served, late = submit(NOON, "grace"), submit(NIGHT, "kim")
    assert (served.stage, served.state) == ("served", "completed")
    assert (late.stage, late.timers.get().due_at) == ("office", MORNING)
    sweep(MORNING, MORNING)
    late.refresh_from_db()
    assert (late.stage, late.state) == ("served-late", "completed")
    assert replaying.differences(late) == []


def test_its_file_comes_back_and_its_mistakes_are_told(guide: str) -> None:
    assert applied(export()) == []
    wrong = changed(guide, "Europe/Berlin", "Europe/Berlyn")
    assert any("names a time zone that does not exist" in problem for problem in problems_in(wrong))
    wrong = changed(guide, 'hours: "09:00-17:00"', "hours: nine to five")
    assert any(problem.startswith("workflows[0].stages[0].hours: ") for problem in problems_in(wrong))
    assert any(
        "no branch for its outcome “open”" in each
        for each in problems_in(changed(guide, "open: served, ", ""))
    )


def test_the_admin_has_a_form_for_it_and_publishes_what_was_typed(guide: str) -> None:
    ops = Admin(superuser())
    workflow = Workflow.objects.get(slug="after-hours")
    draft = publishing.draft(workflow, now=NOON, actor="system")
    assert "Wait for office hours" in ops.get(f"/admin/workflows/stage/add/?version={draft.pk}")
    path = f"/admin/workflows/stage/{draft.stages.get(name='office').pk}/change/"
    assert "Then the lead goes on in any case." in ops.get(path)
    ops.saved(path, setting_at_most="2h")
    publishing.publish(draft, actor="staff:1", now=NOON)
    stage = Stage.objects.get(version__workflow=workflow, version__number=2, name="office")
    assert stage.settings == {"hours": "09:00-17:00", "time_zone": "Europe/Berlin", "at_most": "2h"}
    late = submit(NIGHT, "ada")
    assert late.timers.get().due_at == NIGHT.replace(day=4, hour=0)


def kind(**parts: object) -> type[StageKind]:
    return type("Made", (StageKind,), {"name": "made", "title": "Made", **parts})


@pytest.mark.parametrize(
    ("made", "complaint"),
    [
        (kind(name="Made Up"), "is no name"),
        (kind(name="meeting"), "there is a kind “meeting” already"),
        (kind(title=""), "has no title"),
        (kind(ends=True), "ends the run"),
        (kind(outcomes=("Done!",)), "is no outcome"),
        (kind(fields=(Setting("kind", "text", "", ""),)), "cannot be the name of a setting"),
        (kind(fields=(Setting("a", "colour", "", ""),)), "has the type “colour”; there are: duration"),
        (kind(fields=(Setting("a", "rows", "", ""),)), "has fields exactly"),
        (kind(fields=(Setting("a", "choice", "", ""),)), "has choices exactly"),
        (int, "is no subclass of StageKind"),
        (None, "cannot be imported"),
    ],
)
def test_a_class_that_cannot_serve_stops_the_start_with_the_reason(
    made: type, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if made is not None:
        monkeypatch.setattr(loading, "import_string", lambda path: made)
    with pytest.raises(ImproperlyConfigured, match=re.escape(complaint)):
        loading.load_kinds(["acme.nowhere.Made"])
    assert "made" not in KINDS
