"""Pools: who shares leads out among whom, under which rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextInputWidget

from routing import grouping, reviews
from routing.admin.fields import HoursInline, TimeZoneField
from routing.admin.memberships import MembersInline, save_memberships
from routing.models import Assignment, Match, MeetingType, Membership, Pool, PoolClosure, PoolHours, Segment
from workflows.admin import usage
from workflows.admin.base import Rows, link, list_url
from workflows.admin.fields import Lines, LinesField, MinutesField
from workflows.admin.known import FACTS_ID
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.words import counted
from workflows.core import durations
from workflows.core.conditions import known_fact

UNKNOWN_FACT = "“{}” is no fact. Use crm.owner_email, or answers. and the name of a question."


class PoolForm(forms.ModelForm):
    sla_minutes = MinutesField(
        label="Must be offered within",
        required=False,
        help_text="Such as 20h. A lead for whom this pool has no free time so soon goes to the next pool. With opening "
        "hours below, only open time is counted (1d is 24 open hours). Empty: any free time will do.",
    )
    time_zone = TimeZoneField(label="Time zone", help_text="Of the opening hours and closed days below.")
    owner_from = LinesField(
        label="Owner of the lead",
        required=False,
        widget=Lines("crm.owner_email", rows=2),
        help_text="Facts that may hold the e-mail address of the rep who owns the lead, best first, one a line. "
        "An owner who is a member with a free time in time gets the lead, whosever turn it is.",
    )

    class Meta:
        model = Pool
        fields = (
            "name", "slug", "meeting_type", "sla_minutes", "assignment", "keep_rep_on_reschedule", "owner_from",
            "fallback", "catch_up", "fairness_group", "time_zone",
        )  # fmt: skip

    def clean_owner_from(self) -> list[str]:
        facts: list[str] = self.cleaned_data["owner_from"]
        for fact in facts:
            if not known_fact(fact):
                raise ValidationError(UNKNOWN_FACT.format(fact))
        return facts

    def clean_fallback(self) -> Pool | None:
        """Refuses a chain that comes back to this pool, which no lead would ever leave."""
        fallback: Pool | None = self.cleaned_data["fallback"]
        step = fallback
        while step is not None:
            if step.pk == self.instance.pk:
                raise ValidationError(f"“{fallback}” falls back to this pool again. Choose another, or none.")
            step = step.fallback
        return fallback


class MatchForm(forms.ModelForm):
    fact = forms.CharField(
        label="Fact of the lead",
        widget=UnfoldAdminTextInputWidget(attrs={"list": FACTS_ID, "placeholder": "answers.language"}),
        help_text="Unknown for a lead, it leaves nobody out.",
    )

    class Meta:
        model = Match
        fields = ("attribute", "operator", "fact")

    def clean_fact(self) -> str:
        fact: str = self.cleaned_data["fact"]
        if not known_fact(fact):
            raise ValidationError(UNKNOWN_FACT.format(fact))
        return fact


class MatchInline(Rows):
    model = Match
    form = MatchForm
    tab = True
    fields = ("attribute", "operator", "fact")
    labels = {"attribute": "What the rep is known for", "operator": "Comparison"}
    helps = {
        "attribute": "As on the rep's page, such as languages.",
        "operator": "“contains” for lists, such as languages; “is” for single values, such as a region.",
    }
    verbose_name = "match"
    verbose_name_plural = "who fits whom"


class PoolHoursInline(HoursInline):
    model = PoolHours
    verbose_name_plural = "opening hours"


class ClosureInline(Rows):
    model = PoolClosure
    tab = True
    fields = ("on",)
    labels = {"on": "Day"}
    helps = {"on": "No meetings on this day, and the time of the pool stands still."}
    verbose_name = "closed day"
    verbose_name_plural = "closed days"


@admin.register(Pool)
class PoolAdmin(Retiring):
    purpose = (
        "A pool shares its leads out among its members by weight. A lead it cannot take in time goes to the "
        "pool it falls back to."
    )
    form = PoolForm
    announced_as = "pool"
    announced_related = ("members", "hours", "closed", "matches")
    row_names = {"members": lambda row: f"rep:{row.rep_id}"}
    plain_fields = frozenset({"owner_from"})
    suggests_facts = True
    labels = {
        "assignment": "Rep is drawn",
        "keep_rep_on_reschedule": "Keep the rep on moving",
        "catch_up": "Catch up at most",
        "fairness_group": "Shares turns with",
    }
    helps = {
        "fairness_group": "Pools with the same word here are shared out as one: who got a meeting in one of them "
        "waits longer in the others. Joining adds up what everybody is owed; parting begins at nothing owed. "
        "Empty: the pool is shared out by itself.",
        "name": "What your people call this group.",
        "meeting_type": "What leads of this pool book: how long, on which grid, how far ahead.",
    }
    list_display = (
        "name",
        "members_shown",
        "meeting_type",
        "sla_shown",
        "rule",
        "fallback",
        "upcoming_shown",
    )
    list_filter = (InUseFilter, "meeting_type", "assignment")
    list_select_related = ("meeting_type", "fallback")
    search_fields = ("name", "slug")
    inlines = (MembersInline, MatchInline, PoolHoursInline, ClosureInline)
    fieldsets = (
        (None, {"fields": ("name", "slug", "meeting_type")}),
        (
            "How leads are shared out",
            {"fields": ("assignment", "keep_rep_on_reschedule", "owner_from", "catch_up", "fairness_group")},
        ),
        ("When it cannot take a lead", {"fields": ("sla_minutes", "fallback", "time_zone")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        taking = Q(members__is_active=True, members__rep__is_active=True)
        return super().get_queryset(request).annotate(taking=Count("members", filter=taking, distinct=True))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        others = Pool.objects.filter(retired_at__isnull=True).exclude(pk=obj.pk if obj else 0)
        offer(form, "fallback", others, obj and obj.fallback_id)
        kinds = MeetingType.objects.filter(retired_at__isnull=True)
        offer(form, "meeting_type", kinds, obj and obj.meeting_type_id)
        return form

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "assignment":
            kwargs["widget"] = UnfoldAdminRadioSelectWidget()
            kwargs["help_text"] = (
                "The first lets a guest pick among more times; the second settles the rep at once."
            )
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @display(description="Members", ordering="taking")
    def members_shown(self, obj: Any) -> str:
        return str(obj.taking) if obj.taking else "none"

    @display(description="Offered within", ordering="sla_minutes", empty_value="any time")
    def sla_shown(self, obj: Any) -> str | None:
        return (
            None if obj.sla_minutes is None else durations.in_words(durations.from_minutes(obj.sla_minutes))
        )

    @display(description="Rep is drawn", ordering="assignment")
    def rule(self, obj: Any) -> str:
        return "when a time is picked" if obj.assignment == Pool.AssignmentRule.AT_BOOKING else "when routed"

    @display(description="Meetings ahead")
    def upcoming_shown(self, obj: Any) -> int:
        minute = int(timezone.now().timestamp() // 60)
        return int(obj.assignments.reserved().filter(start__gte=minute).count())

    def summary(self, obj: Any) -> str | SafeString:
        if obj.retired_at:
            return "Retired: no lead is routed to it any more."
        taking = Membership.objects.taking_turns().filter(pool=obj).count()
        if not taking:
            return "It has no active member, so every lead goes on to its fallback. Add members below."
        books = format_html("{} “{}”", counted(taking, "rep books", "reps book"), link(obj.meeting_type))
        then = format_html("else {}", link(obj.fallback)) if obj.fallback else "else the lead is unroutable"
        within = f"within {self.sla_shown(obj)}" if obj.sla_minutes is not None else "at any free time"
        segments = Segment.objects.filter(pool=obj, retired_at__isnull=True).count()
        routed = counted(segments, "segment leads here", "segments lead here")
        shared = Pool.objects.filter(fairness_group=obj.fairness_group, retired_at=None).exclude(pk=obj.pk)
        names = " and ".join(f"“{pool}”" for pool in shared) if obj.fairness_group else ""
        turns = f" Turns are shared with {names}." if names else ""
        return format_html("{}, {}, {}. {}.{}", books, within, then, routed, turns)

    def next_step(self, obj: Any) -> str | SafeString:
        """A pool is reached from a segment, another pool, or a stage that names it."""
        if obj.retired_at or self.needed_by(obj):
            return ""
        add, known = reverse("admin:routing_segment_add"), list_url(Segment)
        text = "No lead comes to it yet: "
        text += '<a class="ord-link" href="{}?pool={}">add a segment</a> that leads to it, or name it in '
        text += '<a class="ord-link" href="{}">one there is</a>.'
        return format_html(text, add, obj.pk, known)

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        links = [
            ("Why no slots?", f"{reverse('admin:why_no_slots')}?pool={obj.pk}"),
            ("How fairly turns are shared out", reverse("admin:pool_fairness", args=[obj.pk])),
            ("Who was given which meeting of this pool", list_url(Assignment, f"pool__id__exact={obj.pk}")),
        ]
        return render_to_string("admin/ordinus/links.html", {"links": links}, request)

    def needed_by(self, obj: Any) -> str:
        segment = Segment.objects.filter(pool=obj, retired_at__isnull=True).first()
        if segment:
            return f"The segment “{segment}” leads to it. Send that segment elsewhere first."
        other = Pool.objects.filter(fallback=obj, retired_at__isnull=True).first()
        if other:
            return f"The pool “{other}” falls back to it. Change that first."
        return usage.needed_sentence("pool", obj.slug)

    def has_history(self, obj: Any) -> bool:
        return obj.members.exists() or obj.assignments.exists() or obj.segment_set.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Sharing turns adds up balances, so it is no plain save."""
        group, obj.fairness_group = (
            obj.fairness_group,
            form.initial.get("fairness_group", "") if change else "",
        )
        super().save_model(request, obj, form, change)
        grouping.regroup(obj, group, now=timezone.now())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Days may have been closed: meetings ahead are looked through again."""
        super().save_related(request, form, formsets, change)
        reviews.ask_for_pool(form.instance, now=timezone.now())

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is Membership:
            save_memberships(formset, timezone.now())
        else:
            super().save_formset(request, form, formset, change)


def offer(form: Any, name: str, rows: models.QuerySet[Any], current: int | None) -> None:
    """Only what is in use can be chosen, besides what is chosen now."""
    if name in form.base_fields:
        form.base_fields[name].queryset = rows | rows.model.objects.filter(pk=current or 0)
