from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bookings import mail
from bookings.core import rendering
from bookings.models import Booking, Message, MessageTemplate
from workflows.core import durations
from workflows.core.graph import Problem, StageSpec
from workflows.stages.base import Context, Done, Result, Setting, StageKind


class ConfirmationKind(StageKind):
    """Confirmation with invite to guest and rep at once; the reminders are planned."""

    name = "confirmation"
    title = "Confirm and remind"
    help = "Sends confirmation and invite to guest and rep at once, and plans the reminders."
    outcomes = ("confirmed",)
    fields = (
        Setting("template", "template", "Confirmation", "The message the guest gets at once.", required=True),
        Setting(
            "reminders",
            "durations",
            "Reminders",
            "How long before the meeting. Days and weeks keep the guest's clock time; 2h is exact.",
        ),
        Setting(
            "reminder_template",
            "template",
            "Reminder",
            "The message of every reminder. It must contain {{ reschedule_url }}.",
        ),
    )

    def problems(self, stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
        slug, offsets = stage.settings.get("reminder_template"), stage.settings.get("reminders")
        found = []
        if offsets and not slug:
            text = f"“{stage.name}” plans reminders without a message for them."
            found.append(Problem(stage.name, "no_reminder_template", text, "Choose a reminder template."))
        template = MessageTemplate.objects.filter(slug=slug).first() if slug else None
        if template and "reschedule_url" not in rendering.names_used(template.body):
            text = f"The reminder “{slug}” has no link to move the meeting."
            cure = "Put {{ reschedule_url }} into its text."
            found.append(Problem(stage.name, "reminder_without_reschedule", text, cure))
        return found

    def enter(self, context: Context) -> Result:
        run = context.live_run
        booking = Booking.objects.select_related("lead", "rep", "enquiry").get(pk=run.booking or 0)
        key = f"{booking.pk}:{booking.revision}:confirmation"
        mail.to_guest(
            run,
            Message.Kind.CONFIRMATION,
            key=key,
            now=context.now,
            template=context.settings["template"],
            booking=booking,
            invite_method="REQUEST",
        )
        mail.to_rep(run, Message.Kind.REP_NOTICE, booking, key=key, now=context.now, invite_method="REQUEST")
        for offset in context.settings.get("reminders") or []:
            self._plan(context, booking, offset)
        return Done("confirmed")

    def _plan(self, context: Context, booking: Booking, offset: str) -> None:
        zone = ZoneInfo(booking.time_zone or "UTC")
        due_at = durations.before(booking.start_at, durations.parse(offset), zone)
        data = {"offset": offset, "due": due_at, "revision": booking.revision}
        if due_at <= context.now:
            context.announce("reminder.skipped", data={**data, "reason": "past_at_booking"})
            return
        context.plan(
            "reminder",
            due_at,
            key=f"reminder:{booking.pk}:{booking.revision}:{offset}",
            outlives_stage=True,
            expires_at=booking.start_at,
            booking=booking.pk,
            revision=booking.revision,
            details={"offset": offset, "template": context.settings.get("reminder_template")},
        )
        context.announce("reminder.planned", data=data)
