"""Why something that was planned did not go out, or was called off: words for every code that is written."""

from __future__ import annotations

from bookings.story.words import said

REASONS = {
    "past_at_booking": "its time had passed when the meeting was booked",
    "past_at_migration": "its time had passed when the run was moved to another version",
    "same_time": "another one goes out at the same time",
    "newer_due": "a later one was due as well, after an outage",
    "newer_revision": "the meeting was moved or given to somebody else",
    "too_late": "it came too late to be of use",
    "condition": "its condition did not hold when it was due",
    "quiet_hours": "it was late, and quiet hours last until the meeting",
    "rescheduled": "the meeting was moved",
    "reassigned": "the meeting was given to somebody else",
    "reschedule_requested": "the meeting was moved",
    "cancelled": "the meeting was cancelled",
    "migrated": "the run was moved to another version",
    "left": "the run went on",
    "completed": "the run was over",
    "superseded": "a newer enquiry took its place",
    "undone": "what had planned it was taken back",
    "attended": "the guest had come",
    "no_show": "the guest had not come",
    "host_no_show": "the rep had not come",
    "not_reconfirmed": "the guest had not said yes once more",
    "no_show_reversed": "the guest had come after all",
    "too_many_an_hour": "the same address had been sent too many within an hour",
    "erased": "the person’s data were removed",
}
"""Of timers, reminders, messages and deliveries alike; each completes “because …”."""


FAULTS = {
    "adapter_fault": "its adapter failed",
    "bad_field": "a mapping cannot fill one of its fields",
    "bad_url": "its address is none",
    "bad_value": "a value did not fit one of its fields",
    "concurrency": "somebody else changed the same record",
    "connection": "it could not be reached",
    "daily_limit": "its limit of requests was used up",
    "disk": "the file could not be written",
    "fault": "it had a fault of its own",
    "gone": "the record is not there any more",
    "no_address": "the lead has no e-mail address",
    "no_fields": "it cannot be asked about fields",
    "no_json": "it answered what could not be read",
    "no_look_up": "it cannot be asked about a lead",
    "no_rpc": "it answered what could not be read",
    "redirect": "it pointed to another address",
    "refused": "it was refused",
    "refused_address": "its address is not allowed",
    "renewing": "its access was just being renewed",
    "timeout": "it gave no answer in time",
    "too_large": "its answer was too long",
    "unanswered": "nobody knows whether it arrived",
}
"""Why a mail or a delivery could not be made, each as what stands in brackets after it."""

ANSWERS = {"status": "it answered", "smtp": "the mail server answered"}


def fault(code: object) -> str:
    """What the code of a failed delivery or mail says; a status is told with its number."""
    kind, _, number = str(code).partition("_")
    if kind in ANSWERS and number.isdecimal():
        return f"{ANSWERS[kind]} {number}"
    return FAULTS.get(str(code), said(code))


def because(code: object) -> str:
    """What a code says, as the rest of a sentence that ends in “because”."""
    return REASONS.get(str(code), said(code).lower())
