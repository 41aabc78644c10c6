from __future__ import annotations

from bookings import mail, placing
from bookings.models import Message
from bookings.stages.spans import after_entering
from routing import assigning
from routing.models import Assignment
from workflows.models import Timer
from workflows.stages.base import Context, Done, Instant, NotWaiting, Result, Setting, StageKind, Wait


class OfferKind(StageKind):
    """Offers the decided pool's starts, on the page just left and by mail, until one is picked or it expires."""

    name = "offer"
    title = "Offer times"
    help = "Shows the lead the times of the decided pool and waits until one is picked."
    waits = True
    outcomes = ("booked", "abandoned")
    timed = {"expires_after": "abandoned"}
    fields = (
        Setting(
            "expires_after",
            "duration",
            "Expires after",
            "Nobody picked a time for this long: the lead takes the “abandoned” branch.",
        ),
        Setting(
            "template",
            "template",
            "Message",
            "Mail the link as well. Empty: the lead sees the times on the page just left.",
        ),
    )

    def enter(self, context: Context) -> Result:
        if "start" in context.payload:
            return self._book(context)
        context.plan_all(self.instants(context))
        if context.settings.get("template"):
            run = context.live_run
            mail.to_guest(
                run,
                Message.Kind.OFFER,
                key=f"{run.pk}:offer:{run.visit}",
                now=context.now,
                template=context.settings["template"],
            )
        return Wait({"_offer": "open", "_shown": False})

    def instants(self, context: Context) -> list[Instant]:
        return after_entering(context, offer_expires="expires_after")

    def signal(self, context: Context, name: str) -> Result:
        if name != "picked":
            raise NotWaiting(name)
        return self._book(context)

    def _book(self, context: Context) -> Done:
        booking = placing.place(context)
        carry = {
            "_booking": booking.pk,
            "_drawn": None,
            "_offer": "booked",
            "pool": booking.pool.slug,
            "rep.email": booking.rep.email,
            "rep.name": booking.rep.name,
            "outcome": None,
        }
        return Done("booked", carry)

    def fire(self, context: Context, timer: Timer) -> Result:
        return Done("abandoned", {"_offer": "expired"})

    def leave(self, context: Context, outcome: str) -> None:
        """A rep drawn at routing gives the turn back when nothing came of the offer."""
        drawn = context.carried.get("_drawn")
        if outcome == "booked" or not drawn:
            return
        assignment = Assignment.objects.select_related("pool").get(pk=drawn)
        if assignment.state == Assignment.State.DRAWN:
            assigning.lock(assignment.pool)
            assigning.release(assignment, give_back=True, reason=outcome, now=context.now)
