"""The icon and the tone in which an event is shown: what it is about, and whether to worry."""

from __future__ import annotations

from collections.abc import Mapping

from bookings.story.words import Event

ICONS = {
    "lead.submitted": "edit_note", "lead.tagged": "sell", "lead.untagged": "sell", "lead.erased": "person_remove",
    "lead.exported": "file_download",
    "stage.entered": "login", "stage.left": "logout", "enrichment": "manage_search",
    "qualification.evaluated": "filter_alt", "routing.decided": "alt_route", "slots.shown": "calendar_view_month",
    "assignment.drawn": "casino", "booking.made": "event_available", "booking.rescheduled": "event_repeat",
    "booking.cancelled": "event_busy", "booking.restored": "restore", "booking.reassigned": "swap_horiz",
    "booking.at_risk": "warning", "booking.risk_cleared": "check", "booking.choice_asked": "event_repeat",
    "reminder": "notifications", "message": "mail", "reschedule": "ads_click", "cancel": "ads_click",
    "attendance": "how_to_reg", "no_show.presumed": "person_off", "no_show.reversed": "person_check",
    "reconfirmation": "help",
    "rebook": "event_upcoming", "outcome": "flag", "delivery": "outbox", "sink": "sync_problem",
    "run.completed": "check_circle",
    "run.superseded": "fast_forward", "run.failed": "error", "run.migrated": "move_up",
    "inbound": "input", "evidence": "person_remove", "workflow.published": "publish", "config.changed": "tune",
}  # fmt: skip

ABOUT = {
    "lead": "guest", "reschedule": "guest", "cancel": "guest", "rebook.clicked": "guest", "slots": "guest",
    "enrichment": "decisions", "qualification": "decisions", "routing": "decisions", "assignment": "decisions",
    "booking": "meeting", "attendance": "meeting", "no_show": "meeting", "outcome": "meeting",
    "message": "mails", "reminder": "mails", "rebook": "mails",
    "delivery": "systems", "sink": "systems", "inbound": "systems", "event": "systems", "config": "settings",
    "workflow": "settings", "evidence": "settings",
    "stage": "steps", "run": "steps",
}  # fmt: skip
KINDS = {
    "decisions": "Decisions", "meeting": "The meeting", "mails": "Mails and reminders", "guest": "What the guest did",
    "systems": "Other systems", "settings": "Settings", "steps": "Steps",
}  # fmt: skip

GOOD = frozenset({
    "booking.made", "booking.restored", "no_show.reversed", "run.completed", "workflow.published",
    "delivery.delivered", "sink.released",
})  # fmt: skip
BAD = frozenset({"message.failed", "delivery.failed", "run.failed", "enrichment.failed", "sink.held_back"})
WORRYING = frozenset(
    {
        "booking.at_risk",
        "booking.cancelled",
        "no_show.presumed",
        "reconfirmation.missed",
        "delivery.discarded",
        "reminder.skipped",
    }
)
QUIET = frozenset({"stage.entered", "stage.left", "slots.shown", "reminder.planned", "enrichment.answered"})


def icon_of(verb: str) -> str:
    """The name of a Material symbol: the verb's own, else that of what it is about."""
    return ICONS.get(verb) or ICONS.get(verb.partition(".")[0], "circle")


def tone_of(event: Event) -> str:
    """One of good, bad, worrying, quiet, plain."""
    if event.verb in GOOD:
        return "good"
    data = event.data if isinstance(event.data, Mapping) else {}
    if event.verb == "enrichment.failed" and data.get("code") == "not_found":
        return "quiet"
    if event.verb in BAD:
        return "bad"
    is_unroutable = event.verb == "routing.decided" and data.get("outcome") == "unroutable"
    if event.verb in WORRYING or is_unroutable:
        return "worrying"
    return "quiet" if event.verb in QUIET else "plain"
