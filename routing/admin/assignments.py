"""Who was given which meeting, and whose turn it cost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin
from unfold.decorators import display

from routing.models import Assignment, LedgerEntry
from workflows.admin.base import ReadOnly, ReadOnlyInline
from workflows.admin.words import instant, said


def amount_in_words(amount: float) -> str:
    """``one turn paid``, ``0.4 turns given``: signs say little to most people."""
    size = round(abs(amount), 2)
    turns = "1 turn" if size == 1 else f"{size:g} turns"
    return f"{turns} {'paid' if amount < 0 else 'given'}" if size else "nothing"


class LedgerInline(ReadOnlyInline):
    model = LedgerEntry
    fields = ("at", "rep", "kind", "amount_shown", "reason_shown")
    readonly_fields = fields
    verbose_name_plural = "turns"

    @display(description="Amount")
    def amount_shown(self, obj: Any) -> str:
        return amount_in_words(obj.amount)

    @display(description="Reason")
    def reason_shown(self, obj: Any) -> str:
        return said(obj.reason)


@admin.register(Assignment)
class AssignmentAdmin(ReadOnly):
    purpose = "Each time a rep was given a meeting, how that came about, and whether it cost a turn."
    list_display = ("rep", "pool", "when", "manner_shown", "state_shown", "turn", "made_at")
    list_filter = ("state", "manner", "pool", "rep")
    list_select_related = ("rep", "pool")
    search_fields = ("rep__name", "rep__email", "=reference")
    ordering = ("-pk",)
    fields = ("rep", "pool", "when", "manner_shown", "state_shown", "turn", "made_at", "released_at")
    readonly_fields = fields
    inlines = (LedgerInline,)

    @display(description="Meeting", ordering="start", empty_value="no time yet")
    def when(self, obj: Any) -> str | None:
        return None if obj.start is None else instant(datetime.fromtimestamp(obj.start * 60, UTC))

    @display(description="How", ordering="manner")
    def manner_shown(self, obj: Any) -> str:
        return str(obj.get_manner_display())

    @display(
        description="State",
        label={"Reserved": "success", "Drawn, no time yet": "info", "Released": "default"},
        ordering="state",
    )
    def state_shown(self, obj: Any) -> str:
        return str(obj.get_state_display())

    @display(description="Turn", label={"Paid": "info"}, ordering="has_turn")
    def turn(self, obj: Any) -> str:
        return "Paid" if obj.has_turn else "None"

    def summary(self, obj: Any) -> str:
        how = {
            "draw": "whose turn it was", "owner": "who owns the lead", "kept": "who had it before it was moved",
            "named": "whom staff named",
        }[obj.manner]  # fmt: skip
        return f"{obj.rep} of {obj.pool}, {how}. {obj.get_state_display()}."


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    purpose = (
        "The account of turns: each meeting costs its rep one, a guest's no-show or cancellation gives it back. "
        "Over time everybody gets their share by weight."
    )
    list_display = ("at", "pool", "rep", "kind_shown", "amount_shown", "reason_shown")
    list_filter = ("kind", "pool", "rep")
    list_select_related = ("pool", "rep")
    search_fields = ("rep__name", "rep__email", "=booking")
    fields = ("at", "pool", "rep", "kind_shown", "amount_shown", "reason_shown")
    readonly_fields = fields

    @display(
        description="Kind",
        label={"Turn taken": "info", "Turn given back": "success", "Correction": "warning"},
        ordering="kind",
    )
    def kind_shown(self, obj: Any) -> str:
        return str(obj.get_kind_display())

    @display(description="Amount", ordering="amount")
    def amount_shown(self, obj: Any) -> str:
        return amount_in_words(obj.amount)

    @display(description="Reason", ordering="reason")
    def reason_shown(self, obj: Any) -> str:
        return said(obj.reason)

    def summary(self, obj: Any) -> str:
        return f"{obj.get_kind_display()} by {obj.rep} in {obj.pool}: {said(obj.reason).lower()}."
