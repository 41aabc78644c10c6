"""The verbs of leads, routing and meetings: what each fact means, for the reference and for people."""

from __future__ import annotations

VERBS = {
    "lead.submitted": "A form was submitted. data: form, enquiry, known, synthetic; evidence: the answers",
    "lead.tagged": "The lead got a tag. data: tag",
    "lead.untagged": "The lead lost a tag. data: tag",
    "lead.erased": "A person's data were removed, by retention or everywhere. data: counts of what went, reason",
    "lead.exported": "All that is held about a person was given out. data: kind (json or text)",
    "enrichment.answered": "A source gave facts. data: source, facts (names), milliseconds, cached (if kept); "
    "evidence: the facts",
    "enrichment.failed": "A source gave none. data: source, code, milliseconds, cached (if kept)",
    "qualification.evaluated": "Segments were tried. data: segment, qualified, tried; evidence: facts, values",
    "routing.decided": "A pool was decided. data: outcome, pool, owner, first_start, sla, tried (pools; members with "
    "weight, share, balance, code, taken)",
    "slots.shown": "The times of an offer were seen. data: count, first, pool, visit",
    "assignment.drawn": "A rep was drawn. data: pool, rep, manner, rule, fairness_group, candidates "
    "(balance, share, reason, detail)",
    "booking.made": "A meeting was booked. data: start, end, rep, pool, meeting_type, manner, revision",
    "booking.rescheduled": "The meeting moved. data: as booking.made, and before",
    "booking.cancelled": "The meeting is off. data: rep, start, revision, reason (whether given); evidence: reason",
    "booking.restored": "A cancellation was taken back. data: rep, start, revision",
    "booking.reassigned": "Another rep has the meeting. data: as booking.made, and before",
    "booking.at_risk": "Something stands against a meeting. data: rep, start, revision, reason, detail (figures)",
    "booking.risk_cleared": "It is so no more. data: rep, start, revision, reason",
    "booking.choice_asked": "The guest was asked to choose another time. data: rep, start, revision",
    "booking.reconfirmed": "The guest said yes once more. data: start, revision",
    "reconfirmation.missed": "Asked for a yes, the guest had not said it in time. data: start, revision",
    "reminder.planned": "A reminder is planned. data: offset, row (of several with one offset), due, revision",
    "reminder.sent": "A reminder went out. data: message, offset, revision",
    "reminder.skipped": "A reminder was passed over. data: offset, due, revision, reason",
    "reminder.withdrawn": "A planned reminder was taken back. data: offset, due, revision, reason",
    "message.sent": "A message went out. data: message, kind, audience, template, attempt",
    "message.failed": "A message was given up. data: message, kind, audience, template, attempt, code",
    "reschedule.clicked": "The page to move was opened (used: false) or used. data: revision, used",
    "cancel.clicked": "The page to cancel was opened. data: revision, used",
    "attendance.signalled": "Something told who came. data: signal, party, source, at",
    "inbound.received": "Another system told something. data: source, kind, news, effect (recorded, known, why not)",
    "no_show.presumed": "No sign of the guest in time. data: end, window",
    "no_show.reversed": "A late sign turned a no-show. data: meeting (the stage)",
    "rebook.offered": "A guest who did not come was offered another time. data: message, offer",
    "rebook.clicked": "The rebook link was opened (used: false) or used. data: offer, used",
    "outcome.recorded": "The rep marked what came of it. data: outcome, notes (whether given); evidence: notes",
    "outcome.withdrawn": "An outcome was taken back. data: outcome",
    "outcome.corrected": "An outcome was corrected. data: outcome, former; evidence: notes",
}
