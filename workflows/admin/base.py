"""What every page of the admin shares: a sentence that says what it is, and no way to do harm by the way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, TabularInline

from workflows.admin.counting import BoundedPaginator, OrdinusChangeList
from workflows.admin.known import known_facts
from workflows.admin.viewing import Viewable


class OrdinusAdmin(Viewable, ModelAdmin):
    """A page of the admin. `purpose` is the sentence above the list; `summary` the one above an object."""

    purpose: str = ""
    suggests_facts = False
    list_before_template = "admin/ordinus/purpose.html"
    change_form_outer_before_template = "admin/ordinus/summary.html"
    change_form_outer_after_template = "admin/ordinus/below.html"
    compressed_fields = True
    list_per_page = 50
    paginator: Any = BoundedPaginator
    show_full_result_count = False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return OrdinusChangeList

    def searched(self, term: str) -> Q | None:
        """What a search finds, where that is quicker than comparing all `search_fields`; None to compare them."""
        return None

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        found = self.searched(search_term.strip()) if search_term.strip() else None
        if found is None:
            return super().get_search_results(request, queryset, search_term)
        return queryset.filter(found), False

    def summary(self, obj: Any) -> str | SafeString:
        """What this object is and what state it is in, in a sentence or two."""
        return ""

    def next_step(self, obj: Any) -> str | SafeString:
        """What is still to do before the object has an effect, with a link to where; empty when nothing is."""
        return ""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        response = super().response_add(request, obj, post_url_continue)
        step = self.next_step(obj)
        if step:
            messages.info(request, step)
        return response

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        """What stands under the form, such as a timeline."""
        return ""

    def told_changes(self, request: HttpRequest, obj: Any) -> str | SafeString:
        """What was changed of the object, under everything else; for what the trail tells changes of."""
        return ""

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        summary, step = (self.summary(obj), self.next_step(obj)) if obj else (self.purpose, "")
        context["summary"] = format_html("{} <strong>{}</strong>", summary, step) if step else summary
        context["below"] = (
            format_html("{}{}", self.below(request, obj), self.told_changes(request, obj)) if obj else ""
        )
        context["known_facts"] = known_facts() if self.suggests_facts else ()
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without the deletion of many at once: what goes, goes one by one and asked twice."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


class ReadOnly(OrdinusAdmin):
    """Looked at, never edited: what the engine, and nobody else, writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def may_act(self, request: HttpRequest) -> bool:
        """Whether the staff member may use the buttons: the permission that editing would need."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def has_act_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request)


class Rows(Viewable, TabularInline):
    """Rows that are edited with the object they belong to. What each column means stands below them."""

    extra = 0
    hide_title = True
    template_after = "admin/ordinus/rows_help.html"
    note = ""
    """A sentence more about the rows as a whole."""


class ReadOnlyInline(TabularInline):
    """Rows that are shown with the object they belong to and edited nowhere."""

    extra = 0
    hide_title = True
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def change_url(obj: models.Model) -> str:
    meta = obj._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[obj.pk])


def list_url(model: type[models.Model], query: str = "") -> str:
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") + (f"?{query}" if query else "")


def link(obj: models.Model | None, text: str = "") -> str | SafeString:
    """A link to the object's page, in the words it calls itself."""
    if obj is None:
        return "—"
    return format_html('<a class="ord-link" href="{}">{}</a>', change_url(obj), text or str(obj))


def leave_dialog(request: HttpRequest, url: str) -> HttpResponse:
    """After an action's dialog: htmx is told to load the page afresh, a browser without it is sent there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
