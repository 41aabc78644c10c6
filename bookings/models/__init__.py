from bookings.models.bookings import AttendanceSignal, Booking
from bookings.models.enrichments import CachedAnswer, Enrichment, EnrichmentRow
from bookings.models.forms import BookingForm, Question
from bookings.models.inbound import InboundNews, InboundSource
from bookings.models.leads import Enquiry, Lead, LeadTag
from bookings.models.links import Link
from bookings.models.messages import Message, MessageTemplate, TemplateVariant
from bookings.models.progress import FormViews, RunProgress
from bookings.models.requests import IdempotentAnswer, RateCount
from bookings.models.risks import AtRisk, Risk
from bookings.models.weekly import WeeklyReport

__all__ = [
    "AtRisk",
    "AttendanceSignal",
    "Booking",
    "BookingForm",
    "CachedAnswer",
    "Enquiry",
    "Enrichment",
    "EnrichmentRow",
    "FormViews",
    "IdempotentAnswer",
    "InboundNews",
    "InboundSource",
    "Lead",
    "LeadTag",
    "Link",
    "Message",
    "MessageTemplate",
    "Question",
    "RateCount",
    "Risk",
    "RunProgress",
    "TemplateVariant",
    "WeeklyReport",
]
