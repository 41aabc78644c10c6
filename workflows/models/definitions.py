"""What ops people write: workflows, their versions, and the stages and branches of each version."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from workflows.core.conditions import OPERATORS, Condition


class Workflow(models.Model):
    """A named flow. Its published version is where new runs begin; it may have one draft beside it."""

    slug = models.SlugField(
        max_length=64, unique=True, help_text="The name used in links, files and reports."
    )
    name = models.CharField(max_length=120, help_text="What people call this flow.")
    published = models.ForeignKey(
        "WorkflowVersion",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The version that new leads enter.",
    )
    retired_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since then no form may start it."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def draft(self) -> WorkflowVersion | None:
        return self.versions.filter(state=WorkflowVersion.State.DRAFT).first()


class WorkflowVersion(models.Model):
    """One edition of a workflow. Once published, the database refuses any change to it or its parts."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    workflow = models.ForeignKey(Workflow, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="Counts up with each version of this workflow.")
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT, editable=False)
    note = models.CharField(
        max_length=200, blank=True, help_text="What changed and why, for those who read the history."
    )
    created_at = models.DateTimeField(editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.CharField(max_length=40, blank=True, editable=False)
    fingerprint = models.CharField(
        max_length=64, blank=True, editable=False, help_text="Hash of everything that was frozen."
    )

    class Meta:
        ordering = ["workflow", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "number"], name="version_number_once_per_workflow"),
            models.UniqueConstraint(
                fields=["workflow"], condition=Q(state="draft"), name="one_draft_per_workflow"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} v{self.number}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class Stage(models.Model):
    """A named step of a version: its kind, the settings of that kind, and what was frozen at publishing."""

    version = models.ForeignKey(WorkflowVersion, on_delete=models.CASCADE, related_name="stages")
    name = models.SlugField(max_length=64, help_text="Unique within the version; branches point to it.")
    kind = models.CharField(max_length=32, help_text="What this stage does.")
    position = models.PositiveIntegerField(default=0, help_text="The lowest is where a lead enters.")
    settings = models.JSONField(default=dict, blank=True)
    frozen = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["version", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="stage_name_once_per_version")
        ]

    def __str__(self) -> str:
        return self.name


class Branch(models.Model):
    """Where a stage leads on one outcome; of several for the same outcome the first that holds is taken."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="branches")
    outcome = models.CharField(max_length=64, help_text="The outcome of the stage that takes this branch.")
    position = models.PositiveIntegerField(
        default=0, help_text="Order among branches of the same outcome; the last one has no conditions."
    )
    to = models.SlugField(max_length=64, help_text="The stage it leads to.")

    class Meta:
        ordering = ["stage", "outcome", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "outcome", "position"], name="branch_position_once_per_outcome"
            )
        ]
        verbose_name_plural = "branches"

    def __str__(self) -> str:
        return f"{self.stage.name}: {self.outcome} → {self.to}"


class ConditionRow(models.Model):
    """One condition as a row. All conditions of a group must hold; any one group suffices."""

    group = models.PositiveIntegerField(
        default=1, help_text="Conditions with the same number must all hold; one such group is enough."
    )
    fact = models.CharField(
        max_length=120, help_text="What is looked at, such as answers.employees or segment."
    )
    operator = models.CharField(max_length=16, choices=[(name, name) for name in OPERATORS])
    value = models.JSONField(null=True, blank=True, help_text="What it is compared with.")

    class Meta:
        abstract = True

    def as_condition(self) -> Condition:
        value = tuple(self.value) if isinstance(self.value, list) else self.value
        return Condition(self.fact, self.operator, value)


class BranchCondition(ConditionRow):
    branch = models.ForeignKey(Branch, on_delete=models.CASCADE, related_name="conditions")

    class Meta:
        ordering = ["branch", "group", "pk"]

    def __str__(self) -> str:
        return f"{self.fact} {self.operator} {self.value}"
