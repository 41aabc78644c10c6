"""Uploading a look-up table: first what a file would do is shown, then it is done, all of it or nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget

from bookings import tabling
from bookings.core import tables
from bookings.models import Enrichment
from workflows.admin.announcing import actor_of
from workflows.admin.base import change_url
from workflows.admin.csv_form import CsvForm
from workflows.admin.words import counted

SHOWN = 8


class TableForm(CsvForm):
    largest = 2
    example = "domain,employees,industry\nacme.example,900,Manufacturing\nglobex.example,40,"
    keep = forms.ChoiceField(
        label="Rows that the file does not name",
        choices=[("keep", "stay as they are"), ("remove", "are removed: the file is the whole table")],
        widget=UnfoldAdminSelectWidget(),
        help_text="What is removed is no longer found for any lead from then on.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = "Up to 2 MB. Commas, semicolons or tabs separate the columns."
        self.fields[
            "text"
        ].help_text = (
            "The first line names the columns. The first column is what is looked up, each other one a fact."
        )


def page(request: HttpRequest, model_admin: Any, object_id: int) -> HttpResponse:
    """A POST shows what the file would do, and with `write` does it."""
    source = Enrichment.objects.filter(pk=object_id, kind="table").first()
    if source is None:
        raise Http404
    if not model_admin.has_change_permission(request, source):
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = TableForm(request.POST, request.FILES) if is_sent else TableForm(initial={"keep": "keep"})
    table = tables.read(form.cleaned_data["text"]) if is_sent and form.is_valid() else None
    replace = bool(table) and form.cleaned_data["keep"] == "remove"
    if table is not None and table.can_be_written and "write" in request.POST:
        done = tabling.write(source, table.rows, replace=replace, actor=actor_of(request), now=timezone.now())
        messages.success(request, f"The table is up to date: {in_words(done)}.")
        return HttpResponseRedirect(change_url(source))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Upload a table | {source}",
        "content_title": "Upload a table",
        "opts": model_admin.opts,
        "source": source,
        "form": form,
        "table": table,
        "form_again": {"text": form.cleaned_data["text"], "keep": form.cleaned_data["keep"]} if table else {},
        "back": change_url(source),
    }
    if table is not None and table.can_be_written:
        difference = tabling.compare(source, table.rows, replace=replace)
        context |= {
            "difference": in_words(difference),
            "gone": len(difference.gone),
            "samples": _samples(table),
            "columns": table.columns,
            "more": max(len(table.rows) - SHOWN, 0),
        }
    return TemplateResponse(request, "admin/ordinus/table_upload.html", context)


def in_words(difference: tabling.Difference) -> str:
    """Such as “2 new rows, 1 row changed, 5 rows as they were”."""
    parts = [
        counted(len(difference.new), "new row") if difference.new else "",
        f"{counted(len(difference.changed), 'row')} changed" if difference.changed else "",
        f"{counted(len(difference.gone), 'row')} removed" if difference.gone else "",
        f"{counted(difference.same, 'row')} as before" if difference.same else "",
    ]
    return ", ".join(filter(None, parts))


def _samples(table: tables.Table) -> list[list[tuple[str, Any]]]:
    first = list(table.rows.items())[:SHOWN]
    return [
        [(table.columns[0], key), *((name, facts.get(name, "—")) for name in table.columns[1:])]
        for key, facts in first
    ]


def urls(model_admin: Any) -> list[URLPattern]:
    def view(request: HttpRequest, object_id: int) -> HttpResponse:
        return page(request, model_admin, object_id)

    wrapped = model_admin.admin_site.admin_view(view)
    return [path("<int:object_id>/table/", wrapped, name="bookings_enrichment_table")]
