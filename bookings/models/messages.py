"""What is written to people: the templates, and every message as it was sent."""

from __future__ import annotations

from typing import Protocol

from django.db import models

from bookings.core import rendering
from bookings.models.bookings import Booking
from workflows.models import Outgoing


class Wording(Protocol):
    """A subject and a text with places for names."""

    @property
    def subject(self) -> str: ...
    @property
    def body(self) -> str: ...


class MessageTemplate(models.Model):
    """A text that workflows send. It is live: a change shows in the next message."""

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name or self.slug

    def wording_for(self, language: str) -> Wording:
        """The text in this language, of a region such as `de-at` or without it; in none of them the template's own.

        A language is an IETF tag in any spelling.
        """
        held = {variant.language: variant for variant in self.variants.all()}
        tag = language_tag(language)
        found: Wording = held.get(tag) or held.get(tag.partition("-")[0]) or self
        return found

    def wordings(self) -> list[Wording]:
        """Its own text and that of each language."""
        return [self, *self.variants.all()]

    def always_names(self, name: str) -> bool:
        """Whether every reader of its text finds this name filled in, whatever the language."""
        return all(name in rendering.names_used(wording.body) for wording in self.wordings())

    def names_used(self) -> set[str]:
        """The names that its text has places for, in any language."""
        return {name for wording in self.wordings() for name in rendering.names_used(wording.body)}


def language_tag(text: str) -> str:
    """A language as it is stored: `de_AT` is `de-at`."""
    return text.strip().lower().replace("_", "-")


class TemplateVariant(models.Model):
    """The text of a template in another language; the template's own stands in for all others."""

    template = models.ForeignKey(MessageTemplate, on_delete=models.CASCADE, related_name="variants")
    language = models.SlugField(
        max_length=16, help_text="Such as de, or de-at for one region. Leads with it read this text."
    )
    subject = models.CharField(max_length=200)
    body = models.TextField()

    class Meta:
        ordering = ["template", "language"]
        constraints = [
            models.UniqueConstraint(fields=["template", "language"], name="variant_once_per_language")
        ]

    def __str__(self) -> str:
        return f"{self.template} in {self.language}"


class Message(Outgoing):
    """A mail. Its text is written at the first attempt and kept; a retry sends the same bytes."""

    class Kind(models.TextChoices):
        CONFIRMATION = "confirmation", "Confirmation"
        REMINDER = "reminder", "Reminder"
        RECONFIRM = "reconfirm", "Request to reconfirm"
        OFFER = "offer", "Offer of times"
        REBOOK_OFFER = "rebook_offer", "Rebook offer"
        CUSTOM = "custom", "Message of a workflow"
        CANCELLATION = "cancellation", "Cancellation"
        REASSIGNMENT = "reassignment", "New rep"
        REP_NOTICE = "rep_notice", "Notice to the rep"
        OUTCOME_REQUEST = "outcome_request", "Outcome request"
        ATTENDANCE_REQUEST = "attendance_request", "Did they come?"
        NOTIFICATION = "notification", "Notification of staff"
        MANAGE_LINK = "manage_link", "Link to a booking already held"
        WEEKLY_REPORT = "weekly_report", "Weekly report"
        CHOOSE_AGAIN = "choose_again", "Please choose another time"

    class Audience(models.TextChoices):
        GUEST = "guest", "Guest"
        REP = "rep", "Rep"
        STAFF = "staff", "Staff"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    audience = models.CharField(max_length=8, choices=Audience.choices)
    template = models.SlugField(max_length=64, blank=True)
    booking = models.ForeignKey(
        Booking, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    revision = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of the booking; a newer one withdraws the message."
    )
    stage = models.CharField(max_length=64, blank=True)
    invite_method = models.CharField(max_length=10, blank=True, help_text="REQUEST or CANCEL, or none.")
    invite_sequence = models.PositiveIntegerField(default=0)
    details = models.JSONField(default=dict, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    to_address = models.CharField(max_length=254)
    to_name = models.CharField(max_length=200, blank=True)
    message_id = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    invite = models.TextField(blank=True)
    rendered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [
            # the sweep: what is due, and what a worker was too long about
            models.Index(fields=["state", "due_at"], name="message_by_state_and_due"),
            models.Index(fields=["booking", "state"], name="message_by_booking"),
            # the search of the message log
            models.Index(fields=["to_address"], name="message_by_address"),
        ]

    def __str__(self) -> str:
        return self.subject or self.get_kind_display()
