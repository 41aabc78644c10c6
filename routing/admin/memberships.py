"""Who is in which pool with what weight. Joining and leaving move balances, so they are never plain saves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Sum
from django.http import HttpRequest
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from routing import turns
from routing.models import Membership
from workflows.admin.base import Rows
from workflows.admin.words import counted


class MembershipForm(forms.ModelForm):
    """A row that may name a former member again: whoever comes back starts at a balance of 0."""

    class Meta:
        model = Membership
        fields = ("pool", "rep", "weight", "daily_cap", "weekly_cap")

    def _get_validation_exclusions(self) -> set[str]:
        """A former membership of the same pair is taken up again, not refused as a second one."""
        return super()._get_validation_exclusions() | {"pool", "rep"}  # type: ignore[misc]


class MembershipFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            if form in self.deleted_forms or not (form.instance.pk or form.has_changed()):
                continue
            chosen = form.cleaned_data.get("rep") if self.fk.name == "pool" else form.cleaned_data.get("pool")
            if chosen in seen:
                raise ValidationError(f"“{chosen}” stands here twice. Keep one row and set its weight.")
            seen.add(chosen)


class MembershipInline(Rows):
    model = Membership
    form = MembershipForm
    formset = MembershipFormSet
    tab = True
    readonly_fields = ("share", "balance_shown")
    labels = {"daily_cap": "Most a day", "weekly_cap": "Most a week"}
    helps = {
        "rep": "Who joins starts with an even account of turns.",
        "pool": "Whoever joins starts with an even account of turns.",
        "weight": "A weight of 3 gets three meetings for each one of a weight of 1.",
        "daily_cap": "From this pool; empty for no limit.",
        "weekly_cap": "From this pool; empty for no limit.",
    }

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).filter(is_active=True).select_related("pool", "rep")

    @display(description="Share")
    def share(self, obj: Any) -> str:
        if not obj.pk:
            return "set when saved"
        if not obj.rep.is_active:
            return "none while not active"
        taking = Membership.objects.taking_turns().filter(pool=obj.pool)
        total = taking.aggregate(total=Sum("weight"))["total"] or obj.weight
        return "all of them" if obj.weight == total else f"{obj.weight} in {total}"

    @display(description="Turns")
    def balance_shown(self, obj: Any) -> str:
        return balance_in_words(obj.balance) if obj.pk else "even"


class MembersInline(MembershipInline):
    """The members of a pool."""

    verbose_name = "member"
    verbose_name_plural = "members"
    fields = ("rep", "weight", "share", "balance_shown", "daily_cap", "weekly_cap")
    autocomplete_fields = ("rep",)


class PoolsInline(MembershipInline):
    """The pools of a rep."""

    verbose_name = "pool"
    verbose_name_plural = "pools"
    fields = ("pool", "weight", "share", "balance_shown", "daily_cap", "weekly_cap")


def balance_in_words(balance: float) -> str:
    """What a balance means to the person it belongs to: owed, ahead, or even; to a tenth of a meeting."""
    amount = round(abs(balance), 1)
    if not amount:
        return "even"
    meetings = counted(int(amount), "meeting") if amount == int(amount) else f"{amount} meetings"
    return f"owed {meetings}" if balance > 0 else f"ahead by {meetings}"


def save_memberships(formset: Any, now: datetime) -> None:
    """Joins, leaves and changed weights, each by the shell that keeps the balances right."""
    formset.save(commit=False)
    for membership in formset.deleted_objects:
        turns.leave(membership, now=now)
    for membership in formset.new_objects:
        turns.join(
            membership.pool,
            membership.rep,
            weight=membership.weight,
            daily_cap=membership.daily_cap,
            weekly_cap=membership.weekly_cap,
            now=now,
        )
    for membership, _ in formset.changed_objects:
        membership.save(update_fields=["weight", "daily_cap", "weekly_cap"])
