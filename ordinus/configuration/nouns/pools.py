"""Pools: who shares out which leads, and each member's share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from ordinus.configuration.nouns.base import Canonical, Slugged, is_named_in_versions, replace_rows
from ordinus.configuration.nouns.reps import week_of, week_rows
from ordinus.configuration.problems import Report, below
from ordinus.configuration.rules import Week
from ordinus.configuration.scalars import Fact, Flag, Mention, Slug, Text, Whole
from ordinus.configuration.shapes import Entry, Items, Key, Record
from ordinus.configuration.times import Date, Minutes, Zone
from ordinus.configuration.types import Choice, ListOf, SetOf
from routing import assigning, grouping, reviews
from routing.models import Match, MeetingType, Membership, Pool, Rep, Segment

MEMBER = Record(
    Key("rep", Mention("reps", "rep"), "The rep's e-mail address.", required=True),
    Key(
        "weight", Whole(1, 100), "A weight of 3 gets three meetings for each one of a weight of 1.", default=1
    ),
    Key("daily_cap", Whole(), "Most meetings a day from this pool."),
    Key("weekly_cap", Whole(), "Most meetings a week from this pool."),
)
MATCH = Record(
    Key("attribute", Text(64), "Of the rep, such as languages.", required=True),
    Key("is", Choice(*Match.Operator.values, what="operator"), "How the attribute is compared with the fact.",
        default=Match.Operator.CONTAINS.value),
    Key("fact", Fact(), "Of the lead. Where it is missing, nobody is left out.", required=True),
)  # fmt: skip


class Pools(Slugged):
    section = "pools"
    noun = "pool"
    label = "pool"
    help = "Groups of reps that leads are shared out to by turn, in proportion to the members' weights."
    model = Pool
    plain = {
        "slug": "slug",
        "name": "name",
        "sla": "sla_minutes",
        "time_zone": "time_zone",
        "assignment": "assignment",
        "keep_rep_on_reschedule": "keep_rep_on_reschedule",
        "owner_from": "owner_from",
        "catch_up": "catch_up",
    }
    record = Record(
        Key("slug", Slug(), "Identifies the pool.", required=True),
        Key("name", Text(120), "What people call it.", required=True),
        Key("meeting_type", Mention("meeting_types", "meeting type"), "The meetings it holds.", required=True),
        Key("sla", Minutes(low=1), "The first offerable start must lie within this, or the next pool is tried; with "
            "`hours`, open time is counted (`1d` is 24 open hours)."),
        Key("hours", Week(), "When the clock of the SLA runs, on the pool's clock; left out: always.", default={}),
        Key("time_zone", Zone(), "Of `hours` and `closed`.", default="UTC"),
        Key("closed", SetOf(Date()), "Dates without meetings and without SLA time.", default=[]),
        Key("assignment", Choice(*Pool.AssignmentRule.values, what="assignment"), "`at_booking`: all free reps' starts "
            "are offered and the rep is drawn when one is picked; `at_routing`: the rep is drawn first, and only that "
            "rep's starts are offered.", default=Pool.AssignmentRule.AT_BOOKING.value),
        Key("keep_rep_on_reschedule", Flag(), "A guest who moves keeps the rep, if that rep is free.", default=False),
        Key("owner_from", ListOf(Fact(), is_set=True), "Facts that may hold the address of the rep who owns the lead; "
            "the first found wins.", default=[]),
        Key("match", ListOf(MATCH), "Only members who match take part.", default=[]),
        Key("fallback", Mention("pools", "pool"), "The pool tried when nobody here can take the lead in time."),
        Key("catch_up", Whole(1, 100), "Most meetings a rep can be owed or owe, so that nobody is flooded after an "
            "absence.", default=5),
        Key("fairness_group", Slug(), "Pools with the same name here share one account of turns for each rep."),
        Key("members", Items(MEMBER, "rep", "member"), "The reps who take turns.", default={}),
    )  # fmt: skip

    def loaded(self, rows: Any) -> Any:
        members = Membership.objects.filter(is_active=True).select_related("rep")
        return rows.select_related("meeting_type", "fallback").prefetch_related(
            "hours", "closed", "matches", Prefetch("members", members, to_attr="present_members")
        )

    def canonical(self, row: Any) -> Canonical:
        fallback = row.fallback if row.fallback and row.fallback.retired_at is None else None
        return super().canonical(row) | {
            "meeting_type": row.meeting_type.slug,
            "hours": week_of(row.hours.all()),
            "closed": sorted(closure.on.isoformat() for closure in row.closed.all()),
            "match": [
                {"attribute": match.attribute, "is": match.operator, "fact": match.fact}
                for match in sorted(row.matches.all(), key=lambda match: match.pk)
            ],
            "fallback": fallback.slug if fallback else None,
            "fairness_group": row.fairness_group or None,
            "members": {
                member.rep.email.lower(): _canonical_member(member)
                for member in sorted(row.present_members, key=lambda member: member.rep.email.lower())
            },
        }

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        """Without its fallback, which may be a pool that is still to be written: `link` sets it."""
        row = self.fill(self.row_for(name), wanted)
        row.meeting_type = MeetingType.objects.get(slug=wanted["meeting_type"])
        row.save()
        replace_rows(row.hours, week_rows(wanted["hours"]))
        replace_rows(row.closed, [{"on": date.fromisoformat(on)} for on in wanted["closed"]])
        replace_rows(row.matches, [
            {"attribute": match["attribute"], "operator": match["is"], "fact": match["fact"]}
            for match in wanted["match"]
        ])  # fmt: skip
        grouping.regroup(row, wanted["fairness_group"] or "", now=now)
        _write_members(row, wanted["members"], now)
        reviews.ask_for_pool(row, now=now)

    def link(self, name: str, wanted: Canonical) -> None:
        fallback = wanted["fallback"] and Pool.objects.get(slug=wanted["fallback"])
        Pool.objects.filter(slug=name).update(fallback=fallback)

    def has_history(self, row: Any) -> bool:
        return (
            row.assignments.exists()
            or row.bookings.exists()
            or row.ledger.exists()
            or Segment.objects.filter(pool=row).exists()
            or is_named_in_versions(row.slug, settings=("pool",))
        )

    def delete(self, row: Any) -> None:
        row.members.all().delete()
        row.delete()

    def judge(self, wanted: Mapping[str, Entry], report: Report) -> None:
        """Fallbacks that lead back to where they began, told once each. Those of stored pools count too."""
        stored = {slug: pool["fallback"] for slug, pool in self.present().items()}
        following = stored | {slug: entry["fallback"] for slug, entry in wanted.items()}
        told: set[str] = set()
        for slug, entry in wanted.items():
            way = [slug]
            while (step := following.get(way[-1])) and step not in way:
                way.append(step)
            if step == slug and slug not in told:
                told.update(way)
                text = f"the fallbacks go round: {' -> '.join([*way, slug])}; let one of them have none"
                report.add(below(entry.path, "fallback"), text)


def _canonical_member(member: Membership) -> Canonical:
    return {
        "rep": member.rep.email.lower(),
        "weight": member.weight,
        "daily_cap": member.daily_cap,
        "weekly_cap": member.weekly_cap,
    }


def _write_members(pool: Pool, wanted: dict[str, Canonical], now: datetime) -> None:
    """Who joins or leaves does so with the balances; a change of weight or caps keeps them."""
    rows = Membership.objects.filter(pool=pool, is_active=True).select_related("rep").order_by("pk")
    present = {member.rep.email.lower(): member for member in rows}
    for email, member in present.items():
        if email not in wanted:
            assigning.leave(member, now=now)
    for email, share in wanted.items():
        terms = {key: share[key] for key in ("weight", "daily_cap", "weekly_cap")}
        if email in present:
            Membership.objects.filter(pk=present[email].pk).update(**terms)
        else:
            assigning.join(pool, Rep.objects.get(email__iexact=email), **terms, now=now)
