"""Reports: where leads drop, and whether turns are shared out fairly."""

from __future__ import annotations

from rest_framework import serializers

from bookings.api.fields import InstantField
from bookings.reporting.tables import Report


class LostSerializer(serializers.Serializer):
    reason = serializers.CharField()
    count = serializers.IntegerField()


class FunnelStageSerializer(serializers.Serializer):
    stage = serializers.CharField()
    count = serializers.IntegerField(help_text="Runs that came this far or further.")
    lost = LostSerializer(many=True, help_text="Runs that came no further, and why.")


class OutcomeCountSerializer(serializers.Serializer):
    outcome = serializers.CharField()
    count = serializers.IntegerField()


class FunnelSerializer(serializers.Serializer):
    workflow = serializers.CharField()
    since = InstantField()
    until = InstantField()
    stages = FunnelStageSerializer(many=True)
    outcomes = OutcomeCountSerializer(many=True)


class FairnessMemberSerializer(serializers.Serializer):
    rep = serializers.CharField(help_text="E-mail address.")
    weight = serializers.IntegerField()
    share = serializers.FloatField(help_text="Of the pool's weight, from 0 to 1.")
    served = serializers.IntegerField(help_text="Turns taken and not given back.")
    credits = serializers.IntegerField(help_text="Turns given back.")
    balance = serializers.FloatField(help_text="Meetings owed to the rep (above 0) or by the rep (below 0).")


class FairnessSerializer(serializers.Serializer):
    pool = serializers.CharField()
    members = FairnessMemberSerializer(many=True)


FIELDS: dict[str, type[serializers.Field]] = {
    "count": serializers.IntegerField,
    "share": serializers.FloatField,
    "hours": serializers.FloatField,
    "instant": InstantField,
}
SAID = {"share": "From 0 to 1; null where there is nothing to divide by.", "hours": "Hours."}


def table_serializer(report: Report) -> type[serializers.Serializer]:
    """The rows of a report with the fields of its columns; each may be null where nothing is known."""
    name = "".join(part.capitalize() for part in report.name.split("-"))
    keys = {
        "key": serializers.CharField(help_text="For programs."),
        "label": serializers.CharField(help_text="For people."),
    }
    columns = {
        column.name: FIELDS[column.kind](
            allow_null=True, help_text=f"{column.title}. {SAID.get(column.kind, '')}".strip()
        )
        for column in report.columns
    }
    row = type(f"{name}RowSerializer", (serializers.Serializer,), keys | columns)
    span = {"since": InstantField(), "until": InstantField()}
    before = type(f"{name}BeforeSerializer", (serializers.Serializer,), {**span, "rows": row(many=True)})
    whole = {
        "report": serializers.ChoiceField(choices=[report.name]),
        "by": serializers.ChoiceField(choices=list(report.by)),
        "since": InstantField(),
        "until": InstantField(),
        "rows": row(many=True),
        "before": before(allow_null=True, help_text="The span just before, if it was asked for."),
    }
    return type(f"{name}Serializer", (serializers.Serializer,), whole)
