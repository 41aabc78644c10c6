"""Who asks for a meeting, and each time they did."""

from __future__ import annotations

from django.db import models

from bookings.models.forms import BookingForm
from workflows.models import Run


class Lead(models.Model):
    """A person known by a normalised e-mail address."""

    email = models.CharField(max_length=254, unique=True, help_text="In small letters.")
    name = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=16, blank=True)
    is_synthetic = models.BooleanField(default=False, help_text="Made by simulation, for life.")
    first_seen_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name or self.email or f"Lead {self.pk}"

    @property
    def email_domain(self) -> str:
        return self.email.rpartition("@")[2]


class LeadTag(models.Model):
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="tags")
    tag = models.SlugField(max_length=64)
    tagged_at = models.DateTimeField()

    class Meta:
        ordering = ["lead", "tag"]
        constraints = [models.UniqueConstraint(fields=["lead", "tag"], name="tag_once_per_lead")]

    def __str__(self) -> str:
        return self.tag


class Enquiry(models.Model):
    """One submission of a form: what was answered and found out, and the run it began."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="enquiries")
    form = models.ForeignKey(BookingForm, on_delete=models.PROTECT, related_name="enquiries")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="enquiry", null=True)
    answers = models.JSONField(default=dict)
    utm = models.JSONField(default=dict, blank=True)
    enrichment = models.JSONField(default=dict, blank=True)
    crm = models.JSONField(default=dict, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    was_known = models.BooleanField(default=False, help_text="The lead had submitted before.")
    submitted_at = models.DateTimeField()
    erased_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then nothing personal is left of it."
    )

    class Meta:
        ordering = ["-submitted_at"]
        verbose_name_plural = "enquiries"

    def __str__(self) -> str:
        return f"Enquiry {self.pk} of {self.lead}"
