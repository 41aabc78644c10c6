"""Who may edit single branches stands in the file as well as in the admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User

from ordinus.tests.configuration.files import (
    SMALL,
    a_database_of_its_own,
    applied,
    changed,
    export,
    problems_in,
)
from workflows.models import AuditEvent, BranchGrant

pytestmark = pytest.mark.django_db

EDITORS = "name: Inbound\n    editors: [{group: Team leads, branches: [offer, meeting.cancelled]}]"
WITH_EDITORS = changed(SMALL, "name: Inbound", EDITORS)


def grants() -> list[tuple[str, str, str]]:
    return list(BranchGrant.objects.values_list("group__name", "stage", "outcome"))


def test_a_file_gives_and_takes_rights_to_edit_branches() -> None:
    applied(WITH_EDITORS)
    assert grants() == [("Team leads", "meeting", "cancelled"), ("Team leads", "offer", "")]
    assert applied(WITH_EDITORS) == []
    assert applied(SMALL)
    assert grants() == []
    assert Group.objects.filter(name="Team leads").exists()


def test_an_export_applied_elsewhere_is_the_same_export() -> None:
    with a_database_of_its_own():
        applied(WITH_EDITORS)
        text = export()
    assert "group: Team leads" in text
    applied(text)
    assert export() == text


def test_the_audit_hears_of_it() -> None:
    applied(SMALL)
    applied(WITH_EDITORS)
    event = AuditEvent.objects.filter(verb="config.changed").latest("sequence")
    assert event.data["object"] == "workflow:inbound"
    assert "editors" in event.data["field"]


def test_what_is_no_branch_is_refused_with_its_place() -> None:
    text = changed(WITH_EDITORS, "meeting.cancelled", "meeting cancelled")
    assert problems_in(text)[0].startswith("workflows[0].editors[0].branches[1]:")


PEOPLE = "name: Inbound\n    people: [{account: olga, branches: [meeting.no_show]}]"
WITH_PEOPLE = changed(SMALL, "name: Inbound", PEOPLE)


def test_a_file_gives_and_takes_the_rights_of_single_people() -> None:
    olga = User.objects.create_user("olga", is_staff=True)
    applied(WITH_PEOPLE)
    assert list(BranchGrant.objects.values_list("user", "stage", "outcome")) == [
        (olga.pk, "meeting", "no_show")
    ]
    assert applied(WITH_PEOPLE) == []
    applied(SMALL)
    assert not BranchGrant.objects.exists()


def test_people_who_are_not_there_yet_get_an_account_that_lets_nobody_in() -> None:
    with a_database_of_its_own():
        applied(WITH_PEOPLE)
        text = export()
    assert "account: olga" in text
    applied(text)
    assert export() == text
    made = User.objects.get(username="olga")
    assert not made.is_active and not made.has_usable_password() and not made.is_superuser
