"""What other systems tell: checked, taken once, and weighed as what a rep or the API tells is.

Nothing is believed that is not signed and of now; nothing counts twice. What was told, about which meeting and
with what effect stays on record without personal data.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from bookings import attendance
from bookings.core.answers import normalise_email
from bookings.inbound import KINDS
from bookings.inbound.base import Message, News, resolved
from bookings.locking import lock_booking
from bookings.models import AttendanceSignal, Booking, InboundNews, InboundSource
from bookings.refusals import Refusal
from workflows import engine
from workflows.models import SinkRecord
from workflows.transactions import atomically

AROUND = timedelta(hours=1)
"""How long before its start and after its end a meeting is what people join in its room."""

STUCK = timedelta(minutes=1)
"""After this long a piece of news that was never weighed to the end, because a process died, is weighed anew."""

KEPT_FOR = timedelta(days=90)
JOINED, HOST, GUEST = "joined", "host", "guest"
State = InboundNews.State

ID_REUSED = "A message with this id and other content was taken before. Please send each message with an id of its own."


class IdReused(Refusal):
    code, status = "message_id_reused", 422


def receive(source: InboundSource, message: Message, now: datetime) -> list[InboundNews]:
    """Afterwards what the message tells is taken, each piece once; returns the new pieces with their effects.

    Raises Unsigned, Unreadable, IdReused (the id came with other content before), SecretError (the source's secret
    cannot be had); nothing has changed then.
    """
    kind, shared = KINDS[source.kind], resolved(source)
    kind.check(message, shared, now)
    taken = [(news, _claim(source, news, now)) for news in kind.news(message, shared)]
    return [_weighed(source, news, row, now) for news, row in taken if row is not None]


def purge(now: datetime) -> int:
    """News of more than 90 days ago are gone; returns how many. Their timestamps are refused long before."""
    return InboundNews.objects.filter(received_at__lt=now - KEPT_FOR).delete()[0]


def _claim(source: InboundSource, news: News, now: datetime) -> InboundNews | None:
    """The row of a piece of news that is to be weighed now; None for one that was told before."""
    key = _digest(news.key if news.content else f"{news.key}/{news.party}/{news.signal}{news.outcome}")
    content = _digest(f"{news.key}/{news.content}") if news.content else ""
    what = f"{news.party} {news.signal}" if news.signal else f"outcome {news.outcome}"
    try:
        with transaction.atomic():
            return InboundNews.objects.create(
                source=source,
                key=key,
                content=content,
                what=what[:80],
                person=_digest(news.person) if news.person else "",
                received_at=now,
            )
    except IntegrityError:
        rows = InboundNews.objects.filter(source=source, key=key)
        if rows.exclude(content=content).exists():
            raise IdReused(ID_REUSED, fields={"webhook-id": [ID_REUSED]}) from None
        stuck = rows.filter(state=State.RECEIVED, booking=None, received_at__lt=now - STUCK)
        return rows.first() if stuck.update(received_at=now) else None


def _weighed(source: InboundSource, news: News, row: InboundNews, now: datetime) -> InboundNews:
    booking = _meeting_of(news)
    if booking is None:
        return _settled(row, State.UNMATCHED)
    row.booking = booking.pk
    row.save(update_fields=["booking"])
    try:
        state = (
            _outcome(source, news, booking, now) if news.outcome else _signal(source, news, row, booking, now)
        )
    except Refusal as refusal:
        return _told(source, _settled(row, State.REFUSED, refusal.code), booking, now)
    except Exception:
        row.delete()  # the sender tries again, and is heard
        raise
    return _told(source, _settled(row, state), booking, now)


def _outcome(source: InboundSource, news: News, booking: Booking, now: datetime) -> State:
    """Recorded where the run waits for it; a different one later corrects the first, as by staff."""
    outcome = source.outcomes.get(news.outcome, "" if source.outcomes else news.outcome)
    if not outcome or booking.outcome == outcome:
        return State.KNOWN
    if booking.outcome:
        attendance.correct_outcome(booking, outcome, now=now, actor="system")
    else:
        attendance.record_outcome(booking, outcome, now=now, actor="system")
    return State.RECORDED


def _signal(source: InboundSource, news: News, row: InboundNews, booking: Booking, now: datetime) -> State:
    parties = [_party(news, booking)]
    if row.person:
        if (
            not InboundNews.objects.filter(source=source, booking=booking.pk)
            .exclude(person=row.person)
            .exists()
        ):
            return State.RECEIVED
        parties = [HOST, GUEST]
    recorded = False
    for party in parties:
        if news.signal == JOINED and _has_joined(booking, party):
            continue
        attendance.record(
            booking,
            signal=news.signal,
            party=party,
            source=source.slug[:40],
            at=news.at,
            now=now,
            actor="system",
        )
        recorded = True
    return State.RECORDED if recorded else State.KNOWN


def _has_joined(booking: Booking, party: str) -> bool:
    return AttendanceSignal.objects.filter(booking=booking, party=party, signal=JOINED).exists()


def _party(news: News, booking: Booking) -> str:
    """Whose side somebody is on: by the address where the service gives one, else as it says."""
    domain = news.email.lower().rpartition("@")[2]
    if news.email and news.email.lower() == booking.lead.email:
        return GUEST
    if domain and domain == booking.rep.email.lower().rpartition("@")[2]:
        return HOST
    return news.party


def _meeting_of(news: News) -> Booking | None:
    held = Booking.objects.exclude(status=Booking.Status.CANCELLED).select_related("lead", "rep", "enquiry")
    if news.booking is not None:
        return held.filter(pk=news.booking).first()
    if news.record:
        return _of_record(held, news.record)
    if news.room and news.at is not None:
        return _nearest(held.filter(rep__meeting_url__icontains=news.room), news.room, news.at)
    if news.email:
        of_guest = held.filter(lead__email=_address(news.email))
        return (
            _nearest(of_guest, "", news.at)
            if news.at and news.signal
            else of_guest.order_by("-start_at").first()
        )
    return None


def _of_record(held: QuerySet[Booking], record: str) -> Booking | None:
    """The meeting that a sink keeps under this id; of a person's record the last one that has begun."""
    row = SinkRecord.objects.filter(external_id__in=[record, f"Lead/{record}", f"Contact/{record}"]).first()
    if row is None:
        return None
    place = {"booking": "pk", "run": "enquiry__run", "lead": "lead"}[row.subject]
    return held.filter(**{place: row.number}).order_by("-start_at").first()


def _nearest(held: QuerySet[Booking], room: str, at: datetime) -> Booking | None:
    around = held.filter(start_at__lte=at + AROUND, end_at__gte=at - AROUND)
    fitting = [each for each in around if not room or _is_in(room, each.rep.meeting_url)]
    return min(fitting, key=lambda each: abs(each.start_at - at), default=None)


def _is_in(room: str, url: str) -> bool:
    """The room stands in the link as a whole: number 123 is not in …/j/1234."""
    rest = url.lower().partition(room.lower())[2]
    return not rest or not (rest[0].isalnum() or rest[0] in "-_")


def _address(text: str) -> str:
    try:
        return normalise_email(text)
    except ValueError:
        return text.lower()


def _settled(row: InboundNews, state: State, code: str = "") -> InboundNews:
    row.state, row.code = state, code[:40]
    row.save(update_fields=["state", "code"])
    return row


@atomically
def _told(source: InboundSource, row: InboundNews, booking: Booking, now: datetime) -> InboundNews:
    run, _ = lock_booking(booking.pk)
    data = {"source": source.slug, "kind": source.kind, "news": row.pk, "effect": row.code or row.state}
    engine.say(run, "inbound.received", now=now, actor="system", booking=booking.pk, data=data)
    return row


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
