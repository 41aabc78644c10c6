"""The admin of forms, leads, bookings, messages, and of the trace told in sentences."""

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
from bookings.models import BookingForm, MessageTemplate, Question
from workflows.admin.known import FACT_SOURCES
from workflows.admin.setting_fields import REFERENCE_NAMES
from workflows.admin.version_pages import VERSION_PAGES
from workflows.admin.words import said
from workflows.admin.workflows import USED_BY
from workflows.models import Workflow

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


def _asked() -> list[str]:
    """Every question of every form as the fact its answer becomes."""
    return [f"answers.{name}" for name in Question.objects.values_list("name", flat=True).distinct()]


def _started_by(workflow: Workflow) -> str:
    form = BookingForm.objects.filter(workflow=workflow, retired_at__isnull=True).first()
    return f"The form “{form}” starts it. Let that form start another workflow first." if form else ""


FACT_SOURCES.append(_asked)
USED_BY.append(_started_by)
VERSION_PAGES.append(PAGE)
REFERENCE_NAMES["template"] = lambda: {
    template.slug: template.name or said(template.slug)
    for template in MessageTemplate.objects.filter(retired_at__isnull=True)
}
