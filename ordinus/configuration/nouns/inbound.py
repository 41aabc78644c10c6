"""Inbound sources: who may tell us about attendance and outcomes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bookings.inbound import KINDS
from bookings.models import InboundSource
from ordinus.configuration.nouns.base import Canonical, Slugged
from ordinus.configuration.problems import Report, below
from ordinus.configuration.scalars import Flag, Slug, Text
from ordinus.configuration.secret_values import SecretText, stored_secret, told_secret
from ordinus.configuration.shapes import Entry, Key, Record
from ordinus.configuration.stages import Outcome
from ordinus.configuration.types import Choice, MapOf

SECRETS = ("secret", "former_secret", "private_key")
BELONGS = {
    "account": ("google_meet",),
    "field": ("hubspot",),
    "private_key": ("teams",),
    "outcomes": ("signed", "hubspot"),
}
"""Keys that have a meaning for some kinds only."""


def _fits_its_kind(entry: Entry, report: Report) -> None:
    for name in sorted(entry.given & BELONGS.keys()):
        if entry["kind"] in KINDS and entry["kind"] not in BELONGS[name]:
            kinds = " or ".join(BELONGS[name])
            text = f"has no meaning for the kind {entry['kind']}; remove it, or use {kinds}"
            report.add(below(entry.path, name), text)


class Inbound(Slugged):
    section = "inbound"
    noun = "inbound source"
    label = "inbound"
    help = (
        "Systems that tell us something by signed webhooks, each at `/hooks/SLUG/`: meeting services who joined, CRMs "
        "what came of a meeting."
    )
    model = InboundSource
    plain = {"slug": "slug", "name": "name", "kind": "kind", "enabled": "is_enabled", "account": "account",
             "field": "field", "outcomes": "outcomes"}  # fmt: skip
    record = Record(
        Key("slug", Slug(), "Identifies the source, and is the end of its address.", required=True),
        Key("name", Text(120), "What people call it.", default=""),
        Key("kind", Choice(*KINDS, what="inbound kind"), "Who sends: `signed` is Standard Webhooks from a system of "
            "your own.", required=True),
        Key("enabled", Flag(), "`false`: whatever it sends is refused.", default=True),
        Key("secret", SecretText(300), "What the sender signs with, or the word it sends along. `env:NAME`, or a text "
            "that is sealed in the database and not exported; left out, one that is stored stays.", default=""),
        Key("former_secret", SecretText(300), "Believed too, while the sender changes over.", default=""),
        Key("private_key", SecretText(8000), "`teams`: the key of the subscription's certificate, in PEM.", default=""),
        Key("account", Text(254), "`google_meet`: the service account whose identity token is sent.", default=""),
        Key("field", Text(120), "`hubspot`: the property that holds the outcome.", default=""),
        Key("outcomes", MapOf(Outcome, "their words, each with one of our outcomes"), "What their words mean here. "
            "Left out, they are our outcomes; given, other words are passed over.", default={}),
        checks=(_fits_its_kind,),
    )  # fmt: skip

    def canonical(self, row: Any) -> Canonical:
        return super().canonical(row) | {name: told_secret(getattr(row, name)) for name in SECRETS}

    def settle(self, wanted: Entry, present: Canonical | None) -> None:
        for name in SECRETS:
            if present and name not in wanted.given and wanted["kind"] == present["kind"]:
                wanted[name] = present[name]

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = self.fill(self.row_for(name), wanted)
        for secret in SECRETS:
            if told_secret(getattr(row, secret)) != wanted[secret]:
                setattr(row, secret, stored_secret(wanted[secret]))
        row.save()

    def has_history(self, row: Any) -> bool:
        return bool(row.news.exists())
