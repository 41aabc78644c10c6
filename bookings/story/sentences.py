"""One sentence a verb. What the data does not tell is left out; nothing is told twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bookings.core import objections
from bookings.story import decisions, settings, unsent
from bookings.story.words import Words, after, join, said

Sentence = Callable[[Words], str]


def _tagged(words: Words) -> str:
    return join("The lead was tagged", words.quoted("tag"))


def _left(words: Words) -> str:
    stage = words.stage[:1].upper() + words.stage[1:]
    return join(
        f"{stage} ended", after("as", words.quoted("outcome")), after(", on to", words.quoted("next"))
    )


def _entered(words: Words) -> str:
    return join("Came back to" if words.get("returned") else "Came to", f"“{words.stage}”")


def _asked(words: Words) -> str:
    """What was asked for more: a sink by its name, an enrichment by its own."""
    known = words.names.sinks.get(str(words.get("source")))
    return known or words.word("source").capitalize() or "An enrichment"


def _enriched(words: Words) -> str:
    return join(_asked(words), "answered")


def _not_enriched(words: Words) -> str:
    source = _asked(words)
    if words.get("code") == "not_found":
        return f"{source} knows nothing about this lead."
    if words.get("code") == "held_back":
        return join(
            f"“{source}” was not asked, because it has not answered", after("since", words.when("since"))
        )
    return join(source, "gave no answer", f"({words.word('code')})" if words.word("code") else "")


def _shown(words: Words) -> str:
    count = words.data.get("count")
    if not isinstance(count, int):
        return "Free times were shown."
    if count == 0:
        return "There was no free time to show."
    number = "1 free time was shown" if count == 1 else f"{count} free times were shown"
    return join(number, f", the first on {words.when('first')}" if words.when("first") else "")


def _heard(words: Words) -> str:
    what = {"recorded": "told us something, which was recorded", "known": "told us what was known already"}
    told = what.get(str(words.get("effect")), "told us something that was not awaited")
    return join("Another system", after("called", words.quoted("source")), told)


def _meeting(lead: str) -> Sentence:
    def sentence(words: Words) -> str:
        when, rep = words.when(), words.rep()
        return join(lead.format(who=words.who), after("with", rep), after("for", when))

    return sentence


def _moved(words: Words) -> str:
    old, new = words.before.when(), words.when()
    rep = words.rep() if words.before.rep() != words.rep() else ""
    return join(f"{words.who} moved the meeting", after("from", old), after("to", new), after("with", rep))


def _cancelled(words: Words) -> str:
    return join(f"{words.who} cancelled the meeting", after("of", words.when("start")))


def _reassigned(words: Words) -> str:
    old, new = words.before.rep(), words.rep()
    return join(f"{words.who} gave the meeting", after("of", old), after("to", new or "another rep"))


def _at_risk(words: Words) -> str:
    detail = words.data.get("detail")
    clause = objections.clause(
        str(words.get("reason")), detail if isinstance(detail, Mapping) else {}, words.names.zone
    )
    return join("The meeting is at risk", after("since", f"{words.rep() or 'the rep'} {clause}"))


def _risk_cleared(words: Words) -> str:
    return join("Nothing of this stands against the meeting any more:", words.word("reason"))


def _reminder(what: str) -> Sentence:
    def sentence(words: Words) -> str:
        offset, due, reason = words.duration("offset"), words.when("due"), words.get("reason")
        kind = f"The reminder {offset} before" if offset else "A reminder"
        told = what if what != "was planned" else f"was planned for {due}" if due else what
        return join(kind, told, f", because {unsent.because(reason)}" if reason else "")

    return sentence


def _message(words: Words, state: str) -> str:
    kind = words.named(words.names.templates, "template") or words.word("kind") or "mail"
    audience = {"guest": "the guest", "rep": "the rep", "staff": "staff"}.get(str(words.get("audience")), "")
    return join(f"The message “{kind}”", after("to", audience), state)


def _failed_message(words: Words) -> str:
    code = words.get("code")
    return _message(words, f"could not be sent{f' ({unsent.fault(code)})' if code else ''}")


def _clicked(what: str) -> Sentence:
    def sentence(words: Words) -> str:
        return (
            f"The guest used the {what} link." if words.get("used") else f"The guest opened the {what} link."
        )

    return sentence


def _attended(words: Words) -> str:
    party = {"guest": "the guest", "host": "the rep"}.get(str(words.get("party")), "somebody")
    told = {"joined": "joined", "attended": "was there", "no_show": "did not come"}
    signal = told.get(str(words.get("signal")), said(words.get("signal") or "was seen"))
    source = words.word("source")
    of_themselves = (words.event.actor.split(":")[0], words.get("party")) in {
        ("lead", "guest"),
        ("rep", "host"),
    }
    told_by = f"{words.who} {signal}" if of_themselves else f"{words.who} recorded that {party} {signal}"
    return join(told_by, f"({source})" if source else "")


def _outcome(what: str) -> Sentence:
    def sentence(words: Words) -> str:
        return join(f"{words.who} {what}", words.quoted("outcome"))

    return sentence


def _corrected(words: Words) -> str:
    old, new = words.quoted("former"), words.quoted("outcome")
    return join(f"{words.who} corrected the outcome", after("from", old), after("to", new))


def _delivery(state: str) -> Sentence:
    def sentence(words: Words) -> str:
        sink = words.named(words.names.sinks, "sink") or "a sink"
        fact = said(words.word("verb").replace(".", " "))
        code, reason = words.get("code"), words.get("reason")
        failed = f"({unsent.fault(code)})" if code else ""
        why = f", because {unsent.because(reason)}" if reason else failed
        return join(f"“{fact}”" if fact else "A fact", state.format(sink), why)

    return sentence


def _held_back(words: Words) -> str:
    sink = words.named(words.names.sinks, "sink") or "A sink"
    count, code = words.word("failures"), words.word("code")
    times = f"{count} times in a row" if count else "again and again"
    what = "did not answer look-ups" if words.get("what") == "look_ups" else "did not take what it was told"
    return join(f"“{sink}” {what} {times}", f"({code})" if code else "", "and is held back")


def _released(words: Words) -> str:
    sink = words.named(words.names.sinks, "sink") or "A sink"
    if words.event.actor != "system":
        return join(f"{words.who} had “{sink}” tried again at once")
    what = "leads are looked up in it" if words.get("what") == "look_ups" else "it is told what happens"
    return join(f"“{sink}” works again: {what}")


def _published(words: Words) -> str:
    workflow = words.named(words.names.workflows, "workflow") or "a workflow"
    version = f"version {words.word('version')} of" if words.word("version") else ""
    return join(f"{words.who} published", version, f"“{workflow}”")


def _submitted(words: Words) -> str:
    form = words.named(words.names.forms, "form")
    return join("Submitted the form", f"“{form}”" if form else "")


def _erased(words: Words) -> str:
    if words.get("reason") == "retention":
        return "Everything personal about this enquiry was removed, since its form keeps nothing longer."
    return f"{words.who} erased everything personal about this lead."


SENTENCES: dict[str, Sentence] = {
    "lead.submitted": _submitted,
    "lead.tagged": _tagged,
    "lead.untagged": lambda words: join("The tag", words.quoted("tag"), "was taken off"),
    "lead.erased": _erased,
    "lead.exported": lambda words: f"{words.who} gave out all that is held about this person.",
    "stage.entered": _entered,
    "stage.left": _left,
    "enrichment.answered": _enriched,
    "enrichment.failed": _not_enriched,
    "qualification.evaluated": decisions.qualified,
    "routing.decided": decisions.routed,
    "slots.shown": _shown,
    "assignment.drawn": decisions.drawn,
    "booking.made": _meeting("{who} booked a meeting"),
    "booking.rescheduled": _moved,
    "booking.cancelled": _cancelled,
    "booking.restored": _meeting("{who} took the cancellation back: the meeting stands"),
    "booking.reassigned": _reassigned,
    "booking.at_risk": _at_risk,
    "booking.risk_cleared": _risk_cleared,
    "booking.choice_asked": lambda words: f"{words.who} asked the guest to choose another time.",
    "reminder.planned": _reminder("was planned"),
    "reminder.sent": _reminder("was sent"),
    "reminder.skipped": _reminder("was skipped"),
    "reminder.withdrawn": _reminder("was withdrawn"),
    "message.sent": lambda words: _message(words, "was sent"),
    "message.failed": _failed_message,
    "reschedule.clicked": _clicked("reschedule"),
    "cancel.clicked": _clicked("cancel"),
    "attendance.signalled": _attended,
    "inbound.received": _heard,
    "booking.reconfirmed": lambda words: join(words.who, "said yes once more to", words.when()),
    "reconfirmation.missed": lambda words: "Asked to reconfirm, the guest had not said yes in time.",
    "no_show.presumed": lambda words: "No sign of the guest in time: presumed a no-show.",
    "no_show.reversed": lambda words: "The guest had come after all: the no-show was taken back.",
    "rebook.offered": lambda words: "The guest was offered another time.",
    "rebook.clicked": _clicked("rebook"),
    "outcome.recorded": _outcome("marked the outcome"),
    "outcome.withdrawn": _outcome("took back the outcome"),
    "outcome.corrected": _corrected,
    "delivery.delivered": _delivery("was taken by {}"),
    "delivery.failed": _delivery("could not be delivered to {}"),
    "delivery.discarded": _delivery("will not be delivered to {}"),
    "event.pushed": lambda words: join("The event", words.quoted("event"), "was told to other systems"),
    "sink.held_back": _held_back,
    "sink.released": _released,
    "run.completed": lambda words: join("Finished", after("in", words.word("end"))),
    "run.superseded": lambda words: "A newer enquiry of the same lead took its place.",
    "run.failed": lambda words: join("A step could not be done", after("for", words.quoted("code"))),
    "run.migrated": lambda words: join("Moved to another version", after("at", words.word("stage"))),
    "audit.anchored": lambda words: "The audit trail was sealed.",
    "evidence.erased": lambda words: "What changes of the settings said of an erased person was removed.",
    "workflow.published": _published,
    "config.changed": settings.changed,
}
