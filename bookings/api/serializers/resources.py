"""The organisation as it is set up: pools, reps, segments and workflows, in the words of configuration files."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings.api.fields import InstantField
from bookings.api.serializers.leads import ObjectField
from routing.models import Pool, Rep, Segment
from routing.models.reps import clock_span
from workflows import publishing
from workflows.core import durations
from workflows.core.conditions import groups_to
from workflows.models import Workflow

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}}
OBJECTS = {"type": "array", "items": {"type": "object", "additionalProperties": {}}}
GROUPS = {"type": "array", "items": OBJECTS}


class MemberSerializer(serializers.Serializer):
    rep = serializers.CharField(source="rep.email", read_only=True)
    weight = serializers.IntegerField(read_only=True)
    daily_cap = serializers.IntegerField(read_only=True, allow_null=True)
    weekly_cap = serializers.IntegerField(read_only=True, allow_null=True)


class PoolSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk", read_only=True)
    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    meeting_type = serializers.CharField(source="meeting_type.slug", read_only=True)
    sla = serializers.SerializerMethodField()
    time_zone = serializers.CharField(read_only=True)
    assignment = serializers.ChoiceField(Pool.AssignmentRule.choices, read_only=True)
    keep_rep_on_reschedule = serializers.BooleanField(read_only=True)
    fallback = serializers.SerializerMethodField()
    catch_up = serializers.IntegerField(read_only=True)
    members = serializers.SerializerMethodField()

    def get_sla(self, pool: Pool) -> str | None:
        return None if pool.sla_minutes is None else str(durations.from_minutes(pool.sla_minutes))

    def get_fallback(self, pool: Pool) -> str | None:
        return pool.fallback.slug if pool.fallback else None

    @extend_schema_field(MemberSerializer(many=True))
    def get_members(self, pool: Pool) -> Any:
        taking_part = [member for member in pool.members.all() if member.is_active]
        return MemberSerializer(taking_part, many=True).data


class RepSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk", read_only=True)
    email = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    time_zone = serializers.CharField(read_only=True)
    hours = serializers.SerializerMethodField()
    meeting_url = serializers.CharField(read_only=True)
    attributes = ObjectField(read_only=True)
    daily_cap = serializers.IntegerField(read_only=True, allow_null=True)
    weekly_cap = serializers.IntegerField(read_only=True, allow_null=True)
    active = serializers.BooleanField(source="is_active", read_only=True)

    @extend_schema_field(HOURS)
    def get_hours(self, rep: Rep) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in rep.hours.all():
            found.setdefault(WEEKDAYS[row.weekday], []).append(clock_span(row.start_minute, row.end_minute))
        return found


class SegmentSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk", read_only=True)
    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    rank = serializers.IntegerField(read_only=True)
    qualified = serializers.BooleanField(source="is_qualified", read_only=True)
    pool = serializers.SerializerMethodField()
    when = serializers.SerializerMethodField()

    def get_pool(self, segment: Segment) -> str | None:
        return segment.pool.slug if segment.pool else None

    @extend_schema_field(GROUPS)
    def get_when(self, segment: Segment) -> Any:
        groups: dict[int, list[Any]] = {}
        for row in segment.conditions.all():
            groups.setdefault(row.group, []).append(row.as_condition())
        return groups_to(tuple(tuple(groups[number]) for number in sorted(groups)))


class WorkflowSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk", read_only=True)
    slug = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    version = serializers.SerializerMethodField()
    published_at = InstantField(source="published.published_at", read_only=True, allow_null=True)
    stages = serializers.SerializerMethodField()

    def get_version(self, workflow: Workflow) -> int | None:
        return workflow.published.number if workflow.published else None

    @extend_schema_field(OBJECTS)
    def get_stages(self, workflow: Workflow) -> Any:
        return publishing.definition_of(workflow.published) if workflow.published else []
