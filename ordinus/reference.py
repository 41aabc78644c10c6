"""Pages of the reference that are written from what is registered: verbs, stage kinds, facts and operators."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from workflows.core import conditions
from workflows.core.conditions import Condition
from workflows.registry import KINDS, VERBS
from workflows.stages.base import Setting, StageKind

NOTE = "<!-- Written by `manage.py describe_reference`. -->\n"

VERBS_OPENING = f"""# Audit verbs

{NOTE}
Every fact that the audit trail records has one of these verbs; a fact with another is refused. Sinks subscribe to
them by name, or to all but the `delivery.` ones with `*`. `data` is kept for good and holds ids, slugs, codes,
numbers and instants. Evidence is what people said or what a decision was based on; it lies beside the event, bound
to it by a salted hash, and goes when the person is erased.
"""

STAGES_OPENING = f"""# Stage kinds

{NOTE}
A stage of a workflow has a name, a kind, the settings of that kind, and for each outcome a branch to another stage.
An outcome may have several branches with conditions; the first whose conditions hold is taken, the last has none.
Outcomes marked *optional* may be left without a branch: then the fact is recorded and the run stays.
"""

FACTS_OPENING = f"""# Facts and conditions

{NOTE}
A condition asks one question about one fact: `{{fact: answers.employees, is: ">=", value: 500}}`. Conditions stand
in groups: all of a group must hold, and any one group is enough; no groups at all always hold.

A fact is missing when nobody told it. A missing fact makes every condition false but `missing`, `!=` and `not_in`.
Texts are compared without regard to case. Values of different types never fit, which makes the condition false,
with `!=` and `not_in` too.

## Facts
"""

OPEN_FACTS = {
    "answers.": (
        "The answer to the question of that name",
        "text, number, list, or true and false for boxes",
    ),
    "enrichment.": (
        "What an enrichment told, under the name it has there",
        "text, number, list, true or false",
    ),
    "utm.": ("A tracking parameter of the link that led to the form, without `utm_`", "text"),
}
FACTS = {
    "crm.owner_email": ("The rep who owns the lead, by the CRM", "text"),
    "crm.account_name": ("The lead's account in the CRM", "text"),
    "crm.is_customer": ("Whether the account is a customer", "true or false"),
    "crm.lifecycle": ("The lead's stage in the CRM, in its words", "text"),
    "crm.open_opportunity": ("Whether an opportunity is open", "true or false"),
    "crm.do_not_contact": ("Whether the lead asked not to be contacted", "true or false"),
    "form": ("The slug of the form that was sent", "text"),
    "lead.email": ("The lead's address, in small letters", "text"),
    "lead.email_domain": ("What follows the @", "text"),
    "lead.free_email": ("Whether that is a provider of free mail", "true or false"),
    "lead.disposable_email": ("Whether that gives away addresses that last for minutes", "true or false"),
    "lead.time_zone": ("Of the form, else the one known of the lead, such as Europe/Berlin", "text"),
    "lead.language": ("An answer named `language`, else the browser's", "text"),
    "lead.tags": ("The lead's tags", "list of texts"),
    "lead.seen_before": ("Whether the lead had sent a form before this one", "true or false"),
    "segment": ("The segment of the last qualification; missing when none took the lead", "text"),
    "pool": ("The pool of the last routing; missing when none could take the lead", "text"),
    "rep.email": ("The rep of the booking", "text"),
    "rep.name": ("The rep of the booking", "text"),
    "outcome": ("What the rep marked; missing again after the next booking", "text"),
    "no_shows": ("How often the guest did not come, in this run", "number"),
    "reschedules": ("How often the meeting was moved, in this run", "number"),
    "reschedule_clicks": ("On how many revisions the page to move was opened", "number"),
}
OPERATORS = {
    "==": ("the fact is this value", "US"),
    "!=": ("the fact is another value, or missing", "US"),
    ">": ("a number, date or instant lies above", 500),
    ">=": ("a number, date or instant lies above or is equal", 500),
    "<": ("a number, date or instant lies below", "2026-12-24"),
    "<=": ("a number, date or instant lies below or is equal", "2026-12-24T09:00Z"),
    "in": ("the fact, or any element of it if it is a list, is one of these", ("US", "CA")),
    "not_in": ("the fact, or every element of it, is none of these; or it is missing", ("US", "CA")),
    "contains": ("a text has this part, or a list this element", "vip"),
    "starts_with": ("a text begins with this", "senior"),
    "ends_with": ("a text ends with this", ".edu"),
    "matches": ("a text has a place that fits this pattern (RE2 syntax)", "^(vp|head) "),
    "exists": ("the fact is there", None),
    "missing": ("the fact is not there", None),
}

_PARTS = re.compile(r"(?P<meaning>.*?)\.?(?: data: (?P<data>.*?))?(?:; evidence: (?P<evidence>.*))?")


def verbs() -> str:
    """The page of all registered verbs, by name."""
    rows = []
    for verb in sorted(VERBS):
        parts = _PARTS.fullmatch(VERBS[verb])
        assert parts is not None, verb
        rows.append((f"`{verb}`", f"{parts['meaning']}.", parts["data"] or "", parts["evidence"] or ""))
    return _page([VERBS_OPENING, *_table(("verb", "meaning", "data", "evidence"), rows)])


def stages() -> str:
    """The page of all registered stage kinds, in the order in which they were registered."""
    return _page([STAGES_OPENING, *(line for kind in KINDS.values() for line in _kind(kind))])


def facts() -> str:
    """The page of the facts that conditions may name, and of their operators."""
    told = [(f"`{prefix}*`", *OPEN_FACTS[prefix]) for prefix in conditions.OPEN_PREFIXES]
    told += [(f"`{name}`", *FACTS[name]) for name in conditions.FIXED_FACTS]
    return _page([FACTS_OPENING, *_table(("fact", "meaning", "type"), told), "## Operators\n", *_operators()])


def _kind(kind: StageKind) -> Iterator[str]:
    yield f"## {kind.name}\n"
    yield f"{kind.help}\n"
    outcomes = [f"`{outcome}`" for outcome in kind.outcomes]
    outcomes += [f"`{outcome}` (optional)" for outcome in kind.optional_outcomes]
    if any(setting.type == "outcomes" for setting in kind.fields):
        outcomes = ["one for each that is listed"]
        if kind.required_outcomes({"outcomes": [], "expires_after": "1d"}):
            outcomes.append("`unmarked` if `expires_after` is set")
    yield f"Waits: {'yes' if kind.waits else 'no'}. Outcomes: {', '.join(outcomes) or 'none; it ends the run'}.\n"
    if kind.fields:
        yield from _table(("setting", "type", "required", "meaning"), map(_setting, kind.fields))


def _setting(setting: Setting) -> tuple[str, str, str, str]:
    kind = f"{setting.type}: {', '.join(setting.choices)}" if setting.choices else setting.type
    return f"`{setting.name}`", kind, "yes" if setting.required else "", setting.help


def _operators() -> Iterator[str]:
    rows = []
    for name in conditions.OPERATORS:
        meaning, value = OPERATORS[name]
        example = conditions.in_words(Condition("fact", name, value)).removeprefix("fact ")
        rows.append((f"`{name}`", f"holds when {meaning}", f"… {example}"))
    yield from _table(("operator", "meaning", "read as"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
    yield ""


def _page(lines: Iterable[str]) -> str:
    return "\n".join(line.rstrip(" ") for line in lines).rstrip("\n") + "\n"


PAGES = {"verbs.md": verbs, "stages.md": stages, "facts.md": facts}
