"""A guest's way through the example workflow: over HTTP, on a virtual clock, looked over after every step.

What is written down in tests is local time in Berlin. Whenever time passes, everything that falls due on the
way is swept at the instant it is due, as on a running system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Min
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from bookings import replaying
from bookings.models import Booking, Message
from ordinus.tests.consistency import check_everything
from routing.models import Membership
from workflows.models import AuditEvent, Delivery, Run, Timer
from workflows.sweeping import sweep

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
API = "/api/v1"
STAFF = "ops"


def words(text: str) -> list[str]:
    return text.split()


# How a tale begins, and how it goes on when a time is picked days ahead.
ARRIVES = words(
    "lead.submitted >qualification enrichment.failed qualification.evaluated qualified>routing "
    "routing.decided routed>offer"
)
BOOKS = words(
    "slots.shown assignment.drawn booking.made booked>confirmation reminder.planned*3 confirmed>meeting"
)
TOLD = ["message.sent*2"]
REMINDED = words("message.sent reminder.sent")
MISSES = words("message.sent no_show.presumed no_show>no-show")
MEETS = [*ARRIVES, *BOOKS, *TOLD, *REMINDED * 3]
TOLD_MAILS = ["confirmation guest REQUEST 0", "rep_notice rep REQUEST 0"]
REMINDERS = ["reminder guest"] * 3


def local(text: str) -> datetime:
    """`2026-03-04 10:00` on the guest's clock in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


class Journey:
    """One guest, who is at most in one run at a time, and the staff who meet that guest."""

    def __init__(self, clock: time_machine.Traveller) -> None:
        self.clock = clock
        self.http = APIClient()
        self.browser = Client()
        self.staff = APIClient()
        self.token = self.manage = ""
        self.run_id = 0

    # What people do

    def submit(self, *, email: str = "grace@navy.example", **answers: Any) -> dict[str, Any]:
        """The form is sent; 20 employees lead to the pool `general`, 500 and more to `enterprise`."""
        sent = {"name": "Grace Hopper", "email": email, "employees": 20, **answers}
        body = {"answers": sent, "time_zone": "Europe/Berlin"}
        answer = self._post("/forms/demo-request/leads/", body, 201)
        self.token, self.run_id = answer["token"], answer["run"]
        return answer

    def offered(self, first: str, last: str = "") -> list[str]:
        """The starts on these dates, as the guest reads them."""
        return self._starts(f"/leads/{self.token}/slots/", first, last)

    def movable(self, first: str, last: str = "") -> list[str]:
        return self._starts(f"/bookings/{self.manage}/slots/", first, last)

    def book(self, start: str) -> dict[str, Any]:
        """Look at the day's times and press one of them."""
        assert start in self.offered(start[:10]), f"{start} is not offered"
        answer = self._post(f"/leads/{self.token}/bookings/", {"start": utc(start)}, 201)
        self.manage = answer["token"]
        return answer

    def move(self, start: str) -> dict[str, Any]:
        assert start in self.movable(start[:10]), f"{start} is not offered"
        return self._post(f"/bookings/{self.manage}/reschedule/", {"start": utc(start)}, 200)

    def cancel(self, reason: str = "") -> dict[str, Any]:
        return self._post(f"/bookings/{self.manage}/cancel/", {"reason": reason}, 200)

    def restore(self) -> dict[str, Any]:
        return self._post(f"/bookings/{self.manage}/restore/", {}, 200)

    def join(self) -> None:
        """The guest presses the join page's button and is led to the meeting."""
        response = self.browser.post(f"/m/{self.manage}/join/")
        assert (response.status_code, response["Location"]) == (303, self.booking.rep.meeting_url)
        check_everything()

    def signal(self, signal: str, party: str = "guest", **more: Any) -> dict[str, Any]:
        body = {"signal": signal, "party": party, "source": "test", **more}
        return self._of_staff("attendance", body)

    def mark(self, outcome: str) -> dict[str, Any]:
        return self._of_staff("outcome", {"outcome": outcome})

    def unmark(self) -> None:
        response = self._as_staff().delete(f"{API}/bookings/{self.booking.pk}/outcome/")
        assert response.status_code == 200, response.content
        check_everything()

    def reassign(self, rep: str) -> dict[str, Any]:
        return self._of_staff("reassign", {"rep": rep, "message": ""})

    def refused(self, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, str]:
        """The status and code of a POST that cannot be met; nothing has changed."""
        before = AuditEvent.objects.count()
        response = self.http.post(API + path, body or {}, format="json")
        assert AuditEvent.objects.count() == before
        check_everything()
        return response.status_code, response.json()["code"]

    # What time does

    def at(self, when: str) -> None:
        """Time passes until then; what falls due on the way is done when it is due."""
        target = local(when)
        while (due := self._next_due()) is not None and due <= target:
            self.clock.move_to(max(due, timezone.now()))
            sweep(timezone.now(), timezone.now())
        self.clock.move_to(target)
        check_everything()

    def outage_until(self, when: str) -> None:
        """Nothing runs until then; one sweep finds everything at once."""
        self.clock.move_to(local(when))
        sweep(timezone.now(), timezone.now())
        check_everything()

    def sweep(self) -> None:
        """What is due now leaves."""
        sweep(timezone.now(), timezone.now())
        check_everything()

    # What became of it

    @property
    def run(self) -> Run:
        return Run.objects.get(pk=self.run_id)

    @property
    def booking(self) -> Booking:
        """The newest booking of the run."""
        return Booking.objects.filter(enquiry__run=self.run_id).latest("pk")

    @property
    def place(self) -> str:
        """Where the run stands, such as `meeting active`."""
        run = self.run
        return f"{run.stage} {run.state}"

    @property
    def tale(self) -> list[str]:
        """The audit verbs in order; a stage left for the next one as `outcome>next`.

        What was told several times at one instant stands once, as `verb*3`.
        """
        told, outcome = [], ""
        for event in AuditEvent.objects.filter(run=self.run_id).order_by("sequence"):
            if event.verb == "stage.left":
                outcome = event.data["outcome"]
            elif event.verb == "stage.entered":
                told.append((event.at, f"{outcome}>{event.stage}"))
                outcome = ""
            else:
                assert not outcome, f"{event.verb} came between two stages"
                told.append((event.at, event.verb))
        counted = [(verb, len(list(same))) for (_, verb), same in groupby(told)]
        return [verb if count == 1 else f"{verb}*{count}" for verb, count in counted]

    def since(self, verb: str) -> list[str]:
        """The end of the tale, from the last time this was told."""
        tale = self.tale
        return tale[len(tale) - 1 - tale[::-1].index(verb) :]

    def switch_to(self, run_id: int) -> None:
        """Look at another run of the guest."""
        self.run_id = run_id

    @property
    def mails(self) -> list[str]:
        """What went out, in order: kind or template, audience, and the invite's method and sequence."""
        sent = Message.objects.filter(run=self.run_id, state=Message.State.SENT).order_by("settled_at", "pk")
        return [_mail(message) for message in sent]

    @property
    def reminders(self) -> dict[str, str]:
        """What became of each: `1.0 3d` is that of the first booking's first time, three days before."""
        state = replaying.state_of(self.run_id)
        numbers = {pk: place for place, pk in enumerate(sorted(state.bookings), 1)}
        return {
            f"{numbers[booking]}.{revision} {offset}": became
            for (booking, revision, offset), became in state.reminders.items()
        }

    @property
    def waiting_for(self) -> dict[str, str]:
        """What the run will do by itself, and when in Berlin."""
        timers = Timer.objects.waiting().filter(run=self.run_id).order_by("due_at", "pk")
        return {_name(timer): f"{timer.due_at.astimezone(BERLIN):%Y-%m-%d %H:%M}" for timer in timers}

    def balances(self, pool: str) -> dict[str, float]:
        rows = Membership.objects.filter(pool__slug=pool).values_list("rep__email", "balance")
        return {email.partition("@")[0]: round(balance, 6) + 0.0 for email, balance in rows}

    def events(self, verb: str) -> list[dict[str, Any]]:
        """The data of every event of this verb."""
        rows = AuditEvent.objects.filter(run=self.run_id, verb=verb).order_by("sequence")
        return list(rows.values_list("data", flat=True))

    def actors(self, verb: str) -> list[str]:
        rows = AuditEvent.objects.filter(run=self.run_id, verb=verb).order_by("sequence")
        return list(rows.values_list("actor", flat=True))

    def addressees(self, kind: str) -> list[str]:
        """Who got the mails of a kind, in order."""
        sent = Message.objects.filter(run=self.run_id, kind=kind, state=Message.State.SENT)
        return list(sent.order_by("settled_at", "pk").values_list("to_address", flat=True))

    def link(self, kind: str, page: str) -> str:
        """The path of a link in the last mail of a kind, such as `/m/…/reschedule/`."""
        message = Message.objects.filter(run=self.run_id, kind=kind).latest("pk")
        found = re.search(rf"{re.escape(settings.BASE_URL)}(/{page})", message.text)
        assert found, message.text
        return found[1]

    # How it is asked

    def _next_due(self) -> datetime | None:
        models = (Timer, Message, Delivery)
        dues = (model.objects.filter(state="waiting").aggregate(due=Min("due_at"))["due"] for model in models)
        return min(filter(None, dues), default=None)

    def _starts(self, path: str, first: str, last: str) -> list[str]:
        response = self.http.get(API + path, {"from": first, "to": last or first})
        assert response.status_code == 200, response.content
        starts = [datetime.fromisoformat(slot["start"]) for slot in response.json()["slots"]]
        return [f"{start.astimezone(BERLIN):%Y-%m-%d %H:%M}" for start in starts]

    def _post(self, path: str, body: Mapping[str, Any], status: int) -> dict[str, Any]:
        response = self.http.post(API + path, body, format="json")
        assert response.status_code == status, response.content
        check_everything()
        return dict(response.json())

    def _of_staff(self, what: str, body: Mapping[str, Any]) -> dict[str, Any]:
        path = f"{API}/bookings/{self.booking.pk}/{what}/"
        response = self._as_staff().post(path, body, format="json")
        assert response.status_code in (200, 201), response.content
        check_everything()
        return dict(response.json())

    def _as_staff(self) -> APIClient:
        user, _ = User.objects.get_or_create(
            username=STAFF, defaults={"is_superuser": True, "is_staff": True}
        )
        token, _ = Token.objects.get_or_create(user=user)
        self.staff.credentials(HTTP_AUTHORIZATION=f"Token {token.key}")
        return self.staff


def utc(start: str) -> str:
    return f"{local(start):%Y-%m-%dT%H:%M:%SZ}"


def _mail(message: Message) -> str:
    invite = f" {message.invite_method} {message.invite_sequence}" if message.invite_method else ""
    kind = message.template if message.kind == Message.Kind.CUSTOM else message.kind
    return f"{kind} {message.audience}{invite}"


def _name(timer: Timer) -> str:
    return f"{timer.purpose} {timer.details['offset']}" if timer.purpose == "reminder" else timer.purpose
