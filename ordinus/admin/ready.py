"""The pages of ready workflows: the list of them, and one with what it would bring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminRadioSelectWidget

from ordinus.setup import ready
from ordinus.setup.ready import AlreadyThere, Ready
from routing.models import Rep
from workflows.admin.announcing import actor_of
from workflows.admin.base import change_url
from workflows.admin.words import kind_title, said
from workflows.models import Workflow

DRAFT, PUBLISHED = "draft", "published"


class StartForm(forms.Form):
    reps = forms.MultipleChoiceField(
        label="Who takes its meetings",
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="They become members of its pools, each with the same share. Without anybody no time can be "
        "offered; you can add members later.",
    )
    state = forms.ChoiceField(
        label="Begin with",
        choices=[
            (DRAFT, "A draft: nothing happens until you publish it"),
            (PUBLISHED, "A published workflow: its form takes leads at once"),
        ],
        initial=DRAFT,
        widget=UnfoldAdminRadioSelectWidget(),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reps = Rep.objects.taking_turns().filter(retired_at=None).order_by("name")
        field: Any = self.fields["reps"]
        field.choices = [(rep.email, rep.name) for rep in reps]


def choose(request: HttpRequest) -> HttpResponse:
    _check(request)
    there = dict(Workflow.objects.values_list("slug", "pk"))
    cards = [
        {
            "title": each.title,
            "about": each.about,
            "url": reverse("admin:ready_workflow", args=[each.slug]),
            "is_there": each.workflow["slug"] in there,
            "workflow_url": change_url(Workflow(pk=there[each.workflow["slug"]]))
            if each.workflow["slug"] in there
            else "",
            "stages": [said(stage["name"]) for stage in each.workflow["stages"]],
        }
        for each in ready.all_ready()
    ]
    context = {**admin.site.each_context(request), "title": "Ready workflows", "cards": cards}
    return TemplateResponse(request, "admin/ordinus/ready.html", context)


def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Opened, it asks who takes the meetings; sent, it shows what would be made; confirmed, it is made."""
    _check(request)
    chosen = next((each for each in ready.all_ready() if each.slug == slug), None)
    if chosen is None:
        raise Http404
    form = StartForm(request.POST or None)
    changes: list[str] = []
    if request.method == "POST" and form.is_valid():
        is_done = request.POST.get("step") == "do"
        try:
            changes = [
                str(change).removeprefix("+ ") for change in _start(request, chosen, form, plan=not is_done)
            ]
        except AlreadyThere as there:
            workflow = Workflow.objects.get(slug=str(there))
            messages.info(request, f"“{workflow}” is there already. Here it is.")
            return HttpResponseRedirect(change_url(workflow))
        if is_done:
            workflow = Workflow.objects.get(slug=chosen.workflow["slug"])
            messages.success(request, f"“{workflow}” is there, with its form, texts and pools.")
            return HttpResponseRedirect(change_url(workflow.draft or workflow.published or workflow))
    context = {
        **admin.site.each_context(request),
        "title": chosen.title,
        "ready": chosen,
        "stages": [(said(stage["name"]), kind_title(stage["kind"])) for stage in chosen.workflow["stages"]],
        "form": form,
        "changes": changes,
        "back_url": reverse("admin:ready_workflows"),
    }
    return TemplateResponse(request, "admin/ordinus/ready_start.html", context)


def _start(request: HttpRequest, chosen: Ready, form: StartForm, *, plan: bool) -> list[Any]:
    data = form.cleaned_data
    return ready.start(
        chosen,
        data["reps"],
        as_draft=data["state"] == DRAFT,
        now=timezone.now(),
        actor=actor_of(request),
        plan=plan,
    )


def _check(request: HttpRequest) -> None:
    """What a file can do is a superuser's to do."""
    if not request.user.is_superuser:
        raise PermissionDenied


def urls(site: admin.AdminSite) -> list[URLPattern]:
    view = site.admin_view
    return [
        path("ready-workflows/", view(choose), name="ready_workflows"),
        path("ready-workflows/<slug:slug>/", view(start), name="ready_workflow"),
    ]
