"""The mapping of a sink as a table: their fields, our facts, types, values; and what a real lead would bring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from workflows import bodies, previewing
from workflows.admin import values
from workflows.admin.base import change_url
from workflows.admin.folding import folded
from workflows.admin.known import FACTS_ID, known_facts
from workflows.admin.mapping_field import problem_of
from workflows.admin.words import instant, name_leads, said
from workflows.changes import differences
from workflows.core import mapping
from workflows.core.mapping import Row
from workflows.models import Run, Sink
from workflows.sinks.base import SINK_KINDS, Field, SinkError, adapter_of, mapping_of

FIELDS_ID = "their-fields"
BLANK = 3
TYPE_WORDS = {
    "": "as it is", "text": "text", "number": "number", "flag": "yes or no", "date": "date",
    "instant": "date and time", "list": "list",
}  # fmt: skip


class RowForm(forms.Form):
    """One field of theirs. A row whose first box is empty goes."""

    row: Row | None = None

    theirs = forms.CharField(
        label="Their field", required=False, max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"list": FIELDS_ID, "aria-label": "Their field"}),
    )  # fmt: skip
    fact = forms.CharField(
        label="Our fact", required=False, max_length=120,
        widget=UnfoldAdminTextInputWidget(attrs={"list": FACTS_ID, "aria-label": "Our fact"}),
    )  # fmt: skip
    type = forms.ChoiceField(
        label="Sent as", required=False, choices=list(TYPE_WORDS.items()),
        widget=UnfoldAdminSelectWidget(attrs={"aria-label": "Sent as"}),
    )  # fmt: skip
    constant = forms.CharField(
        label="Or always", required=False, max_length=mapping.LONGEST_CONSTANT,
        widget=UnfoldAdminTextInputWidget(attrs={"aria-label": "Or always this value"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        theirs, fact, constant = (cleaned.get(name, "") for name in ("theirs", "fact", "constant"))
        if not theirs:
            if fact or constant:
                self.add_error("theirs", "Name their field, or empty the row.")
            return cleaned
        if bool(fact) == bool(constant):
            self.add_error("fact", "Choose a fact, or write the value that is always sent; one of the two.")
            return cleaned
        kind = cleaned.get("type") or None
        self.row = Row(theirs, fact, kind) if fact else Row(theirs, constant=values.scalar_from(constant))
        if problem := problem_of(self.row):
            self.add_error("fact" if fact else "constant", problem)
        return cleaned


class BaseRows(forms.BaseFormSet):
    def clean(self) -> None:
        names = [form.row.theirs for form in self.forms if getattr(form, "row", None)]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise forms.ValidationError(f"“{min(twice)}” stands here twice. Remove one.")


def _mapped(rows: Any) -> dict[str, Any]:
    return mapping.stored(form.row for form in rows.forms if form.row is not None)


RowSet = forms.formset_factory(RowForm, formset=BaseRows, extra=BLANK, max_num=200)


def page(request: HttpRequest, model_admin: Any, object_id: int) -> HttpResponse:
    """A POST with `save` saves the rows; one without shows what they would send. Nothing is ever sent here."""
    sink = Sink.objects.filter(pk=object_id).first()
    if sink is None:
        raise Http404
    if not model_admin.has_change_permission(request, sink):
        raise PermissionDenied
    rows = RowSet(request.POST) if request.method == "POST" else RowSet(initial=_initial(mapping_of(sink)))
    mapped = mapping_of(sink)
    if request.method == "POST" and rows.is_valid():
        mapped = _mapped(rows)
        if "save" in request.POST:
            _save(request, model_admin, sink, mapped)
            return HttpResponseRedirect(reverse("admin:workflows_sink_mapping", args=[sink.pk]))
    fields, problem = _fields_of(sink)
    may_see = request.user.has_perm("workflows.view_delivery")
    runs: list[Any] = previewing.recent_runs(sink) if may_see else []
    name_leads(runs)
    chosen = _chosen(request, runs)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Fields of {sink}",
        "content_title": "Fields",
        "opts": model_admin.opts,
        "sink": sink,
        "back": change_url(sink),
        "rows": rows,
        "fields": fields,
        "fields_id": FIELDS_ID,
        "facts_id": FACTS_ID,
        "facts": sorted({*known_facts(), *mapping.FURTHER_FACTS}),
        "problem": problem,
        "unknown": sorted(set(mapped) - {field.name for field in fields}) if fields else [],
        "unused": [field for field in fields if field.name not in mapped and field.is_writable],
        "help": getattr(SINK_KINDS.get(sink.kind), "fields_help", ""),
        "runs": [(run.pk, run.lead_shown, instant(run.started_at)) for run in runs],
        "chosen": chosen.pk if chosen else None,
        "preview": _preview(sink, chosen, mapped) if chosen else None,
    }
    return TemplateResponse(request, "admin/ordinus/mapping.html", context)


def _initial(mapped: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "theirs": row.theirs,
            "fact": row.fact or "",
            "type": row.type or "",
            "constant": "" if row.fact is not None else values.scalar_to(row.constant),
        }
        for row in mapping.rows_of(mapped)
    ]


@transaction.atomic
def _save(request: HttpRequest, model_admin: Any, sink: Sink, mapped: Mapping[str, Any]) -> None:
    before = model_admin.snapshot(Sink.objects.select_for_update().get(pk=sink.pk))
    sink.mapping = dict(mapped)
    sink.save(update_fields=["mapping"])
    model_admin.announce(request, sink, differences(before, model_admin.snapshot(sink)))
    messages.success(request, f"“{sink}” gets these fields from the next fact on.")


def _fields_of(sink: Sink) -> tuple[list[Field], str]:
    """Their fields, asked of the other side now, or why they cannot be had."""
    adapter = SINK_KINDS.get(sink.kind)
    if adapter is None or not adapter.can_read:
        return [], ""
    try:
        return sorted(adapter_of(sink).list_fields(), key=lambda field: field.name), ""
    except SinkError as error:
        return [], error.sentence


def _chosen(request: HttpRequest, runs: list[Run]) -> Run | None:
    asked = request.POST.get("run") or request.GET.get("run") or ""
    return next((run for run in runs if str(run.pk) == asked), runs[0] if runs else None)


def _preview(sink: Sink, run: Run, mapped: Mapping[str, Any]) -> dict[str, Any] | None:
    found = previewing.preview(sink, run, mapped)
    if found is None:
        return None
    sent = found.body["data"]["fields"]
    return {
        "verb": said(found.verb.replace(".", " ")),
        "at": instant(found.event.at),
        "fields": [
            (row.theirs, _shown(sent.get(row.theirs)), _whence(row)) for row in mapping.rows_of(mapped)
        ],
        "whole": folded(found.body),
    }


def _shown(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _whence(row: Row) -> str:
    if row.fact is None:
        return "always the same"
    personal = ", masked in the record of attempts" if row.fact.startswith(bodies.PERSONAL) else ""
    return f"{row.fact}{f' as {TYPE_WORDS[row.type]}' if row.type else ''}{personal}"


def urls(model_admin: Any) -> list[URLPattern]:
    def view(request: HttpRequest, object_id: int) -> HttpResponse:
        return page(request, model_admin, object_id)

    wrapped = model_admin.admin_site.admin_view(view)
    return [path("<int:object_id>/fields/", wrapped, name="workflows_sink_mapping")]
