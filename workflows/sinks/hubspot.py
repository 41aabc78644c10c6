"""HubSpot: a lead is a contact, a meeting an engagement with its outcome (CRM API, v3 and v4 for associations)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

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
from workflows.sinks.hubspot_values import (
    MEETING,
    as_text,
    field_of,
    is_of,
    names_of,
    of_category,
    own_fields,
    refusal,
    written,
)
from workflows.sinks.oauth import Grant
from workflows.sinks.rest import Api

OBJECTS = "/crm/v3/objects"
PROPERTIES = "/crm/v3/properties"
BOOKING, TAGS, GROUP = "ordinus_booking", "ordinus_tags", "ordinus"
OUTCOMES = {"confirmed": "SCHEDULED", "cancelled": "CANCELED", "attended": "COMPLETED", "no_show": "NO_SHOW"}
MULTI_STATUS, NOT_FOUND, CONFLICT = 207, 404, 409
PAGE = 100
LONGEST_PUSH = 60.0


class HubSpotSink(SinkAdapter):
    """Contacts are written by their address, meetings by a property of ours that HubSpot keeps unique.

    So a repetition finds what an attempt without an answer has made: HubSpot's search, which lags behind, is
    not asked for that.
    """

    kind = "hubspot"
    title = "HubSpot"
    help = "Keeps each lead as a contact with its tags, and each meeting with its outcome on the contact's timeline."
    fields_help = "Fields of the contact by their internal names, those of the meeting after “meeting.”."
    fields = (
        Setting("token", "secret", "Access token",
                "Of a private app, with the scopes for contacts, companies, deals, owners and their schemas. Leave "
                "it empty to connect by OAuth."),
        Setting("client_id", "text", "OAuth client", "Of your app, with OAuth."),
        Setting("client_secret", "secret", "OAuth client secret", "Of your app, with OAuth."),
        Setting("refresh_token", "secret", "OAuth refresh token", "Renews the access every half hour."),
        Setting("owner", "choice", "Contact owner",
                "Keep: the rep becomes owner of a contact that has none. Replace: whoever meets it, owns it.",
                default="keep", choices=("keep", "replace")),
        Setting("url", "url", "Address", "Of the API.", default="https://api.hubapi.com"),
    )  # fmt: skip
    default_reads = {
        "crm.owner_email": "owner.email",
        "crm.account_name": "company",
        "crm.lifecycle": "lifecyclestage",
        "crm.is_customer": "lifecyclestage = customer, evangelist",
        "crm.open_opportunity": "deals.open",
        "crm.do_not_contact": "hs_email_optout",
    }
    default_mapping = {"email": "lead.email"}
    needs = ("lead.tags", *sentences.NEEDS)
    records = {"contact": "lead", "meeting": "booking"}
    can_look_up = can_read = True

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        base = str(config.get("url") or "https://api.hubapi.com")
        grant = self._grant(base)
        self.api = Api(
            self.title,
            base,
            headers=lambda: {"Authorization": f"Bearer {grant.token() if grant else config['token']}"},
            renew=grant.renew if grant else None,
            renewing=grant.api if grant else None,
            refusal=refusal,
        )

    def _grant(self, base: str) -> Grant | None:
        if self.config.get("token"):
            return None
        form = {
            name: str(self.config.get(name) or "") for name in ("client_id", "client_secret", "refresh_token")
        }
        if not all(form.values()):
            sentence = "“Access token” is not set, nor are the OAuth client, its secret and a refresh token."
            raise Misconfigured("incomplete", sentence)
        form["grant_type"] = "refresh_token"
        return Grant(Api(self.title, base), "/oauth/v1/token", form, lambda: self.keeping)

    def push(self, delivery: Parcel) -> Answer:
        self.api.ends_in(LONGEST_PUSH)
        owner = self._owner_of(delivery.facts.get("rep.email"))
        contact = self._contact(delivery, owner)
        if delivery.data.get("booking") and delivery.facts.get("booking.start"):
            self._meeting(delivery, contact, owner)
        return Answer("200")

    def _contact(self, delivery: Parcel, owner: str | None) -> str:
        email = delivery.facts.get("lead.email")
        if not email:
            raise Permanent("no_address", "The lead has no e-mail address, by which a contact is known.")
        properties = {**names_of(delivery), **written(delivery.fields, "")}
        if delivery.facts.get("lead.tags") is not None:
            properties[TAGS] = as_text(delivery.facts["lead.tags"])
            self._ensure("contacts", TAGS, "Tags of Ordinus", unique=False)
        found = self._upserted("contacts", "email", email, properties, delivery.links.get("contact"))
        delivery.links.keep("contact", found["id"])
        if owner and self._mayown(found):
            self._changed("contacts", found["id"], {"hubspot_owner_id": owner})
        return str(found["id"])

    def _mayown(self, contact: Mapping[str, Any]) -> bool:
        if self.config.get("owner") == "replace":
            return True
        path = f"{OBJECTS}/contacts/{contact['id']}"
        held = self.api.call("GET", path, query={"properties": "hubspot_owner_id"}).json()
        return not held["properties"].get("hubspot_owner_id")

    def _meeting(self, delivery: Parcel, contact: str, owner: str | None) -> None:
        facts = delivery.facts
        self._ensure("meetings", BOOKING, "Booking in Ordinus", unique=True)
        properties = {
            "hs_timestamp": facts["booking.start"],
            "hs_meeting_start_time": facts["booking.start"],
            "hs_meeting_end_time": facts["booking.end"],
            "hs_meeting_title": sentences.title(facts),
            "hs_meeting_outcome": OUTCOMES.get(str(facts.get("booking.status")), "SCHEDULED"),
            "hs_internal_meeting_notes": sentences.meeting(facts),
            **({"hubspot_owner_id": owner} if owner else {}),
            **written(delivery.fields, MEETING),
        }
        key = str(delivery.data["booking"])
        found = self._upserted("meetings", BOOKING, key, properties, delivery.links.get("meeting"))
        delivery.links.keep("meeting", found["id"])
        # Associating what is associated changes nothing, so an attempt that broke off before is made whole.
        self.api.call(
            "PUT", f"/crm/v4/objects/meetings/{found['id']}/associations/default/contacts/{contact}"
        )

    def _upserted(
        self, kind: str, by: str, key: str, properties: Mapping[str, str], known: str | None
    ) -> Mapping[str, Any]:
        """The record with these properties, found by the id kept here or by its unique property, or made."""
        if known:
            path = f"{OBJECTS}/{kind}/{quote(known, safe='')}"
            reply = self.api.call("PATCH", path, json={"properties": properties}, accept=(NOT_FOUND,))
            if reply.status != NOT_FOUND:
                return dict(reply.json())
        one = {"idProperty": by, "id": key, "properties": {**properties, by: key}}
        reply = self.api.call("POST", f"{OBJECTS}/{kind}/batch/upsert", json={"inputs": [one]})
        content = reply.json()
        if reply.status == MULTI_STATUS or not content.get("results"):
            raise of_category(content.get("errors") or [{}], reply.as_answer())
        return dict(content["results"][0])

    def _changed(self, kind: str, number: str, properties: Mapping[str, str]) -> None:
        self.api.call("PATCH", f"{OBJECTS}/{kind}/{number}", json={"properties": properties})

    def _ensure(self, kind: str, name: str, label: str, *, unique: bool) -> None:
        """Afterwards HubSpot has a property of ours; each process asks once."""
        place = f"{self.api.base}{kind}{self.config.get('token') or self.config.get('client_id')}{name}"
        if hash(place) in ENSURED:
            return
        reply = self.api.call("GET", f"{PROPERTIES}/{kind}/{name}", accept=(NOT_FOUND,))
        if reply.status == NOT_FOUND:
            group = {"name": GROUP, "label": "Ordinus"}
            self.api.call("POST", f"{PROPERTIES}/{kind}/groups", json=group, accept=(CONFLICT,))
            told = {"name": name, "label": label, "type": "string", "fieldType": "text", "groupName": GROUP}
            self.api.call(
                "POST", f"{PROPERTIES}/{kind}", json={**told, "hasUniqueValue": unique}, accept=(CONFLICT,)
            )
        ENSURED.add(hash(place))

    def _owner_of(self, email: str | None) -> str | None:
        if not email:
            return None
        found = self.api.call("GET", "/crm/v3/owners", query={"email": email, "limit": 1}).json()
        return str(found["results"][0]["id"]) if found.get("results") else None

    def look_up(self, email: str, domain: str, *, timeout: float) -> dict[str, Any]:
        self.api.ends_in(timeout)
        wanted = ("company", "lifecyclestage", "hs_email_optout", "hubspot_owner_id", *own_fields(self.reads))
        query = {"idProperty": "email", "properties": ",".join(dict.fromkeys(wanted))}
        path = f"{OBJECTS}/contacts/{quote(email, safe='')}"
        reply = self.api.call("GET", path, query=query, accept=(NOT_FOUND,))
        if reply.status == NOT_FOUND:
            return self._of_company(domain)
        contact = reply.json()
        found = dict(contact["properties"])
        found["owner.email"] = self._email_of(found.get("hubspot_owner_id"))
        found["deals.open"] = self._has_open_deal(contact["id"])
        return self.facts_read(found)

    def _of_company(self, domain: str) -> dict[str, Any]:
        """What the company of a stranger's domain tells; nothing without one."""
        if not domain:
            return {}
        wanted = ["name", "lifecyclestage", "hubspot_owner_id"]
        one = {"filters": [{"propertyName": "domain", "operator": "EQ", "value": domain}]}
        body = {"filterGroups": [one], "properties": wanted, "limit": 1}
        results = self.api.call("POST", f"{OBJECTS}/companies/search", json=body).json().get("results")
        if not results:
            return {}
        company = results[0]["properties"]
        return self.facts_read(
            {
                "company": company.get("name"),
                "lifecyclestage": company.get("lifecyclestage"),
                "owner.email": self._email_of(company.get("hubspot_owner_id")),
            }
        )

    def _email_of(self, owner: str | None) -> str | None:
        if not owner:
            return None
        reply = self.api.call("GET", f"/crm/v3/owners/{quote(str(owner), safe='')}", accept=(NOT_FOUND,))
        return reply.json().get("email") if reply.status != NOT_FOUND else None

    def _has_open_deal(self, contact: str) -> bool:
        for page in self._pages(f"/crm/v4/objects/contacts/{contact}/associations/deals"):
            inputs = [{"id": str(each["toObjectId"])} for each in page]
            body = {"inputs": inputs, "properties": ["hs_is_closed"]}
            deals = self.api.call("POST", f"{OBJECTS}/deals/batch/read", json=body).json() if inputs else {}
            if any(deal["properties"].get("hs_is_closed") != "true" for deal in deals.get("results", ())):
                return True
        return False

    def _pages(self, path: str) -> Iterator[list[Mapping[str, Any]]]:
        after: str | None = None
        while True:
            query = {"limit": PAGE, **({"after": after} if after else {})}
            content = self.api.call("GET", path, query=query).json()
            yield content.get("results", [])
            after = content.get("paging", {}).get("next", {}).get("after")
            if not after:
                return

    def check(self) -> Finding:
        self.api.ends_in(15)
        try:
            self.api.call("GET", f"{OBJECTS}/contacts", query={"limit": 1})
            self.api.call("GET", f"{OBJECTS}/meetings", query={"limit": 1})
            self.api.call("GET", f"{PROPERTIES}/contacts")
            self.api.call("GET", "/crm/v3/owners", query={"limit": 1})
        except SinkError as error:
            return Finding(False, error.sentence)
        return Finding(
            True, "HubSpot answers, and the access reaches contacts, meetings, properties and owners."
        )

    def list_fields(self) -> list[Field]:
        found = []
        for kind, prefix in (("contacts", ""), ("meetings", MEETING)):
            told = self.api.call("GET", f"{PROPERTIES}/{kind}").json()["results"]
            found += [field_of(prefix, each) for each in told if not each.get("hidden")]
        return found

    def fetch(self, links: Mapping[str, str], names: Sequence[str]) -> dict[str, Any]:
        held: dict[str, Any] = {}
        for role, kind, prefix in (("contact", "contacts", ""), ("meeting", "meetings", MEETING)):
            wanted = [name.removeprefix(MEETING) for name in names if is_of(name, prefix)]
            if not wanted or role not in links:
                continue
            path = f"{OBJECTS}/{kind}/{quote(links[role], safe='')}"
            reply = self.api.call("GET", path, query={"properties": ",".join(wanted)}, accept=(NOT_FOUND,))
            if reply.status == NOT_FOUND:
                raise Permanent("gone", f"The {role} is not there any more in HubSpot.")
            properties = reply.json()["properties"]
            held |= {prefix + name: properties.get(name) for name in wanted}
        return held

    def as_held(self, name: str, value: Any) -> Any:
        return as_text(value)


ENSURED: set[int] = set()
"""Properties of ours that HubSpot is known to have."""
