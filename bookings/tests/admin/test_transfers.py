"""A rep with forty meetings ahead leaves: they are given to others in the admin, fairly, and everybody is told."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages

from bookings import letters, risks
from bookings.models import Booking, Message
from bookings.tests.organisation import NOW, Organisation
from routing import turns
from routing.models import LedgerEntry, Membership
from workflows.models import AuditEvent
from workflows.tests.admin.pages import Admin, viewer

PAGE = "/admin/bookings/atrisk/give-to-others/"
MEETINGS = 40


@pytest.fixture
def leaving(acme: Organisation) -> list[Booking]:
    return meetings_of_a_leaver(acme, 3)


def meetings_of_a_leaver(acme: Organisation, count: int) -> list[Booking]:
    """So many meetings of the first rep, who turns out to have left before the first of them."""
    first, *others = acme.reps
    Membership.objects.filter(rep__in=others).update(is_active=False)
    for number in range(count):
        acme.book(acme.submit(email=f"guest-{number}@navy.example", name=f"Guest {number}"), 8)
    Membership.objects.update(is_active=True, balance=0)
    turns.set_last_day(first, NOW.date() - timedelta(days=1), now=NOW)
    for number in risks.due(NOW, NOW, 10):
        risks.review(number, NOW, NOW)
    return list(Booking.objects.filter(rep=first).order_by("start_at", "pk"))


def shown(page: str) -> list[str]:
    return re.findall(r'name="shown" value="([^"]*)"', page)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"(?s)<[^>]+>", " ", page)))


def sent(ops: Admin, step: str, bookings: list[Booking], **more: Any) -> Any:
    numbers = ",".join(str(booking.pk) for booking in bookings)
    return ops.client.post(PAGE, {"bookings": numbers, "rep": "draw", "message": "", "step": step, **more})


def balances(slug: str = "general") -> list[float]:
    taking = Membership.objects.taking_turns().filter(pool__slug=slug).order_by("pk")
    return list(taking.values_list("balance", flat=True))


def test_forty_meetings_of_a_leaver_are_given_away_as_the_dry_run_showed(
    ops: Admin, acme: Organisation
) -> None:
    leaving = meetings_of_a_leaver(acme, MEETINGS)
    listed = words(ops.get("/admin/bookings/atrisk/"))
    assert "leaves after Sunday 1 March" in listed
    events, before = AuditEvent.objects.count(), {each.pk: each for each in leaving}
    dry = sent(ops, "look", leaving).content.decode()
    pairs = dict(pair.split(":") for pair in shown(dry))
    assert len(pairs) == MEETINGS
    assert set(pairs.values()) == {str(rep.pk) for rep in acme.reps[1:]}
    assert AuditEvent.objects.count() == events
    assert not Booking.objects.exclude(rep=acme.reps[0]).exists()

    asked_for = {"shown": shown(dry), "message": "Ana has moved on.", "asks_guests": "on"}
    done = sent(ops, "do", leaving, **asked_for)
    assert done.status_code == 302
    assert [str(each) for each in get_messages(done.wsgi_request)] == [
        "40 meetings have another rep; guests and reps are told."
    ]
    for now in Booking.objects.filter(pk__in=before):
        was = before[now.pk]
        assert (now.uid, now.start_at, now.invite_sequence) == (
            was.uid,
            was.start_at,
            was.invite_sequence + 1,
        )
        assert str(now.rep_id) == pairs[str(now.pk)]
    mails = Message.objects.filter(kind=Message.Kind.REASSIGNMENT)
    assert mails.count() == MEETINGS
    assert all(mail.details["note"] == "Ana has moved on." for mail in mails)
    assert not Booking.objects.at_risk(NOW).exists()
    # Two reps of equal weight: neither is a whole meeting ahead of the other at the end.
    assert max(map(abs, balances())) < 1
    assert sum(balances()) == pytest.approx(0)
    served = Booking.objects.values_list("rep", flat=True)
    assert abs(list(served).count(acme.reps[1].pk) - MEETINGS / 2) < 1
    assert LedgerEntry.objects.filter(kind="turn", reason="drawn").count() == 2 * MEETINGS


def test_whom_nobody_can_meet_is_told_why_and_asked_to_choose_again(
    ops: Admin, acme: Organisation, leaving: list[Booking]
) -> None:
    chosen = leaving[:2]
    for rep in acme.reps[1:]:
        rep.time_off.create(start_on=chosen[0].start_at.date(), end_on=chosen[1].start_at.date())
    dry = sent(ops, "look", chosen, asks_guests="on").content.decode()
    assert shown(dry) == [f"{each.pk}:" for each in chosen]
    assert "Ben Okoro has a day off on Monday 2 March; Cy Lund has a day off" in words(dry)
    done = sent(ops, "do", chosen, shown=shown(dry), asks_guests="on")
    assert [str(each) for each in get_messages(done.wsgi_request)] == [
        "0 meetings have another rep; guests and reps are told. 2 guests are asked to choose another time."
    ]
    asked = Message.objects.filter(kind=Message.Kind.CHOOSE_AGAIN)
    assert {mail.to_address for mail in asked} == {each.lead.email for each in chosen}
    letter = letters.write(asked[0], NOW)
    assert letter.subject == "Please choose another time: Product demo"
    way = re.search(r"/m/[^/]+/reschedule/", letter.text)
    assert way and "Press a time and your meeting moves there" in ops.get(way[0])
    assert Booking.objects.confirmed().filter(pk__in=[each.pk for each in chosen]).count() == 2
    sent(ops, "do", chosen, shown=shown(dry), asks_guests="on")
    assert asked.count() == 2
    assert AuditEvent.objects.filter(verb="booking.choice_asked").count() == 2


def test_nothing_is_done_when_it_would_come_out_otherwise_than_shown(
    ops: Admin, acme: Organisation, leaving: list[Booking]
) -> None:
    chosen = leaving[:3]
    dry = sent(ops, "look", chosen).content.decode()
    turns.set_active(acme.reps[1], False, now=NOW)
    answer = sent(ops, "do", chosen, shown=shown(dry))
    assert answer.status_code == 200
    assert "something is different since you looked" in answer.content.decode()
    assert set(dict(pair.split(":") for pair in shown(answer.content.decode())).values()) == {
        str(acme.reps[2].pk)
    }
    assert Booking.objects.filter(rep=acme.reps[0]).count() == 3


def test_a_rep_can_be_named_and_must_be_free(ops: Admin, acme: Organisation, leaving: list[Booking]) -> None:
    named = str(acme.reps[1].pk)
    same_time = Booking.objects.filter(pk__in=[leaving[0].pk, leaving[1].pk])
    dry = sent(ops, "look", list(same_time), rep=named).content.decode()
    assert "chosen by you, and free" in words(dry)
    assert set(dict(pair.split(":") for pair in shown(dry)).values()) == {named}


def test_a_meeting_that_the_named_rep_has_already_stays_and_its_guest_is_not_asked(
    ops: Admin, acme: Organisation, leaving: list[Booking]
) -> None:
    chosen, named = leaving[:1], str(acme.reps[1].pk)
    sent(ops, "do", chosen, rep=named, shown=[f"{chosen[0].pk}:{named}"])
    dry = sent(ops, "look", chosen, rep=named, asks_guests="on").content.decode()
    assert "Stays" in words(dry) and "Nobody" not in words(dry)
    assert "Ben Okoro has this meeting already" in words(dry)
    assert "to choose again" not in words(dry)


def test_the_list_leads_there_and_strangers_are_kept_out(ops: Admin, leaving: list[Booking]) -> None:
    chosen = [str(booking.pk) for booking in leaving[:2]]
    pressed = {"action": "give_to_others", "_selected_action": chosen}
    response = ops.client.post("/admin/bookings/atrisk/", pressed)
    assert response.status_code == 302
    page = words(ops.get(response.url))
    assert "2 meetings chosen" in page
    looker = Admin(viewer())
    assert "leaves after Sunday 1 March" in words(looker.get("/admin/bookings/atrisk/"))
    assert looker.client.get(PAGE, {"bookings": chosen[0]}).status_code == 403
    assert looker.client.post(PAGE, {"bookings": chosen[0], "rep": "draw", "step": "do"}).status_code == 403
