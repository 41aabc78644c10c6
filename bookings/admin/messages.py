"""The message log: every mail as it was sent, with its links, so that nothing needs a mail server to be read."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_sameorigin
from unfold.decorators import action, display
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from bookings.admin.searching import leads_like, reps_like
from bookings.models import Lead, Message
from bookings.story import unsent
from workflows.admin.base import ReadOnly, change_url, leave_dialog, link
from workflows.admin.deliveries import STATES
from workflows.admin.filters import NewestValuesFilter
from workflows.admin.searching import numbered
from workflows.admin.words import counted, instant

MOST_READ = 20_000
"""Mails whose subjects a search reads."""

PREVIEW_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


@admin.register(Message)
class MessageAdmin(ReadOnly):
    purpose = (
        "Every mail, exactly as it was sent or is about to be. Without a mail server this is where you read "
        "them; their links work."
    )
    list_display = ("moment", "recipient", "subject_shown", "kind_shown", "state_shown", "lead_shown")
    list_display_links = ("subject_shown",)
    list_filter = ("state", "audience", "kind", "is_recorded_only", ("template", NewestValuesFilter))
    search_fields = ("to_address",)
    search_help_text = (
        "The name or address of a lead or rep, an address, the number of a run or lead, or words of the subject of "
        "one of the newest mails."
    )
    list_select_related = ("booking__lead",)
    ordering = ("-pk",)
    fields = (
        "to",
        "subject_shown",
        "kind_shown",
        "state_shown",
        "moment",
        "attempt",
        "lead_shown",
        "about",
    )
    readonly_fields = fields
    actions = ("retry_selected",)
    actions_detail = ("retry",)

    def get_urls(self) -> list[URLPattern]:
        preview = path(
            "<int:pk>/preview/", self.admin_site.admin_view(self.preview), name="bookings_message_preview"
        )
        return [preview, *super().get_urls()]

    def searched(self, term: str) -> Q:
        """To whom it went. Where that is nobody: words of a subject, for which only the newest are read."""
        leads, reps = leads_like(term), reps_like(term)
        people = Q(to_address__in=[term.lower(), *[rep.email for rep in reps]]) | numbered(
            term, "run", "lead"
        )
        is_told = Message.objects.filter(people).exists()
        if leads or reps or is_told:
            # an “or” only where it finds more: for many leads the database would read all mails because of it
            return Q(lead__in=leads) | people if is_told else Q(lead__in=leads)
        older = Message.objects.order_by("-pk").values_list("pk", flat=True)[MOST_READ : MOST_READ + 1]
        return Q(subject__icontains=term, pk__gt=next(iter(older), 0))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        changelist = super().get_changelist_instance(request)
        numbers = {message.lead for message in changelist.result_list if message.lead}
        leads = Lead.objects.in_bulk(numbers)
        for message in changelist.result_list:
            message.lead_found = leads.get(message.lead)
        return changelist

    @method_decorator(csp_update({"frame-src": ["'self'"]}))
    def change_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().change_view(request, *args, **kwargs)

    @method_decorator(xframe_options_sameorigin)
    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The mail's HTML alone, in a page that may run nothing and load nothing; its links open outside."""
        message = Message.objects.filter(pk=pk).first()
        if message is None or not message.html:
            raise Http404
        if not self.has_view_permission(request, message):
            raise PermissionDenied
        html = message.html.replace("<head>", '<head><base target="_blank">', 1)
        response = HttpResponse(html if "<base" in html else f'<base target="_blank">{html}')
        response.headers["Content-Security-Policy"] = PREVIEW_POLICY
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @display(description="When", ordering="due_at")
    def moment(self, obj: Any) -> str | None:
        return instant(obj.settled_at or obj.due_at)

    @display(description="To", header=True, ordering="to_address")
    def recipient(self, obj: Any) -> Any:
        who = f"{obj.get_audience_display()}"
        return obj.to_address, f"{obj.to_name}, {who.lower()}" if obj.to_name else who

    @display(description="To")
    def to(self, obj: Any) -> str:
        who = f"{obj.to_name} at {obj.to_address}" if obj.to_name else obj.to_address
        return f"{who} ({obj.get_audience_display().lower()})"

    @display(description="Subject", ordering="subject")
    def subject_shown(self, obj: Any) -> str:
        return obj.subject or f"({obj.get_kind_display()}, written when it is sent)"

    @display(description="Kind", ordering="kind")
    def kind_shown(self, obj: Any) -> str:
        return str(obj.get_kind_display())

    @display(description="State", label={**STATES, "Kept here": "default"}, ordering="state")
    def state_shown(self, obj: Any) -> str:
        is_kept = obj.is_recorded_only and obj.state == Message.State.SENT
        return "Kept here" if is_kept else str(obj.get_state_display())

    @display(description="Lead")
    def lead_shown(self, obj: Any) -> str | SafeString:
        lead = getattr(obj, "lead_found", None) or Lead.objects.filter(pk=obj.lead).first()
        return link(lead)

    @display(description="About")
    def about(self, obj: Any) -> str | SafeString:
        return link(obj.booking, f"{obj.booking}") if obj.booking else "no meeting"

    def summary(self, obj: Any) -> str | SafeString:
        kind, who = obj.get_kind_display(), obj.get_audience_display().lower()
        states = {
            "waiting": "It waits to be sent." if not obj.attempt else f"It is tried again: {obj.reason}",
            "sending": "It is being sent now.",
            "sent": "It was sent, and this is what was read.",
            "dead": f"It was given up after {counted(obj.attempt, 'try', 'tries')}: {obj.reason}",
            "withdrawn": f"It was never sent: {unsent.because(obj.reason) if obj.reason else 'it was taken back'}.",
        }
        kept = " A simulated lead: it was kept here only." if obj.is_recorded_only else ""
        return format_html(
            "{} to the {} {}. {}{}", kind, who, obj.to_name or obj.to_address, states[obj.state], kept
        )

    def below(self, request: HttpRequest, obj: Any) -> str | SafeString:
        url = reverse("admin:bookings_message_preview", args=[obj.pk]) if obj.html else ""
        return render_to_string("admin/ordinus/mail.html", {"message": obj, "preview_url": url}, request)

    @admin.action(description="Try those given up again", permissions=["act"])
    def retry_selected(self, request: HttpRequest, queryset: Any) -> None:
        count = queryset.retry(timezone.now())
        messages.success(request, f"{counted(count, 'mail')} will be tried again at once.")

    def has_retry_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.may_act(request) and Message.objects.filter(pk=object_id, state="dead").exists()

    @action(
        description="Try again…",
        permissions=["retry"],
        variant=ActionVariant.PRIMARY,
        dialog={
            "title": "Send it again?",
            "description": "The same mail is sent at once, unless a newer one has taken its place.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Send",
        },
    )
    def retry(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        Message.objects.filter(pk=object_id).retry(timezone.now())
        messages.success(request, "It will be sent within seconds.")
        return leave_dialog(request, change_url(Message.objects.get(pk=object_id)))
