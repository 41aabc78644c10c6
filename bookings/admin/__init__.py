"""The admin of forms, leads, bookings, messages, and of the trace told in sentences."""

from django.urls import reverse

from bookings.admin import (
    at_risk,
    bookings,
    changes,
    enquiries,
    enrichments,
    forms,
    inbound,
    leads,
    messages,
    runs,
    templates,
    weekly,
)
from bookings.admin.what_will_change import PAGE
from bookings.models import BookingForm, Enrichment, EnrichmentRow, MessageTemplate, Question
from workflows.admin.known import FACT_SOURCES
from workflows.admin.naming import REFERENCE_LISTS, REFERENCE_NAMES
from workflows.admin.version_pages import NEXT_LINKS, VERSION_PAGES
from workflows.admin.words import said
from workflows.admin.workflows import USED_BY
from workflows.models import Workflow, WorkflowVersion

__all__ = [
    "at_risk",
    "bookings",
    "changes",
    "enquiries",
    "enrichments",
    "forms",
    "inbound",
    "leads",
    "messages",
    "runs",
    "templates",
    "weekly",
]


ROWS_LOOKED_AT = 100


def _asked() -> list[str]:
    """Every question of every form as the fact its answer becomes."""
    return [f"answers.{name}" for name in Question.objects.values_list("name", flat=True).distinct()]


def _enriched() -> set[str]:
    """What sources are said to tell: the names that mappings give, and those of the first rows of tables."""
    sources = Enrichment.objects.filter(retired_at=None)
    mapped = [name for mapping in sources.values_list("mapping", flat=True) for name in mapping.values()]
    rows = EnrichmentRow.objects.filter(enrichment__in=sources).values_list("facts", flat=True)[
        :ROWS_LOOKED_AT
    ]
    names = {*mapped, *(name for facts in rows for name in facts)}
    return {f"enrichment.{name}" for name in names if isinstance(name, str)}


def _started_by(workflow: Workflow) -> str:
    form = BookingForm.objects.filter(workflow=workflow, retired_at__isnull=True).first()
    return f"The form “{form}” starts it. Let that form start another workflow first." if form else ""


def _to_try(version: WorkflowVersion) -> list[tuple[str, str]]:
    """Where a test lead, or oneself, goes through the workflow."""
    form = BookingForm.objects.filter(workflow=version.workflow_id, retired_at__isnull=True).first()
    if form is None:
        return []
    tried = f"{reverse('admin:test_lead')}?form={form.pk}"
    return [("Route a test lead", tried), ("Open the booking page", reverse("book-form", args=[form.slug]))]


FACT_SOURCES += [_asked, _enriched]
NEXT_LINKS.append(_to_try)
USED_BY.append(_started_by)
VERSION_PAGES.append(PAGE)
REFERENCE_NAMES["template"] = lambda: {
    template.slug: template.name or said(template.slug)
    for template in MessageTemplate.objects.filter(retired_at__isnull=True)
}
REFERENCE_LISTS["template"] = ("Open the message texts", "admin:bookings_messagetemplate_changelist")
