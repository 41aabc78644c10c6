"""Leads, what they sent, and the trace of what became of it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from bookings import intake
from bookings.api.fields import InstantField
from bookings.models import Enquiry, Lead
from workflows.models import Run

OBJECT = {"type": "object", "additionalProperties": {}}
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}


@extend_schema_field(OBJECT)
class ObjectField(serializers.JSONField):
    """Names and values of any kind."""


@extend_schema_field(TEXTS)
class TextsField(serializers.JSONField):
    """Names and texts."""


class EnquirySubmissionSerializer(serializers.Serializer):
    """The form's answers. It describes the body; `intake` checks it, as it does that of the page."""

    answers = ObjectField(help_text="By the questions' names.")
    utm = TextsField(required=False, help_text="Such as {“source”: “newsletter”}.")
    time_zone = serializers.CharField(required=False, help_text="The guest's, such as Europe/Berlin.")


class SubmissionSerializer(serializers.Serializer):
    lead = serializers.IntegerField(allow_null=True, help_text="Told to staff only.")
    run = serializers.IntegerField(source="run.pk")
    token = serializers.CharField()
    status = serializers.ChoiceField([intake.QUALIFIED, intake.DISQUALIFIED, intake.UNROUTABLE])
    segment = serializers.CharField(allow_null=True)
    pool = serializers.CharField(allow_null=True, help_text="Null unless a time can be picked now.")
    booking_url = serializers.URLField(allow_null=True, help_text="Null unless a time can be picked now.")


class LeadSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="pk", read_only=True)
    email = serializers.CharField(read_only=True)
    name = serializers.CharField(read_only=True)
    time_zone = serializers.CharField(read_only=True)
    language = serializers.CharField(read_only=True)
    tags = serializers.SerializerMethodField()
    synthetic = serializers.BooleanField(
        source="is_synthetic", read_only=True, help_text="Made by simulation."
    )
    first_seen_at = InstantField(read_only=True)
    erased_at = InstantField(read_only=True, allow_null=True)

    def get_tags(self, lead: Lead) -> list[str]:
        return sorted(each.tag for each in lead.tags.all())


class EnquirySerializer(serializers.Serializer):
    """One submission of a form, and the run it began."""

    id = serializers.IntegerField(source="pk", read_only=True)
    form = serializers.CharField(source="form.slug", read_only=True)
    submitted_at = InstantField(read_only=True)
    run = serializers.IntegerField(source="run_id", read_only=True, allow_null=True)
    workflow = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    stage = serializers.SerializerMethodField()
    segment = serializers.SerializerMethodField()
    pool = serializers.SerializerMethodField()
    answers = ObjectField(read_only=True)
    enrichment = ObjectField(read_only=True)
    crm = ObjectField(read_only=True)
    utm = TextsField(read_only=True)
    time_zone = serializers.CharField(read_only=True)

    def get_workflow(self, enquiry: Enquiry) -> str | None:
        return enquiry.run.version.workflow.slug if enquiry.run else None

    def get_version(self, enquiry: Enquiry) -> int | None:
        return enquiry.run.version.number if enquiry.run else None

    @extend_schema_field({"type": "string", "nullable": True, "enum": [*Run.State.values, None]})
    def get_state(self, enquiry: Enquiry) -> str | None:
        return enquiry.run.state if enquiry.run else None

    def get_stage(self, enquiry: Enquiry) -> str | None:
        return enquiry.run.stage if enquiry.run else None

    def get_segment(self, enquiry: Enquiry) -> str | None:
        return _carried(enquiry, "segment")

    def get_pool(self, enquiry: Enquiry) -> str | None:
        return _carried(enquiry, "pool")


class LeadDetailSerializer(LeadSerializer):
    enquiries = EnquirySerializer(many=True, read_only=True)


class AuditEventSerializer(serializers.Serializer):
    run = serializers.IntegerField(read_only=True)
    sequence = serializers.IntegerField(read_only=True)
    verb = serializers.CharField(read_only=True)
    stage = serializers.CharField(read_only=True, allow_null=True)
    actor = serializers.CharField(read_only=True, help_text="`lead`, `rep:ID`, `staff:ID` or `system`.")
    at = InstantField(read_only=True)
    data = ObjectField(read_only=True)  # type: ignore[assignment]
    hash = serializers.CharField(read_only=True)


class AuditEntrySerializer(AuditEventSerializer):
    id = serializers.IntegerField(read_only=True)
    lead = serializers.IntegerField(read_only=True, allow_null=True)
    booking = serializers.IntegerField(read_only=True, allow_null=True)
    workflow_version = serializers.IntegerField(read_only=True, allow_null=True)


class AuditSerializer(serializers.Serializer):
    events = AuditEventSerializer(many=True, read_only=True)


def _carried(enquiry: Enquiry, name: str) -> Any:
    return enquiry.run.carried.get(name) if enquiry.run else None
