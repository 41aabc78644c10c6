"""Where leads come in: forms and their questions."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from bookings.core.answers import QUESTION_TYPES, QuestionSpec
from workflows.models import Workflow


class BookingForm(models.Model):
    """A public form that starts a workflow."""

    slug = models.SlugField(
        max_length=64, unique=True, help_text="The form's address is /book/ and this name."
    )
    name = models.CharField(max_length=120, help_text="The heading that visitors read.")
    intro = models.CharField(max_length=300, blank=True, help_text="A sentence below the heading.")
    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="forms")
    active_bookings = models.PositiveIntegerField(
        default=1, help_text="How many future meetings one lead may hold in this workflow at a time."
    )
    retain_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Days after the last step until personal data are removed; empty: they stay.",
    )
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Question(models.Model):
    """One question of a form; its answer becomes the fact answers.NAME."""

    form = models.ForeignKey(BookingForm, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(
        max_length=64,
        validators=[RegexValidator(r"^[a-z][a-z0-9_]*$", "Use small letters, digits and _, a letter first.")],
        help_text="Conditions know the answer as answers. and this name.",
    )
    label = models.CharField(max_length=200, help_text="What visitors read.")
    type = models.CharField(max_length=16, choices=[(name, name) for name in QUESTION_TYPES])
    is_required = models.BooleanField("required", default=False)
    choices = models.JSONField(default=list, blank=True)
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    help_text = models.CharField(max_length=300, blank=True, help_text="A hint below the field.")

    class Meta:
        ordering = ["form", "position", "pk"]
        constraints = [models.UniqueConstraint(fields=["form", "name"], name="question_name_once_per_form")]

    def __str__(self) -> str:
        return self.label

    def as_spec(self) -> QuestionSpec:
        return QuestionSpec(
            name=self.name,
            label=self.label,
            type=self.type,
            required=self.is_required,
            choices=tuple(self.choices),
            min=self.minimum,
            max=self.maximum,
            help=self.help_text,
        )
