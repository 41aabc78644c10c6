"""Salesforce: a lead is a Lead or Contact, a meeting an Event on it (REST API, SOQL)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from workflows.core.reads import plain_fields
from workflows.sinks import sentences
from workflows.sinks.base import (
    Answer,
    Field,
    Finding,
    Parcel,
    Permanent,
    Setting,
    SinkAdapter,
    SinkError,
)
from workflows.sinks.oauth import Grant
from workflows.sinks.rest import Api
from workflows.sinks.salesforce_values import (
    EVENT,
    as_held,
    field_of,
    host_of,
    is_of,
    names_of,
    quoted,
    refusal,
    written,
)

VERSION = "v62.0"
LEAD, CONTACT = "Lead", "Contact"
NOT_FOUND = 404
LONGEST_PUSH = 60.0
TAGGING = ("lead.submitted", "lead.tagged", "lead.untagged")
ALIASES = ("status",)
"""Plain names of ours for what leads alone have, as `Status`."""

PERSON_FIELDS = {
    CONTACT: "Id, Account.Id, Account.Name, Account.Type, Owner.Email, HasOptedOutOfEmail",
    LEAD: "Id, Company, Status, Owner.Email, HasOptedOutOfEmail",
}


class SalesforceSink(SinkAdapter):
    """People are found by the id kept here, else by their address; an Event by the last line of its description.

    SOQL sees what was written at once, so a repetition finds what an attempt without an answer has made. No
    custom field is needed.
    """

    kind = "salesforce"
    title = "Salesforce"
    help = "Keeps each lead as a lead or contact with topics for tags, and each meeting as an event with its outcome."
    fields_help = "Fields of the lead or contact by their API names, those of the event after “Event.”."
    fields = (
        Setting("url", "url", "Address", "Of My Domain, such as https://acme.my.salesforce.com.", required=True),
        Setting("client_id", "text", "Consumer key", "Of the connected app.", required=True),
        Setting("client_secret", "secret", "Consumer secret", "Of the connected app.", required=True),
        Setting("refresh_token", "secret", "Refresh token",
                "From the web server flow; where the app rotates them, the newest is kept here by itself. Empty: the "
                "client credentials flow, as the app's own user."),
        Setting("record", "choice", "New people become", "Those who are there stay what they are.",
                default="lead", choices=("lead", "contact")),
        Setting("owner", "choice", "Owner",
                "Keep: the rep becomes owner of new records only. Replace: whoever meets the person, owns it.",
                default="keep", choices=("keep", "replace")),
    )  # fmt: skip
    default_mapping = {"Email": "lead.email"}
    default_reads = {
        "crm.owner_email": "owner.email",
        "crm.account_name": "account.name",
        "crm.lifecycle": "status",
        "crm.is_customer": "account.type = Customer, Customer - Direct, Customer - Channel",
        "crm.open_opportunity": "opportunity.open",
        "crm.do_not_contact": "HasOptedOutOfEmail",
    }
    needs = ("lead.email_domain", "lead.tags", *sentences.NEEDS)
    records = {"person": "lead", "event": "booking"}
    can_look_up = can_read = True

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        base = str(config["url"])
        form = {name: str(config[name]) for name in ("client_id", "client_secret")}
        token = str(config.get("refresh_token") or "")
        form["grant_type"] = "refresh_token" if token else "client_credentials"
        renewing = {"refresh_token": token} if token else {}
        grant = Grant(
            Api(self.title, base), "/services/oauth2/token", {**form, **renewing}, lambda: self.keeping
        )
        self.api = Api(
            self.title,
            base,
            headers=lambda: {"Authorization": f"Bearer {grant.token()}"},
            renew=grant.renew,
            renewing=grant.api,
            refusal=refusal,
        )
        self.place = f"/services/data/{VERSION}"

    def push(self, delivery: Parcel) -> Answer:
        self.api.ends_in(LONGEST_PUSH)
        owner = self._user(delivery.facts.get("rep.email"))
        person, is_new = self._person(delivery, owner)
        if is_new or delivery.is_repeat or delivery.verb in TAGGING:
            self._topics(delivery, person)
        if delivery.data.get("booking") and delivery.facts.get("booking.start"):
            self._event(delivery, person, owner)
        return Answer("200")

    def _person(self, delivery: Parcel, owner: str | None) -> tuple[str, bool]:
        """The person's record as `Lead/ID`, brought up to date, and whether it was made just now."""
        email = delivery.facts.get("lead.email")
        if not email:
            raise Permanent("no_address", "The lead has no e-mail address, by which a person is known.")
        values = {**names_of(delivery), **written(delivery.fields, "")}
        for known in (delivery.links.get("person"), self._of_address(email)):
            if known and self._changed(known, self._owned(values, owner)):
                return delivery.links.keep("person", known), False
        kind = CONTACT if self.config.get("record") == "contact" else LEAD
        required = {"LastName": email.partition("@")[0]}
        if kind == LEAD:
            required["Company"] = delivery.facts.get("lead.email_domain") or "Unknown"
        owned = {"OwnerId": owner} if owner else {}
        person = self._made(kind, {**required, **values, **owned})
        return delivery.links.keep("person", f"{kind}/{person}"), True

    def _owned(self, values: Mapping[str, Any], owner: str | None) -> dict[str, Any]:
        replaces = owner and self.config.get("owner") == "replace"
        return {**values, **({"OwnerId": owner} if replaces else {})}

    def _event(self, delivery: Parcel, person: str, owner: str | None) -> None:
        facts = delivery.facts
        mark = f"Ordinus booking {delivery.data['booking']}."
        title = sentences.title(facts)
        values = {
            "Subject": f"Cancelled: {title}" if facts.get("booking.status") == "cancelled" else title,
            "StartDateTime": facts["booking.start"],
            "EndDateTime": facts["booking.end"],
            "Description": f"{sentences.meeting(facts)}\n{mark}",
            **({"OwnerId": owner} if owner else {}),
            **written(delivery.fields, EVENT),
        }
        number = person.partition("/")[2]
        for known in (delivery.links.get("event"), self._marked(number, mark)):
            if known and self._changed(f"Event/{known}", values):
                delivery.links.keep("event", known)
                return
        delivery.links.keep("event", self._made("Event", {**values, "WhoId": number}))

    def _marked(self, person: str, mark: str) -> str | None:
        """The person's event whose description ends with the mark; descriptions cannot be searched by SOQL."""
        for event in self._query(f"SELECT Id, Description FROM Event WHERE WhoId = {quoted(person)}"):
            if (event.get("Description") or "").rstrip().endswith(mark):
                return str(event["Id"])
        return None

    def _topics(self, delivery: Parcel, person: str) -> None:
        number = person.partition("/")[2]
        for tag in delivery.facts.get("lead.tags") or []:
            topic = self._first(f"SELECT Id FROM Topic WHERE Name = {quoted(tag)}")
            topic = topic or self._made("Topic", {"Name": tag})
            if not self._assigned(number, f"TopicId = {quoted(topic)}"):
                self._made("TopicAssignment", {"TopicId": topic, "EntityId": number})
        if delivery.verb == "lead.untagged":
            taken = self._assigned(number, f"Topic.Name = {quoted(str(delivery.event.get('tag')))}")
            if taken:
                self.api.call("DELETE", self._place(f"TopicAssignment/{taken}"), accept=(NOT_FOUND,))

    def _assigned(self, person: str, which: str) -> str | None:
        return self._first(f"SELECT Id FROM TopicAssignment WHERE EntityId = {quoted(person)} AND {which}")

    def _of_address(self, email: str) -> str | None:
        contact = self._first(f"SELECT Id FROM Contact WHERE Email = {quoted(email)}")
        if contact:
            return f"{CONTACT}/{contact}"
        lead = self._first(f"SELECT Id FROM Lead WHERE Email = {quoted(email)} AND IsConverted = false")
        return f"{LEAD}/{lead}" if lead else None

    def _user(self, email: str | None) -> str | None:
        return (
            self._first(f"SELECT Id FROM User WHERE Email = {quoted(email)} AND IsActive = true")
            if email
            else None
        )

    def _made(self, kind: str, values: Mapping[str, Any]) -> str:
        return str(self.api.call("POST", self._place(kind), json=dict(values)).json()["id"])

    def _changed(self, record: str, values: Mapping[str, Any]) -> bool:
        """Whether the record is there; afterwards it has these values."""
        reply = self.api.call("PATCH", self._place(record), json=dict(values), accept=(NOT_FOUND,))
        return reply.status != NOT_FOUND

    def _place(self, record: str) -> str:
        return f"{self.place}/sobjects/{quote(record)}"

    def _query(self, soql: str) -> Iterator[Mapping[str, Any]]:
        """Every record of every page."""
        content = self.api.call("GET", f"{self.place}/query", query={"q": soql}).json()
        yield from content["records"]
        while not content.get("done", True):
            content = self.api.call("GET", content["nextRecordsUrl"]).json()
            yield from content["records"]

    def _first(self, soql: str) -> str | None:
        record = next(self._query(f"{soql} ORDER BY Id LIMIT 1"), None)
        return str(record["Id"]) if record else None

    def look_up(self, email: str, domain: str, *, timeout: float) -> dict[str, Any]:
        self.api.ends_in(timeout)
        for kind, names in PERSON_FIELDS.items():
            only = " AND IsConverted = false" if kind == LEAD else ""
            names = ", ".join([names, *self._further(kind, names)])
            soql = f"SELECT {names} FROM {kind} WHERE Email = {quoted(email)}{only} ORDER BY Id LIMIT 1"
            person = next(self._query(soql), None)
            if person is not None:
                return self.facts_read(self._told(kind, person))
        return self._of_domain(domain)

    def _further(self, kind: str, names: str) -> list[str]:
        """Fields that `reads` asks for beside the usual ones, as far as this kind of record has them."""
        selected = {*names.split(", "), *ALIASES}
        asked = [name for name in plain_fields(self.reads) if name not in selected]
        if not asked:
            return []
        has = {field["name"] for field in self._describe(kind)["fields"]}
        return [name for name in asked if name in has]

    def _told(self, kind: str, person: Mapping[str, Any]) -> dict[str, Any]:
        account = person.get("Account") or {}
        told = {
            **person,
            "owner.email": (person.get("Owner") or {}).get("Email"),
            "account.name": account.get("Name") or person.get("Company"),
            "status": person.get("Status"),
            "opportunity.open": False,
        }
        if kind == CONTACT and account:
            told["account.type"] = account.get("Type")
            told["opportunity.open"] = self._has_open_opportunity(account["Id"])
        return told

    def _of_domain(self, domain: str) -> dict[str, Any]:
        """What the account of a stranger's domain tells; nothing without one."""
        if not domain:
            return {}
        of_domain = f"Website LIKE {quoted(f'%{domain}%', is_pattern=True)}"
        soql = (
            f"SELECT Id, Name, Type, Website, Owner.Email FROM Account WHERE {of_domain} ORDER BY Id LIMIT 20"
        )
        account = next((each for each in self._query(soql) if host_of(each.get("Website")) == domain), None)
        if account is None:
            return {}
        return self.facts_read(
            {
                "owner.email": (account.get("Owner") or {}).get("Email"),
                "account.name": account["Name"],
                "account.type": account.get("Type"),
                "opportunity.open": self._has_open_opportunity(account["Id"]),
            }
        )

    def _has_open_opportunity(self, account: str) -> bool:
        is_open = f"AccountId = {quoted(account)} AND IsClosed = false"
        return self._first(f"SELECT Id FROM Opportunity WHERE {is_open}") is not None

    def check(self) -> Finding:
        self.api.ends_in(15)
        kind = CONTACT if self.config.get("record") == "contact" else LEAD
        try:
            lacking = [each for each in (kind, "Event") if not self._describe(each).get("createable")]
            next(self._query("SELECT Id FROM User LIMIT 1"), None)
        except SinkError as error:
            return Finding(False, error.sentence)
        if lacking:
            return Finding(False, f"The user may not make records of the kind {' or '.join(lacking)}.")
        return Finding(True, f"Salesforce answers, and {kind} and Event can be made.")

    def list_fields(self) -> list[Field]:
        kind = CONTACT if self.config.get("record") == "contact" else LEAD
        found = [field_of("", told) for told in self._describe(kind)["fields"]]
        return found + [field_of(EVENT, told) for told in self._describe("Event")["fields"]]

    def _describe(self, kind: str) -> Mapping[str, Any]:
        content: Mapping[str, Any] = self.api.call("GET", self._place(f"{kind}/describe")).json()
        return content

    def fetch(self, links: Mapping[str, str], names: Sequence[str]) -> dict[str, Any]:
        held: dict[str, Any] = {}
        places = {
            "person": ("", links.get("person", "")),
            "event": (EVENT, f"Event/{links.get('event', '')}"),
        }
        for role, (prefix, record) in places.items():
            wanted = [name.removeprefix(EVENT) for name in names if is_of(name, prefix)]
            if not wanted or role not in links:
                continue
            query = {"fields": ",".join(wanted)}
            reply = self.api.call("GET", self._place(record), query=query, accept=(NOT_FOUND,))
            if reply.status == NOT_FOUND:
                raise Permanent("gone", f"The {role} is not there any more in Salesforce.")
            content = reply.json()
            held |= {prefix + name: content.get(name) for name in wanted}
        return held

    def as_held(self, name: str, value: Any) -> Any:
        return as_held(value)
