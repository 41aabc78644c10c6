"""The set-up page and its one form."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from ordinus.setup import reps
from ordinus.setup.progress import steps
from workflows.admin.announcing import actor_of
from workflows.admin.csv_form import CsvForm
from workflows.admin.words import counted

HINT = (
    "Columns: name, email, time_zone, and if you like hours, pool and weight. Hours are written such as "
    "“mon-thu 09:00-12:30, 13:30-17:00; fri 09:00-13:00”; without them it is {}. A rep whose e-mail address is "
    "known is brought up to date."
)


class RepTableForm(CsvForm):
    example = (
        "name,email,time_zone,hours,pool,weight\n"
        "Ana Silva,ana@acme.example,Europe/Berlin,mon-fri 09:00-17:00,,\n"
        'Sam Roe,sam@acme.example,America/New_York,"mon-thu 09:00-12:30, 13:30-17:00",,2'
    )


def setup(request: HttpRequest) -> HttpResponse:
    """The page; a POST shows what a table would do, and with `write` does it, all of it or nothing."""
    if not request.user.is_superuser:
        raise PermissionDenied
    is_sent = request.method == "POST"
    form = RepTableForm(request.POST, request.FILES) if is_sent else RepTableForm()
    table = reps.read(form.cleaned_data["text"]) if is_sent and form.is_valid() else None
    if table is not None and table.can_be_written and "write" in request.POST:
        new, changed = reps.write(table, actor=actor_of(request), now=timezone.now())
        also = f", {counted(changed, 'rep')} brought up to date" if changed else ""
        messages.success(request, f"{counted(new, 'new rep')} added{also}.")
        return HttpResponseRedirect(reverse("admin:setup"))
    context = {
        **admin.site.each_context(request),
        "title": "Set-up",
        "content_title": "Set-up",
        "steps": steps(),
        "form": form,
        "table": table,
        "text": form.cleaned_data["text"] if table else "",
        "hint": HINT.format(reps.DEFAULT_HOURS),
    }
    return TemplateResponse(request, "admin/ordinus/setup.html", context)


def urls(site: admin.AdminSite) -> list[URLPattern]:
    """Below /admin/: the page asks for a login like every other one."""
    return [path("setup/", site.admin_view(setup), name="setup")]
