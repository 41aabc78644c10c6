"""Tryton: a lead is a party, its enquiry a sale opportunity, what happens to its meetings are notes on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workflows.core.reads import fields_read
from workflows.sinks import sentences
from workflows.sinks.base import (
    Answer,
    Field,
    Finding,
    Misconfigured,
    Parcel,
    Permanent,
    Setting,
    SinkAdapter,
    SinkError,
)
from workflows.sinks.tryton_rpc import Rpc, field_of, read, written

PARTY, OPPORTUNITY, NOTE = "party.party", "sale.opportunity", "ir.note"
CATEGORY, EMPLOYEE, MECHANISM = "party.category", "company.employee", "party.contact_mechanism"
MODELS = {"party": PARTY, "opportunity": OPPORTUNITY}
OUTCOMES = ("outcome.recorded", "outcome.corrected")
ACTIVITIES = ("booking.", "attendance.", "no_show.", "outcome.")
JOINED = "joined"
"""Whoever presses “join” is not noted: what a record is told is who was there in the end."""
LONGEST_PUSH = 60.0
OPEN = ("lead", "opportunity")


class TrytonSink(SinkAdapter):
    """Speaks JSON-RPC as a user of Tryton's own. Needs the modules party and sale_opportunity.

    Records are found by the ids kept here, else by keys that Tryton holds: the party's e-mail address, the
    opportunity's reference (`ordinus-run-12`), a note's last line (“Ordinus 12/5.”). Tryton's database
    shows what it took at once, so a repetition finds what an attempt without an answer has made.
    """

    kind = "tryton"
    title = "Tryton"
    help = "Keeps each lead as a party, its enquiry as an opportunity, and notes on it of what happens to meetings."
    fields_help = "Fields of the party (party.name) and of the opportunity (opportunity.description)."
    fields = (
        Setting("url", "url", "Address", "Of the Tryton server, without the database.", required=True),
        Setting("database", "text", "Database", "As in the login window.", required=True),
        Setting("user", "text", "User", "Best one of Ordinus' own, with rights to parties and opportunities.",
                required=True),
        Setting("password", "secret", "Password", "Of that user.", required=True),
        Setting("working_outcomes", "tags", "Outcomes worth pursuing",
                "These turn the lead into an opportunity in Tryton.",
                default=("qualified_opportunity", "closed_won", "follow_up")),
        Setting("lost_outcomes", "tags", "Outcomes that lose it", "These set the opportunity to lost.",
                default=("not_a_fit",)),
    )  # fmt: skip
    default_mapping = {"party.name": "lead.name", "opportunity.description": "segment"}
    default_reads = {
        "crm.owner_email": "owner.email",
        "crm.account_name": "party.name",
        "crm.open_opportunity": "opportunity.open",
        "crm.lifecycle": "opportunity.state",
        "crm.is_customer": "opportunity.state = converted, won",
    }
    needs = ("lead.tags", *sentences.NEEDS)
    records = {"party": "lead", "opportunity": "run"}
    can_look_up = can_read = True

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        names = ("url", "database", "user", "password")
        self.rpc = Rpc(*(str(config[name]) for name in names))
        self._types: dict[str, Mapping[str, Any]] = {}

    def push(self, delivery: Parcel) -> Answer:
        self.rpc.ends_in(LONGEST_PUSH)
        party = self._party(delivery)
        if delivery.data.get("run"):
            opportunity = self._opportunity(delivery, party)
            if delivery.data.get("booking"):
                self._activity(delivery, opportunity)
            self._outcome(delivery, opportunity)
        return Answer("ok")

    def _party(self, delivery: Parcel) -> int:
        email = delivery.facts.get("lead.email")
        if not email:
            raise Permanent("no_address", "The lead has no e-mail address, by which a party is known.")
        values = self._values("party", delivery.fields)
        tags = self._categories(delivery.facts.get("lead.tags") or [])
        number = self._known(PARTY, delivery.links.get("party")) or self._of_address(email)
        if number is None:
            values = {"name": delivery.facts.get("lead.name") or email.partition("@")[0], **values}
            mechanisms = [["create", [{"type": "email", "value": email}]]]
            made = {**values, "contact_mechanisms": mechanisms, "categories": [["add", tags]]}
            number = self.rpc.call(PARTY, "create", [made])[0]
        else:
            taken = [delivery.event["tag"]] if delivery.verb == "lead.untagged" else []
            categories = [["remove", self._categories(taken)], ["add", tags]]
            self.rpc.call(PARTY, "write", [number], {**values, "categories": categories})
        delivery.links.keep("party", str(number))
        return int(number)

    def _opportunity(self, delivery: Parcel, party: int) -> int:
        reference = f"ordinus-run-{delivery.data['run']}"
        number = self._known(OPPORTUNITY, delivery.links.get("opportunity"))
        number = number or self._first(OPPORTUNITY, [["reference", "=", reference]])
        values = self._values("opportunity", delivery.fields)
        employee = self._employee(delivery.facts.get("rep.email"))
        if employee:
            values["employee"] = employee
        if number is None:
            made = {**values, "party": party, "reference": reference}
            number = self.rpc.call(OPPORTUNITY, "create", [made])[0]
        elif values:
            self.rpc.call(OPPORTUNITY, "write", [number], values)
        delivery.links.keep("opportunity", str(number))
        return int(number)

    def _activity(self, delivery: Parcel, opportunity: int) -> None:
        """A note for what happened to the meeting. Tryton lets nobody change one, so a move is a further note."""
        if not delivery.verb.startswith(ACTIVITIES) or delivery.event.get("signal") == JOINED:
            return
        mark = f"Ordinus {delivery.data['run']}/{delivery.data['sequence']}."
        resource = f"{OPPORTUNITY},{opportunity}"
        if self._first(NOTE, [["resource", "=", resource], ["message", "like", f"%{mark}"]]) is None:
            text = sentences.told(delivery.verb, delivery.facts, delivery.event)
            self.rpc.call(NOTE, "create", [{"resource": resource, "message": f"{text}\n{mark}"}])

    def _outcome(self, delivery: Parcel, opportunity: int) -> None:
        """Buttons of Tryton's own workflow; where the state does not allow one, it does nothing."""
        outcome = delivery.facts.get("outcome")
        if delivery.verb not in OUTCOMES:
            return
        if outcome in self._list("lost_outcomes"):
            self.rpc.call(OPPORTUNITY, "lost", [opportunity])
        elif outcome in self._list("working_outcomes"):
            (held,) = self.rpc.call(OPPORTUNITY, "read", [opportunity], ["employee", "state"])
            if held["employee"] and held["state"] == "lead":
                self.rpc.call(OPPORTUNITY, "opportunity", [opportunity])

    def _list(self, name: str) -> Sequence[str]:
        declared = next(setting for setting in self.fields if setting.name == name)
        return tuple(self.config.get(name) or declared.default)

    def look_up(self, email: str, domain: str, *, timeout: float) -> dict[str, Any]:
        self.rpc.ends_in(timeout)
        party = self._of_address(email) or self._of_domain(domain)
        if party is None:
            return {}
        asked = {prefix: self._asked(prefix) for prefix in MODELS}
        (person,) = self.rpc.call(PARTY, "read", [party], asked["party"])
        names = [*asked["opportunity"], "state", "employee.party.email"]
        newest = [["id", "DESC"]]
        found = self.rpc.call(OPPORTUNITY, "search_read", [["party", "=", party]], 0, 20, newest, names)
        held = {f"party.{name}": read(person.get(name)) for name in asked["party"]}
        return self.facts_read(held | _known_of(found))

    def _asked(self, prefix: str) -> list[str]:
        """Their fields of one model that `reads` names; `opportunity.open` is a word of ours."""
        names = [name.partition(".") for name in fields_read(self.reads)]
        return [field for model, _, field in names if model == prefix and field not in ("", "open")]

    def check(self) -> Finding:
        self.rpc.ends_in(15)
        try:
            for model in (PARTY, OPPORTUNITY, NOTE, EMPLOYEE, CATEGORY):
                self.rpc.call(model, "search", [], 0, 1, None)
            lacking = [model for model in MODELS.values() if not self._may_write(model)]
        except SinkError as error:
            return Finding(False, error.sentence)
        if lacking:
            return Finding(False, f"The user may not write {' and '.join(lacking)}.")
        return Finding(True, "Tryton answers, and the user may read and write parties and opportunities.")

    def list_fields(self) -> list[Field]:
        found = []
        for prefix in MODELS:
            told = self._fields_of(prefix)
            found += [field_of(prefix, name, told[name]) for name in sorted(told)]
        return [field for field in found if field is not None]

    def fetch(self, links: Mapping[str, str], names: Sequence[str]) -> dict[str, Any]:
        held: dict[str, Any] = {}
        for prefix, model in MODELS.items():
            wanted = [name.partition(".")[2] for name in names if name.startswith(f"{prefix}.")]
            if not wanted or prefix not in links:
                continue
            number = self._known(model, links[prefix])
            if number is None:
                raise Permanent("gone", f"The {prefix} is not there any more in Tryton.")
            (found,) = self.rpc.call(model, "read", [number], wanted)
            held |= {f"{prefix}.{name}": read(found.get(name)) for name in wanted}
        return held

    def as_held(self, name: str, value: Any) -> Any:
        prefix, _, field = name.partition(".")
        return read(written(self._fields_of(prefix)[field]["type"], value))

    def _values(self, prefix: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What the mapping says about one model, as Tryton writes values; facts that are missing say nothing."""
        mine = {
            name.partition(".")[2]: value
            for name, value in fields.items()
            if name.startswith(f"{prefix}.") and value is not None
        }
        known = self._fields_of(prefix) if mine else {}
        for name in mine:
            if name not in known:
                raise Misconfigured("unknown_field", f"Tryton has no field “{prefix}.{name}”.")
        return {name: written(known[name]["type"], value) for name, value in mine.items()}

    def _fields_of(self, prefix: str) -> Mapping[str, Any]:
        if prefix not in self._types:
            self._types[prefix] = self.rpc.call(MODELS[prefix], "fields_get", [], 0)
        return self._types[prefix]

    def _may_write(self, model: str) -> bool:
        access = self.rpc.call("ir.model.access", "get_access", [model])
        return bool(access[model]["write"] and access[model]["create"])

    def _known(self, model: str, kept: str | None) -> int | None:
        """The record of an id that is kept, also an archived one; None when it is gone."""
        if not kept or not kept.isdigit():
            return None
        return self._first(model, [["id", "=", int(kept)]], active_test=False)

    def _first(self, model: str, domain: Sequence[Any], **context: Any) -> int | None:
        found = self.rpc.call(model, "search", list(domain), 0, 1, [["id", "ASC"]], **context)
        return int(found[0]) if found else None

    def _of_address(self, email: str) -> int | None:
        return self._first(PARTY, [_mechanism(email)])

    def _of_domain(self, domain: str) -> int | None:
        return self._first(PARTY, [_mechanism(f"%@{_plain(domain)}")]) if domain else None

    def _employee(self, email: str | None) -> int | None:
        if not email:
            return None
        value = _plain(email)
        return self._first(EMPLOYEE, [["party.contact_mechanisms.value", "ilike", value]])

    def _categories(self, tags: Sequence[str]) -> list[int]:
        """The numbers of the categories that tags are kept as; made where there is none of that name."""
        found = [(tag, self._first(CATEGORY, [["name", "=", tag]])) for tag in tags]
        return [number or self.rpc.call(CATEGORY, "create", [{"name": tag}])[0] for tag, number in found]


def _mechanism(pattern: str) -> list[Any]:
    return ["contact_mechanisms", "where", [["type", "=", "email"], ["value", "ilike", _plain(pattern, "%")]]]


def _plain(text: str, allowed: str = "") -> str:
    """The text for a pattern of `ilike`, in which only the signs allowed mean more than themselves."""
    for sign in ("\\", "%", "_"):
        if sign not in allowed:
            text = text.replace(sign, "\\" + sign)
    return text


def _known_of(found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the newest opportunity tells, an open one before closed ones."""
    is_open = [each for each in found if each["state"] in OPEN]
    if not found:
        return {"opportunity.open": False}
    newest = (is_open or list(found))[0]
    employee = newest.get("employee.") or {}
    plain = {f"opportunity.{name}": read(value) for name, value in newest.items() if not name.endswith(".")}
    return plain | {
        "opportunity.open": bool(is_open),
        "owner.email": (employee.get("party.") or {}).get("email"),
    }
