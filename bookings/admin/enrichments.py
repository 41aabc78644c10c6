"""Enrichments: what is looked up about a lead's company before it is sorted into a segment."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from bookings.admin import table_upload
from bookings.core import paths
from bookings.models import Enrichment, EnrichmentRow
from workflows.admin.base import Rows
from workflows.admin.fields import Lines, MillisecondsField, MinutesField, RowsField
from workflows.admin.known import FACTS_ID
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.setting_fields import SecretField
from workflows.admin.words import counted
from workflows.core import durations
from workflows.core.conditions import known_fact
from workflows.models import Sink
from workflows.sinks.base import SINK_KINDS

KINDS = {
    "table": "A table kept here",
    "http": "A service on the web",
    "crm": "A CRM that is a sink",
}
FACT_NAME = re.compile(r"[a-z][a-z0-9_.]{0,99}")
LONGEST_WAIT_MS = 4000


FIELDS = (
    "slug", "kind", "position", "key", "url", "sink", "mapping", "timeout_ms", "cache_minutes", "token",
)  # fmt: skip


def _sink_choices() -> list[tuple[str, str]]:
    can = [kind for kind, adapter in SINK_KINDS.items() if adapter.can_look_up]
    sinks = Sink.objects.filter(kind__in=can, retired_at=None)
    return [("", "—"), *((sink.slug, str(sink)) for sink in sinks)]


class EnrichmentForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="Kind", choices=list(KINDS.items()), widget=UnfoldAdminSelectWidget(),
        help_text="A table is filled below; a service is asked by its address; a CRM by the connection of its sink.",
    )  # fmt: skip
    key = forms.CharField(
        label="Looked up by",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"list": FACTS_ID, "placeholder": "lead.email_domain"}),
        help_text="For a table: the fact whose value is looked for in the first column.",
    )
    url = forms.CharField(
        label="Address",
        required=False,
        max_length=1000,
        widget=UnfoldAdminTextInputWidget(),
        help_text="For a service: its address, with facts in braces, such as "
        "https://enrich.example/v1?domain={lead.email_domain}.",
    )
    timeout_ms = MillisecondsField(
        label="Wait at most",
        help_text="Such as 2s. A visitor waits this long; without an answer the lead goes on.",
    )

    token = SecretField(
        label="Token",
        required=False,
        help_text="For a service that asks for one: env: and the name of a variable, or the token itself, which is "
        "kept sealed.",
    )

    sink = forms.ChoiceField(
        label="CRM",
        required=False,
        choices=_sink_choices,
        widget=UnfoldAdminSelectWidget(),
        help_text="For a CRM: the sink that is asked, with the connection it has.",
    )
    mapping = RowsField(
        label="Takes",
        required=False,
        widget=Lines("company.size = employees\ncompany.industry.name = industry", rows=4),
        help_text="Their path or field = our name, one a line; conditions know it as enrichment. and the name. A "
        "service without any gives all that it answers, under its own names.",
    )
    cache_minutes = MinutesField(
        label="Use an answer again for",
        required=False,
        help_text="Such as 1d. The same question is then asked once a day, and leads wait less. Empty: it is asked "
        "each time.",
    )

    class Meta:
        model = Enrichment
        fields = FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "token" in self.fields:
            declared = self.fields["token"]
            words = {"label": declared.label, "help_text": declared.help_text, "required": False}
            self.fields["token"] = SecretField(kept=self.instance.token, **words)
            self.initial["token"] = self.fields["token"].initial

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == "table" and not known_fact(cleaned.get("key") or ""):
            self.add_error("key", "A table needs a fact to look up by, such as lead.email_domain.")
        if cleaned.get("kind") == "http" and not (cleaned.get("url") or "").startswith(
            ("http://", "https://", "env:")
        ):
            self.add_error("url", "A service needs an address that begins with https://.")
        if cleaned.get("kind") == "crm" and not cleaned.get("sink"):
            self.add_error("sink", "Choose the sink whose CRM is asked.")
        self._check_mapping(cleaned)
        if (cleaned.get("timeout_ms") or 0) > LONGEST_WAIT_MS:
            self.add_error("timeout_ms", "Nobody waits longer than 4s for a page. Choose less.")
        return cleaned

    def _check_mapping(self, cleaned: dict[str, Any]) -> None:
        mapping = cleaned.get("mapping") or {}
        if cleaned.get("kind") == "crm" and not mapping and "mapping" not in self.errors:
            self.add_error("mapping", "Name at least one field of the CRM and what we call it.")
        for theirs, ours in mapping.items():
            trouble = paths.problem(theirs) if cleaned.get("kind") == "http" else None
            if trouble:
                self.add_error("mapping", f"“{theirs}” {trouble}.")
            if not FACT_NAME.fullmatch(ours):
                self.add_error(
                    "mapping", f"“{ours}” is no name of a fact: use small letters, digits, _ and dots."
                )


class RowForm(forms.ModelForm):
    facts = RowsField(
        label="Facts",
        style="scalar",
        widget=Lines("employees = 900\nrevenue = 5000000", rows=2),
        help_text="One a line; conditions know them as enrichment. and the name.",
    )

    class Meta:
        model = EnrichmentRow
        fields = ("key", "facts")

    def clean_facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.cleaned_data["facts"]
        if not facts:
            raise ValidationError("Write at least one fact, such as employees = 900.")
        return facts


class RowInline(Rows):
    model = EnrichmentRow
    form = RowForm
    per_page = 50
    fields = ("key", "facts")
    helps = {"key": "What is looked up, such as acme.example."}
    verbose_name = "row"
    verbose_name_plural = "table"


@admin.register(Enrichment)
class EnrichmentAdmin(Retiring):
    purpose = (
        "What is looked up about a lead before the segments. Sources are asked in order; a later one does not "
        "overwrite what an earlier one said."
    )
    form = EnrichmentForm
    announced_as = "enrichment"
    announced_related = ("rows",)
    slug_from = ""
    plain_fields = frozenset({"key", "mapping", "sink"})
    suggests_facts = True
    list_display = ("position", "slug", "kind_shown", "key", "rows_shown", "timeout_shown", "state")
    list_display_links = ("slug",)
    list_filter = (InUseFilter, "kind")
    search_fields = ("slug", "key", "rows__key")
    inlines = (RowInline,)
    fields = FIELDS
    actions_detail = ("upload", "retire", "bring_back")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).annotate(known=Count("rows"))

    @display(description="Kind", ordering="kind")
    def kind_shown(self, obj: Any) -> str:
        return KINDS.get(obj.kind, obj.kind)

    @display(description="Rows", ordering="known")
    def rows_shown(self, obj: Any) -> str:
        return str(obj.known) if obj.kind == "table" else "—"

    @display(description="Waits at most", ordering="timeout_ms")
    def timeout_shown(self, obj: Any) -> str:
        return "—" if obj.kind == "table" else f"{obj.timeout_ms / 1000:g} s"

    @display(description="State", label={"In use": "success", "Retired": "danger"})
    def state(self, obj: Any) -> str:
        return "Retired" if obj.retired_at else "In use"

    def summary(self, obj: Any) -> str | SafeString:
        if obj.retired_at:
            return "Retired: it is not asked any more."
        if obj.kind == "table":
            return f"A table of {counted(obj.known, 'row')}, looked up by {obj.key}."
        kept = durations.in_words(durations.from_minutes(obj.cache_minutes)) if obj.cache_minutes else ""
        again = f" An answer is used again for {kept}." if kept else ""
        return f"{KINDS[obj.kind]}, waited for at most {obj.timeout_ms / 1000:g} seconds.{again}"

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is None or obj.kind == "table" else ()

    def get_urls(self) -> list[Any]:
        return [*table_upload.urls(self), *super().get_urls()]

    def has_upload_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        is_table = Enrichment.objects.filter(pk=object_id, kind="table", retired_at=None).exists()
        return is_table and self.has_change_permission(request)

    @action(description="Upload a table…", permissions=["upload"], url_path="upload")
    def upload(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:bookings_enrichment_table", args=[object_id]))
