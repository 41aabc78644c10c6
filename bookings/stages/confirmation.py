from __future__ import annotations

from collections.abc import Sequence

from bookings import mail, reminding
from bookings.core import reminders
from bookings.core.reminders import Reminder
from bookings.models import Booking, Message, MessageTemplate
from workflows.core import durations
from workflows.core.graph import Problem, StageSpec
from workflows.stages.base import Context, Done, Result, Setting, StageKind

REMINDER_FIELDS = (
    Setting(
        "before",
        "duration",
        "Before the meeting",
        "Such as 1d. Days and weeks keep the guest's clock time; 2h is exact.",
        required=True,
        lasts=True,
    ),
    Setting(
        "template", "template", "Message", "Of this reminder alone. Empty: the message of the reminders."
    ),
    Setting(
        "when",
        "conditions",
        "Only if",
        "Looked at when the reminder is due. Empty: always.",
    ),
    Setting(
        "quiet",
        "hours",
        "Quiet hours",
        "On the guest's clock, such as 21:00-08:00. What falls into them waits for their end, or goes out "
        "before them if the meeting is too near.",
    ),
)


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
            "rows",
            "Reminders",
            "One row a reminder. Two rows with the same offset need conditions, so that only one is sent.",
            fields=REMINDER_FIELDS,
        ),
        Setting(
            "reminder_template",
            "template",
            "Message of the reminders",
            "Of each row that names none of its own. It must contain {{ reschedule_url }}.",
        ),
    )

    def problems(self, stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
        default = stage.settings.get("reminder_template")
        rows = reminders.rows(stage.settings.get("reminders") or [], default)
        found = []
        if any(not row.template for row in rows):
            text = f"“{stage.name}” plans reminders without a message for them."
            found.append(Problem(stage.name, "no_reminder_template", text, "Choose a reminder template."))
        unordered = durations.first_out_of_order([row.before for row in rows])
        if unordered:
            text = f"The reminders of “{stage.name}” are out of order: {unordered[1]} stands after {unordered[0]}."
            cure = "Put the longest time before the meeting first."
            found.append(Problem(stage.name, "reminders_out_of_order", text, cure))
        used = dict.fromkeys(slug for slug in (default, *(row.template for row in rows)) if slug)
        for template in MessageTemplate.objects.filter(slug__in=used).order_by("slug"):
            if not template.always_names("reschedule_url"):
                text = f"The reminder “{template.slug}” has no link to move the meeting."
                cure = "Put {{ reschedule_url }} into its text."
                found.append(Problem(stage.name, "reminder_without_reschedule", text, cure))
        return found + [_doubled(stage, row) for row in rows if _is_doubled(row, rows)]

    def enter(self, context: Context) -> Result:
        run = context.live_run
        booking = Booking.objects.select_related("lead", "rep", "enquiry__lead").get(pk=run.booking or 0)
        key = f"{booking.pk}:{booking.revision}:confirmation"
        mail.to_guest(
            run,
            Message.Kind.CONFIRMATION,
            key=key,
            now=context.now,
            template=context.settings["template"],
            booking=booking,
            enquiry=booking.enquiry,
            invite_method="REQUEST",
        )
        mail.to_rep(run, Message.Kind.REP_NOTICE, booking, key=key, now=context.now, invite_method="REQUEST")
        reminding.plan(context, booking, context.settings)
        return Done("confirmed", {"_confirmation_stage": context.stage.name})


def _is_doubled(row: Reminder, rows: Sequence[Reminder]) -> bool:
    """Whether an earlier row as long before the meeting would be sent whenever this one is; 1d is as long as 24h."""
    earlier = rows[: rows.index(row)]
    return any(each.before.minutes == row.before.minutes and each.when in ((), row.when) for each in earlier)


def _doubled(stage: StageSpec, row: Reminder) -> Problem:
    before = durations.in_words(row.before)
    text = f"“{stage.name}” would send two reminders at once, {before} before the meeting."
    return Problem(stage.name, "double_reminder", text, "Remove one, or give both rows conditions.")
