"""Whether somebody may edit one branch: authors of workflows any, others those granted to them or to their group."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from workflows.models import Branch, BranchGrant

PERMISSION = "workflows.change_branch"


def may_edit(user: Any, branch: Branch) -> bool:
    """Whether the user may change this branch while its version is a draft. One query at most."""
    return user.has_perm(PERMISSION) or is_granted(user, branch)


def is_granted(user: Any, branch: Branch) -> bool:
    """Whether the user, or one of the user's groups, was given this branch."""
    grants = BranchGrant.objects.of_user(user).filter(
        workflow=branch.stage.version.workflow_id, stage=branch.stage.name
    )
    return grants.filter(Q(outcome="") | Q(outcome=branch.outcome)).exists()


def has_any(user: Any) -> bool:
    """Whether the user was given any branch of any workflow, and so may look at workflows."""
    return BranchGrant.objects.of_user(user).exists()
