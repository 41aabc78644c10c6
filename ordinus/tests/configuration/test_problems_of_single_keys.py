"""What is wrong with one key is said at that key, with what would do instead."""

from __future__ import annotations

import pytest

from ordinus.tests.configuration.files import SMALL, changed, problems_in

pytestmark = pytest.mark.django_db

ANA = "{email: ana@acme.example, name: Ana, time_zone: Europe/Berlin"
DEMO = "{slug: demo, name: Demo, duration: 30m"
SALES = "{slug: sales, name: Sales, meeting_type: demo"
EVERYONE = "{slug: everyone, name: Everyone, rank: 99"
QUESTION = "{name: email, label: E-mail, type: email, required: true}"


@pytest.mark.parametrize(
    ("place", "addition", "problem"),
    [
        (ANA, ", mood: good",
         "reps[0].mood: unknown key 'mood'; the keys are: email, name, time_zone, hours, time_off, "
         "meeting_url, attributes, daily_cap, weekly_cap, active, holidays, leaves_on, calendars"),
        (ANA, ", daily_cap: -1", "reps[0].daily_cap: must be a whole number from 0 to 1000000, not -1"),
        (ANA, ", daily_cap: 2.5", "reps[0].daily_cap: must be a whole number from 0 to 1000000, not 2.5"),
        (ANA, ", active: yes", "reps[0].active: must be true or false, not 'yes'"),
        (ANA, ", meeting_url: meet.acme.example", "reps[0].meeting_url: 'meet.acme.example' is no address; "
         "write one that begins with https://"),
        (ANA, ", time_off: [{start: 2026-12-24, end: 2026-12-20}]",
         "reps[0].time_off[0].end: 2026-12-20 lies before the start, 2026-12-24; correct one of them"),
        (ANA, ", time_off: [{start: 24.12.2026, end: 2026-12-24}]",
         "reps[0].time_off[0].start: '24.12.2026' is no date; write it like 2026-12-24"),
        (ANA, ", calendars: [{url: x}, {kind: icloud, url: 'https://cal.acme.example/a.ics'}]",
         "reps[0].calendars[0].url: 'x' is no address; write one that begins with https://"),
        (DEMO, ", horizon: 36h", "meeting_types[0].horizon: '36h' does not fit; write whole days, such as 30d"),
        (DEMO, ", step: 0m", "meeting_types[0].step: '0m' does not fit; write a duration from 5m to 1d"),
        (DEMO, ", min_notice: 4 hours",
         "meeting_types[0].min_notice: '4 hours' is not a duration; write for example 30m, 2h, 3d or 2w"),
        (SALES, ", catch_up: 0", "pools[0].catch_up: must be a whole number from 1 to 100, not 0"),
        (SALES, ", fallback: sales",
         "pools[0].fallback: the fallbacks go round: sales -> sales; let one of them have none"),
        (SALES, ", assignment: at_boking",
         "pools[0].assignment: no assignment 'at_boking'; did you mean 'at_booking'?"),
        (SALES, ", owner_from: [crm.owner_mail]",
         "pools[0].owner_from[0]: no fact 'crm.owner_mail'; did you mean 'crm.owner_email'?"),
        (SALES, ", closed: [2026-12-25, 2026-12-25]",
         "pools[0].closed[1]: '2026-12-25' is listed twice; remove one"),
        (SALES, ", hours: {monday: ['09:00-17:00']}",
         "pools[0].hours.monday: unknown key 'monday'; did you mean 'mon'?"),
        (SALES, ", hours: {mon: '09:00-17:00'}",
         "pools[0].hours.mon: must be a list, not '09:00-17:00'; write [\"09:00-17:00\"]"),
        (SALES, ", hours: {mon: ['9-5']}",
         "pools[0].hours.mon[0]: '9-5' is no interval; write it like 09:00-17:00, in quotes"),
        (SALES, ", hours: {mon: ['10:00-10:00']}",
         "pools[0].hours.mon[0]: '10:00-10:00' begins and ends at the same time; "
         "write 00:00-24:00 for the whole day, or remove it"),
        (SALES, ", hours: {mon: ['0:00-00:00']}",
         "pools[0].hours.mon[0]: '0:00-00:00' begins and ends at the same time; "
         "write 00:00-24:00 for the whole day, or remove it"),
        (SALES, ", hours: {mon: ['09:00-12:00', '11:00-15:00']}",
         "pools[0].hours.mon[1]: '11:00-15:00' overlaps 09:00-12:00; join the two or move one"),
        (EVERYONE, ", when: [{fact: form, is: '==', value: x}]",
         "segments[0].when[0]: must be a list of conditions, not a mapping; put it in [ ]"),
        (EVERYONE, ", when: [[{fact: answers.employees, is: in, value: 5}]]",
         "segments[0].when[0][0]: in needs a list of values, such as [US, CA]"),
        (EVERYONE, ", when: [[{fact: lead.emial, is: exists}]]",
         "segments[0].when[0][0].fact: no fact 'lead.emial'; did you mean 'lead.email'?"),
        (QUESTION, ", {name: size, label: Size, type: select}",
         "forms[0].questions[1].choices: is missing; a question of type select lists its choices"),
        (QUESTION, ", {name: size, label: Size, type: number, min: 5, max: 1}",
         "forms[0].questions[1].max: 1 is less than min, 5; correct one of them"),
        (QUESTION, ", {name: email, label: Again, type: email}",
         "forms[0].questions[1].name: duplicate name 'email', also at forms[0].questions[0]; "
         "give each question its own, or remove one"),
    ],
)  # fmt: skip
def test_it_is_named_with_its_path(place: str, addition: str, problem: str) -> None:
    text = changed(SMALL, place, place + addition)
    assert problem in problems_in(text)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("ordinus: 1\n", "ordinus: 2\n", "ordinus: 2 is no version known here; write 'ordinus: 1'"),
        ("ordinus: 1\n", "", "ordinus: is missing; write 'ordinus: 1'"),
        ("\nforms:", "\nform:", "form: unknown key 'form'; did you mean 'forms'?"),
        ("email: ana@acme.example,", "email: ana,",
         "reps[0].email: 'ana' is no e-mail address; write one such as ana@acme.example"),
        ("name: Demo, duration: 30m", "name: Demo",
         "meeting_types[0].duration: is missing; add duration, a duration in steps of 5 minutes"),
        ("slug: sales, name: Sales", "slug: sales, name: []",
         "pools[0].name: must be a text, not a list; put it in quotes"),
        ("meeting_type: demo,", "meeting_type: {},",
         "pools[0].meeting_type: a mapping is no meeting type; use letters, digits, - and _, 64 at most"),
        ('subject: "Confirmed: {{ meeting }}"', 'subject: ""',
         "templates[0].subject: is empty; write subject, text with `{{ names }}`"),
        ("slug: sales, name: Sales", "slug: sales, name:",
         "pools[0].name: is missing; add name, text"),
        ("meeting_type: demo,", "meeting_type: dmeo,",
         "pools[0].meeting_type: no meeting type 'dmeo'; did you mean 'demo'?"),
        ("workflow: inbound\n", "workflow: inbond\n",
         "forms[0].workflow: no workflow 'inbond'; did you mean 'inbound'?"),
        (QUESTION, "{name: email, label: E-mail, type: email}",
         "forms[0].questions: leads are known by the question 'email', required and of type email; "
         "add {name: email, label: Work e-mail, type: email, required: true}"),
        ("kind: offer, expires_after: 7d", "kind: ofer, expires_after: 7d",
         "workflows[0].stages[2].kind: no stage kind 'ofer'; did you mean 'offer'?"),
        ("expires_after: 7d", "expires: 7d",
         "workflows[0].stages[2].expires: unknown key 'expires'; did you mean 'expires_after'?"),
        ("reminders: [1d]", "reminders: 1d",
         "workflows[0].stages[3].reminders: must be a list, not '1d'; write [1d]"),
        ("reminders: [1d]", "reminders: [1d, 0m]",
         "workflows[0].stages[3].reminders[1]: '0m' is no time at all; write a longer one, such as 30m, 2h, 3d "
         "or 1w"),
        ("reminders: [1d]", "reminders: [1d, 24h]",
         "workflows[0].stages[3]: “confirmation” would send two reminders at once, 24 hours before the meeting. Remove "
         "one, or give both rows conditions."),
        ("expires_after: 7d, branches: {booked: confirmation, abandoned: lost}",
         "expires_after: 0m, branches: {booked: confirmation, abandoned: offer}",
         "workflows[0].stages[2]: A run can go round for ever without waiting: “offer” → “offer”. Put a stage that "
         "waits into the loop, or lead one of its branches out of it. Here “offer” may be left with no time gone by."),
        ("abandoned: lost}", "gone: lost}",
         "workflows[0].stages[2].branches.abandoned: “offer” has no branch for its outcome “abandoned”. "
         "Add a branch that says where “abandoned” leads."),
        ("slug: reminder,", "slug: remainder,",
         "workflows[0].stages[3].reminder_template: no template 'reminder'; did you mean 'remainder'?"),
        ("name: lost, kind: end", "name: lost, kind: end, branches: {done: offer}",
         "workflows[0].stages[5].branches: unknown key 'branches'; the keys are: name, kind"),
    ],
)  # fmt: skip
def test_it_says_what_would_do_instead(old: str, new: str, problem: str) -> None:
    assert problem in problems_in(changed(SMALL, old, new))


def test_what_an_alias_repeats_is_told_where_it_stands() -> None:
    text = "ordinus: 1\nreps: [{email: a@acme.example, name: &n 5}, {email: b@acme.example, name: *n}]\n"
    assert problems_in(text) == [
        f"reps[{place}].name: must be a text, not 5; put it in quotes" for place in (0, 1)
    ]


@pytest.mark.parametrize("text", ["just words", "[1, 2]", "5"])
def test_a_file_that_is_no_mapping_is_told_so(text: str) -> None:
    (problem,) = problems_in(text)
    assert problem.startswith(": the file must be a mapping of sections")
