"""What stands behind a sentence, in words: short facts, tables and texts, never the stored structure itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bookings.story.decisions import plain, rows_of
from bookings.story.details import detail_of
from bookings.story.reasons import because, fact_name
from bookings.story.words import Event, Names, Words, moment, said
from workflows.core.conditions import Condition, in_words

RULES = {
    "owed": "Somebody was owed a whole meeting and goes first.",
    "deadline": "Of those free and not ahead of their share, the one whose next meeting falls due first was drawn.",
    "all_ahead": "All who were free were ahead of their share; the one whose next meeting falls due first was drawn.",
}
ERASED = "What this was based on has been erased."


@dataclass(frozen=True)
class Facts:
    """Names to the left, values to the right."""

    rows: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True)
class Table:
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""

    @property
    def labelled(self) -> list[list[tuple[str, str]]]:
        """Each row's cells with the heads of their columns, for screens where a row is a card."""
        return [list(zip(self.heads, row, strict=False)) for row in self.rows]


@dataclass(frozen=True)
class Text:
    """A sentence of ours, or with `is_quoted` words as somebody wrote or read them."""

    text: str
    title: str = ""
    is_quoted: bool = False


Block = Facts | Table | Text


@dataclass(frozen=True)
class Kept:
    """What tables still hold of an event: its evidence, the mail or the delivery it tells of."""

    evidence: Mapping[str, Any] | None = None
    message: Mail | None = None
    delivery: Sent | None = None
    is_erased: bool = False


@dataclass(frozen=True)
class Mail:
    """A mail as it went out; empty where it was not written yet, or erased."""

    to: str
    subject: str
    text: str


@dataclass(frozen=True)
class Sent:
    """A delivery: what was sent, and each attempt as (when, answer, milliseconds)."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    attempts: Sequence[tuple[str, str, int]] = ()


def behind(event: Event, names: Names, kept: Kept) -> list[Block]:
    """The blocks folded under the event's sentence, empty when the sentence says all. Never raises."""
    words = Words(event, names)
    tell = _BEHIND.get(event.verb) or _BEHIND.get(event.verb.partition(".")[0]) or _otherwise
    blocks = tell(words, kept)
    if kept.is_erased:
        blocks = [*blocks, Text(ERASED)]
    return [block for block in blocks if not isinstance(block, Facts | Table) or block.rows]


def _submitted(words: Words, kept: Kept) -> list[Block]:
    evidence = kept.evidence or {}
    answers = _mapping(evidence.get("answers"))
    asked = tuple(
        (_capital(fact_name(f"answers.{name}", words.names)), plain(value)) for name, value in answers.items()
    )
    campaign = tuple(
        (_capital(said(name)), plain(value)) for name, value in _mapping(evidence.get("utm")).items()
    )
    zone = evidence.get("time_zone")
    about = (("Time zone", str(zone)),) if zone else ()
    return [Facts(asked, "Answers"), Facts(campaign + about, "Came by")]


def _enriched(words: Words, kept: Kept) -> list[Block]:
    facts = _mapping((kept.evidence or {}).get("facts"))
    found = tuple(
        (_capital(fact_name(str(name), words.names)), plain(value)) for name, value in facts.items()
    )
    took = words.data.get("milliseconds")
    return [
        Facts(found, "Found out"),
        *([Text(f"It took {took} ms to answer.")] if isinstance(took, int) else []),
    ]


def _qualified(words: Words, kept: Kept) -> list[Block]:
    evaluation = _mapping((kept.evidence or {}).get("evaluation")) or words.data
    return [_segment(tried, words) for tried in rows_of(evaluation.get("tried"))]


def _segment(tried: Mapping[str, Any], words: Words) -> Block:
    name = words.names.segments.get(str(tried.get("segment")), said(tried.get("segment")))
    verdict = "matched" if tried.get("holds") else "did not match"
    title = f"“{name}” {verdict}"
    groups = tried.get("groups")
    groups = groups if isinstance(groups, list) else []
    if not groups:
        return Text("It has no conditions and takes everybody.", title)
    rows = [
        (f"{'or ' if number and not place else 'and ' if place else ''}{_asked(each, words.names)}",
         _found(each), "yes" if each.get("holds") else "no")
        for number, group in enumerate(groups)
        for place, each in enumerate(rows_of(group))
    ]  # fmt: skip
    return Table(("Condition", "The lead's", "Holds"), tuple(rows), title)


def _asked(record: Mapping[str, Any], names: Names) -> str:
    value = record.get("value")
    fact, operator = fact_name(str(record.get("fact")), names), str(record.get("is"))
    if value is None and operator not in ("exists", "missing"):
        return f"{in_words(Condition(fact, operator))} what the segment names"
    return in_words(Condition(fact, operator, tuple(value) if isinstance(value, list) else value))


def _found(record: Mapping[str, Any]) -> str:
    if not record.get("present"):
        return "not known"
    return plain(record["found"]) if "found" in record else "known"


def _routed(words: Words, kept: Kept) -> list[Block]:
    blocks: list[Block] = []
    for tried in rows_of(words.data.get("tried")):
        name = words.names.pools.get(str(tried.get("pool")), said(tried.get("pool")))
        sla = moment(tried.get("sla"), words.names.zone)
        first = moment(tried.get("first_start"), words.names.zone)
        why = (
            "it could take the lead" if tried.get("fits") else because(tried.get("code"), tried, words.names)
        )
        told = [f"“{name}”: {why}.", f"First free start: {first}." if first else "",
                f"Promised by {sla}." if sla else "", _owner(tried.get("owner"), words.names)]  # fmt: skip
        rows = tuple(_member(each, words.names) for each in rows_of(tried.get("members")))
        blocks += [
            Text(" ".join(part for part in told if part)),
            Table(("Rep", "Weight", "Share", "Balance", "At that time"), rows),
        ]
    return blocks


def _owner(owner: Any, names: Names) -> str:
    if not isinstance(owner, Mapping):
        return ""
    rep = names.reps.get(owner.get("rep") or 0, "somebody")
    if owner.get("taken"):
        return f"Its owner is {rep}, so only their starts were offered."
    return f"Its owner {rep} was passed over, because {because(owner.get('code'), owner, names)}."


def _member(member: Mapping[str, Any], names: Names) -> tuple[str, ...]:
    first = moment(member.get("first_start"), names.zone)
    offers = member.get("code") == "offers"
    verdict = f"free from {first}" if offers else f"left out: {because(member.get('code'), member, names)}"
    share = member.get("share")
    shown = f"{share:.0%}" if isinstance(share, int | float) else "none"
    return (_rep(member, names), plain(member.get("weight")), shown, plain(member.get("balance")), verdict)


def _rep(row: Mapping[str, Any], names: Names) -> str:
    return names.reps.get(row.get("rep") or 0, "a former rep")


def _drawn(words: Words, kept: Kept) -> list[Block]:
    rows = []
    for each in rows_of(words.data.get("candidates")):
        is_winner = each.get("rep") == words.data.get("rep")
        code = each.get("reason") or ("no_match" if not each.get("participates") else "no_time")
        free = "free" if each.get("free") else f"left out: {because(code, each.get('detail'), words.names)}"
        share = each.get("share")
        rows.append((
            _rep(each, words.names), plain(each.get("weight")),
            f"{share:.0%}" if isinstance(share, int | float) else "none", plain(each.get("balance")),
            f"{free}, drawn" if is_winner else free,
        ))  # fmt: skip
    rule = RULES.get(str(words.get("rule")), "")
    said_first: list[Block] = [Text(rule)] if rule else []
    return [*said_first, Table(("Rep", "Weight", "Share", "Balance before", "At that start"), tuple(rows))]


def _meeting(words: Words, kept: Kept) -> list[Block]:
    rows = [
        (title, value)
        for title, value in (
            ("Start", words.when("start")), ("Before", words.before.when("start")), ("End", words.when("end")),
            ("Rep", words.rep()), ("Rep before", words.before.rep()), ("Pool", words.pool()),
        )
        if value
    ]  # fmt: skip
    return [Facts(tuple(rows)), *_notes(kept)]


def _notes(kept: Kept) -> list[Block]:
    evidence = kept.evidence or {}
    return [
        Text(str(evidence[name]), title, is_quoted=True)
        for name, title in (
            ("reason", "The reason given"),
            ("notes", "Notes"),
            ("message", "The message to the guest"),
        )
        if evidence.get(name)
    ]


def _mailed(words: Words, kept: Kept) -> list[Block]:
    mail = kept.message
    if mail is None:
        return _otherwise(words, kept)
    if not mail.subject and not mail.text:
        return (
            [Text("The words of this mail are not kept any more.")] if kept.is_erased or not mail.to else []
        )
    return [
        Facts((("To", mail.to or "nobody any more"), ("Subject", mail.subject))),
        Text(mail.text, is_quoted=True),
    ]


def _delivered(words: Words, kept: Kept) -> list[Block]:
    sent = kept.delivery
    if sent is None:
        return []
    rows = tuple((when, answer, f"{took} ms") for when, answer, took in sent.attempts)
    fields = tuple((_capital(said(name)), plain(value)) for name, value in sent.fields.items())
    return [Table(("Attempt", "Answer", "Took"), rows), Facts(fields, "What was sent")]


def _changed(words: Words, kept: Kept) -> list[Block]:
    evidence = kept.evidence or {}
    if not {"old", "new"} <= evidence.keys():
        return []
    return [Facts((("Before", _brief(evidence["old"])), ("After", _brief(evidence["new"]))))]


def _brief(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{said(name)}: {_brief(item)}" for name, item in value.items()) or "nothing"
    if isinstance(value, list | tuple):
        return "; ".join(_brief(item) for item in value) or "nothing"
    return plain(value)


def _otherwise(words: Words, kept: Kept) -> list[Block]:
    told = detail_of(words.event, words.names) | {
        _capital(said(name)): value for name, value in (kept.evidence or {}).items() if name != "salt"
    }
    return [Facts(tuple((name, _brief(value)) for name, value in told.items()))]


def _nothing(words: Words, kept: Kept) -> list[Block]:
    return []


_BEHIND: dict[str, Callable[[Words, Kept], list[Block]]] = {
    "lead.submitted": _submitted,
    "enrichment": _enriched,
    "qualification.evaluated": _qualified,
    "routing.decided": _routed,
    "assignment.drawn": _drawn,
    "booking": _meeting,
    "outcome": lambda words, kept: _notes(kept),
    "message": _mailed,
    "reminder": _mailed,
    "rebook.offered": _mailed,
    "delivery": _delivered,
    "config.changed": _changed,
    "stage": _nothing,
}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
