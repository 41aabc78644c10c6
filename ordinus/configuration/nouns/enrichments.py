"""Enrichments: where facts about a lead's company come from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bookings.core import paths
from bookings.enrichments import ADAPTERS
from bookings.models import Enquiry, Enrichment, EnrichmentRow
from ordinus.configuration.nouns.base import Canonical, Slugged
from ordinus.configuration.problems import Report, below, nearest
from ordinus.configuration.scalars import Fact, Mention, Pattern, Slug, Url
from ordinus.configuration.secret_values import SecretText, stored_secret, told_secret
from ordinus.configuration.shapes import Entry, Key, Record
from ordinus.configuration.times import Minutes, Timeout
from ordinus.configuration.types import Attribute, Choice, MapOf
from workflows.core import conditions

NEEDS = {"table": ("key",), "http": ("url",), "crm": ("sink", "mapping")}
"""What an enrichment of a kind cannot do without."""

BELONGS = {
    "table": ("key", "rows"),
    "http": ("url", "timeout", "token", "mapping", "cache"),
    "crm": ("sink", "timeout", "mapping", "cache"),
}
"""The keys that these kinds have a use for; of other kinds nothing is known here."""

_PLACE = re.compile(r"\{([^{}]*)\}")


FactName = Pattern(
    r"[a-z][a-z0-9_.]{0,99}", "name of a fact", "begin with a small letter and use small letters, digits, _ and dots",
    longest=100,
)  # fmt: skip


def _fits_its_kind(entry: Entry, report: Report) -> None:
    kind = entry["kind"]
    for name in NEEDS.get(kind, ()):
        if not entry[name] and report.is_sound(below(entry.path, name)):
            report.add(below(entry.path, name), f"is missing; an enrichment of kind {kind} needs it")
    if kind in BELONGS:
        others = {name for names in BELONGS.values() for name in names} - set(BELONGS[kind])
        for name in sorted(others & entry.given):
            kinds = " or ".join(other for other, names in BELONGS.items() if name in names)
            report.add(
                below(entry.path, name), f"has no meaning for the kind {kind}; remove it, or use {kinds}"
            )
    for theirs in entry["mapping"] or {} if report.is_sound(below(entry.path, "mapping")) else ():
        if trouble := paths.problem(theirs) if kind == "http" else None:
            report.add(below(below(entry.path, "mapping"), theirs), f"'{theirs}' {trouble}")
    for fact in _PLACE.findall(entry["url"] or ""):
        if not conditions.known_fact(fact):
            cure = nearest(fact, conditions.FIXED_FACTS) or "; name a fact such as lead.email_domain"
            report.add(below(entry.path, "url"), f"no fact '{fact}'{cure}")


class Enrichments(Slugged):
    section = "enrichments"
    noun = "enrichment"
    label = "enrichment"
    help = (
        "Sources of the facts `enrichment.*`, asked in this order before the segments; later ones do not overwrite "
        "what earlier ones found."
    )
    model = Enrichment
    ordered = True
    plain = {
        "slug": "slug", "kind": "kind", "key": "key", "url": "url", "timeout": "timeout_ms", "sink": "sink",
        "mapping": "mapping", "cache": "cache_minutes",
    }  # fmt: skip
    record = Record(
        Key("slug", Slug(), "Identifies the enrichment.", required=True),
        Key("kind", Choice(*ADAPTERS, what="enrichment kind"), "`table`: the rows given here; `http`: asked by GET, "
            "answered in JSON; `crm`: a sink that looks up, asked for fields of its own.", required=True),
        Key("key", Fact(), "`table`: the fact whose value is looked up among the rows.", default=""),
        Key("rows", MapOf(MapOf(Attribute(), "facts, without `enrichment.`"), "values of `key`, each with the facts "
            "known for it"), "`table`: what is known.", default={}),
        Key("url", Url(1000), "`http`: where to ask; facts in braces are filled in, as in "
            "`https://enrich.example/v1?domain={lead.email_domain}`.", default=""),
        Key("timeout", Timeout(), "How long the answer is waited for.", default=2000),
        Key("token", SecretText(500), "`http`: sent as a bearer token; `env:NAME` reads it from the environment. "
            "Left out, one that is stored stays; `null` removes it.", default=""),
        Key("sink", Mention("sinks", "sink"), "`crm`: the sink that is asked.", default=""),
        Key("mapping", MapOf(FactName, "paths into their answer (`crm`: their fields), each with the name of our "
            "fact"), "What is taken from an answer, as in `company.size: employees`, which is then "
            "`enrichment.employees`. `http`: left out, all of it is, under their names.", default={}),
        Key("cache", Minutes(low=1), "How long an answer is used again for the same question; left out, it is asked "
            "each time.", default=None),
        checks=(_fits_its_kind,),
    )  # fmt: skip

    def place(self, row: Any) -> Any:
        return row.position, row.slug

    def loaded(self, rows: Any) -> Any:
        return rows.prefetch_related("rows")

    def canonical(self, row: Any) -> Canonical:
        rows = {line.key: line.facts for line in sorted(row.rows.all(), key=lambda line: line.key)}
        return super().canonical(row) | {"rows": rows, "token": told_secret(row.token)}

    def settle(self, wanted: Entry, present: Canonical | None) -> None:
        if present and "token" not in wanted.given and wanted["kind"] == present["kind"]:
            wanted["token"] = present["token"]

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        row = self.fill(self.row_for(name), wanted)
        if told_secret(row.token) != wanted["token"]:
            row.token = stored_secret(wanted["token"])
        if row.pk is None:
            row.position = Enrichment.objects.count()
        row.save()
        _write_rows(row, wanted["rows"])

    def order(self, names: Sequence[str]) -> None:
        """Afterwards the enrichments in use are asked in this order."""
        for position, name in enumerate(names):
            Enrichment.objects.filter(slug=name).update(position=position)

    def has_history(self, row: Any) -> bool:
        """It may have answered for any enquiry: which one did is known to the audit alone."""
        return Enquiry.objects.exists()


def _write_rows(enrichment: Enrichment, wanted: Mapping[str, Canonical]) -> None:
    """Only lines that differ are touched, as tables may be long."""
    present = {line.key: line for line in enrichment.rows.all()}
    gone = [line.pk for key, line in present.items() if key not in wanted]
    EnrichmentRow.objects.filter(pk__in=gone).delete()
    changed = [line for key, line in present.items() if key in wanted and line.facts != wanted[key]]
    for line in changed:
        line.facts = wanted[line.key]
    EnrichmentRow.objects.bulk_update(changed, ["facts"], batch_size=500)
    new = {key: facts for key, facts in wanted.items() if key not in present}
    EnrichmentRow.objects.bulk_create(
        (EnrichmentRow(enrichment=enrichment, key=key, facts=facts) for key, facts in new.items()),
        batch_size=500,
    )
