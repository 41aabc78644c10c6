"""Who besides the authors of workflows may edit single branches."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from workflows.models.definitions import Workflow


class BranchGrantQuerySet(models.QuerySet["BranchGrant"]):
    def of_user(self, user: Any) -> BranchGrantQuerySet:
        """What the user or the user's groups may edit; nothing for who is not active staff."""
        if not (user.is_active and user.is_staff):
            return self.none()
        return self.filter(models.Q(group__in=user.groups.all()) | models.Q(user=user.pk))


class BranchGrant(models.Model):
    """Lets the members of a group, or one person, edit the branches of a stage or of one outcome, in every draft.

    It names the stage as versions do, since each version has stages of its own.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="grants")
    group = models.ForeignKey(
        "auth.Group",
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        help_text="Its members may edit the branch in a draft, start a draft for it, and nothing else.",
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="person",
        help_text="Instead of a group: one person, who must be staff.",
    )
    stage = models.SlugField(max_length=64, help_text="The stage whose branches they may edit.")
    outcome = models.CharField(
        max_length=64, blank=True, help_text="Only the branches of this outcome. Empty: all of the stage."
    )

    objects = BranchGrantQuerySet.as_manager()

    class Meta:
        ordering = ["workflow", "stage", "outcome", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "group", "stage", "outcome"], name="branch_granted_once_per_group"
            ),
            models.UniqueConstraint(
                fields=["workflow", "user", "stage", "outcome"], name="branch_granted_once_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(group__isnull=False, user__isnull=True)
                | models.Q(group__isnull=True, user__isnull=False),
                name="branch_granted_to_a_group_or_a_person",
            ),
        ]
        verbose_name = "right to edit a branch"
        verbose_name_plural = "rights to edit branches"

    def __str__(self) -> str:
        return f"{self.group or self.user}: {self.stage}{f', {self.outcome}' if self.outcome else ''}"
