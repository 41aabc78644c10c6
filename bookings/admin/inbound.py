"""Inbound sources: who may tell us about attendance and outcomes, and what each has told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from bookings import access
from bookings.inbound import KINDS
from bookings.models import Booking, InboundNews, InboundSource
from workflows import secrets
from workflows.admin.base import ReadOnly, change_url
from workflows.admin.fields import Lines, RowsField
from workflows.admin.retiring import InUseFilter, Retiring
from workflows.admin.rotating import Rotating, fresh_secret, show_once
from workflows.admin.setting_fields import SECRET_KEPT, SecretField
from workflows.admin.words import counted

SECRETS = {
    "secret": (
        "Secret",
        "What the sender signs with, or the word it sends along. It is kept sealed and never shown again.",
    ),
    "former_secret": (
        "Former secret",
        "While the sender changes over, messages signed with this one are believed too.",
    ),
    "private_key": ("Private key", "In PEM, of the certificate that the subscription was made with."),
}
REFUSED = {
    "not_waiting": "Not awaited now",
    "too_early": "Before the meeting",
    "already_recorded": "Recorded before",
    "invalid": "Not one of ours",
}
STATES = {"Listens": "success", "Off": "warning", "Not ready": "warning", "Retired": "danger"}
EXTRAS = {"google_meet": ("account",), "hubspot": ("field", "outcomes"), "signed": ("outcomes",)}


class AddSourceForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label="Kind",
        widget=UnfoldAdminSelectWidget(),
        help_text="Who sends. It cannot be changed later.",
    )

    class Meta:
        model = InboundSource
        fields = ("name", "slug", "kind")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [(name, each.title) for name, each in KINDS.items()]


class SourceForm(forms.ModelForm):
    outcomes = RowsField(
        label="Outcomes",
        required=False,
        widget=Lines("Demo qualified = qualified_opportunity\nBad fit = not_a_fit", rows=4),
        help_text="Their word = our outcome, one a line. With none, their words are our outcomes; with some, other "
        "words are passed over.",
    )

    class Meta:
        model = InboundSource
        fields = ("name", "is_enabled", *SECRETS, "account", "field", "outcomes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, words) in SECRETS.items():
            if name in self.fields:
                kept = getattr(self.instance, name)
                self.fields[name] = SecretField(kept=kept, label=label, help_text=words, required=False)
                self.initial[name] = self.fields[name].initial
        if "private_key" in self.fields:
            placeholder = SECRET_KEPT if self.instance.private_key else "-----BEGIN PRIVATE KEY-----"
            self.fields["private_key"].widget = Lines(placeholder, rows=4)


@admin.register(InboundSource)
class InboundSourceAdmin(Rotating, Retiring):
    purpose = (
        "Systems that tell us something: a meeting service who joined, a CRM what came of a meeting. Only signed "
        "messages of the last minutes are believed, and each counts once."
    )
    announced_as = "inbound"
    helps = {
        "name": "What your people call it, such as “Zoom of sales”.",
        "account": "The service account whose identity token the push subscription sends.",
        "field": "The internal name of the property that holds the outcome, such as demo_outcome.",
        **{name: words for name, (_, words) in SECRETS.items()},
    }
    plain_fields = frozenset({"field", "outcomes"})
    list_display = ("title", "kind_shown", "state", "told_shown", "last_told")
    list_display_links = ("title",)
    list_filter = (InUseFilter, "kind")
    search_fields = ("slug", "name")
    actions_detail = ("new_secret", "end_former", "retire", "bring_back")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return super().get_queryset(request).annotate(told=Count("news"), last=Max("news__received_at"))

    @display(description="Source", ordering="slug")
    def title(self, obj: Any) -> str:
        return str(obj)

    @display(description="Kind", ordering="kind")
    def kind_shown(self, obj: Any) -> str:
        return KINDS[obj.kind].title if obj.kind in KINDS else obj.kind

    @display(
        description="State",
        label={"Listens": "success", "Off": "warning", "Not ready": "warning", "Retired": "danger"},
    )
    def state(self, obj: Any) -> str:
        if obj.retired_at:
            return "Retired"
        if not obj.is_enabled:
            return "Off"
        return "Listens" if not _lacking(obj) else "Not ready"

    @display(description="Told us", ordering="told")
    def told_shown(self, obj: Any) -> int:
        return int(obj.told)

    @display(description="Last told", ordering="last", empty_value="—")
    def last_told(self, obj: Any) -> Any:
        return obj.last

    def summary(self, obj: Any) -> str | SafeString:
        lacking = _lacking(obj)
        if lacking:
            what = f"Not ready: enter {' and '.join(SECRETS.get(each, (each, ''))[0].lower() for each in lacking)}."
        elif not obj.is_enabled:
            what = "Switched off: whatever it sends is refused."
        else:
            both = " Two secrets are believed." if obj.former_secret else ""
            what = f"It has told us {counted(obj.told, 'thing')}.{both}"
        address = access.url(reverse("hook", args=[obj.slug]))
        help_text = KINDS[obj.kind].help if obj.kind in KINDS else ""
        news = f"{reverse('admin:bookings_inboundnews_changelist')}?source__id__exact={obj.pk}"
        text = '{} {} Its address: <code>{}</code> <a class="ord-link" href="{}">What it told</a>'
        return format_html(text, what, help_text, address, news)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = AddSourceForm if obj is None else SourceForm
        fields = None if obj is None else self._own(obj)
        return super().get_form(request, obj, change, **kwargs | {"form": form, "fields": fields})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ("name", "slug", "kind")})]
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": ("name", "kind_shown", "state")})]
        return [(None, {"fields": self._own(obj)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        return (*fields, "name", "kind_shown", "state")

    def _own(self, obj: Any) -> tuple[str, ...]:
        needs = KINDS[obj.kind].needs if obj.kind in KINDS else ()
        former = ("former_secret",) if "secret" in needs else ()
        secret_first = sorted({*needs, *former} & SECRETS.keys(), key=list(SECRETS).index)
        own = [*secret_first, *needs, *EXTRAS.get(obj.kind, ())]
        return ("name", "is_enabled", *dict.fromkeys(own))

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return HttpResponseRedirect(change_url(obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = "" if change or not KINDS[obj.kind].makes_secret else fresh_secret()
        if made:
            obj.secret = secrets.seal(made)
        super().save_model(request, obj, form, change)
        if made:
            show_once(request, made)

    def secrets_of(self, obj: Any) -> tuple[str, str] | None:
        makes = obj.kind in KINDS and KINDS[obj.kind].makes_secret
        return (obj.secret, obj.former_secret) if makes else None

    def keep_secrets(self, obj: Any, secret: str, former: str) -> None:
        obj.secret, obj.former_secret = secret, former

    def has_history(self, obj: Any) -> bool:
        return obj.news.exists()


@admin.register(InboundNews)
class InboundNewsAdmin(ReadOnly):
    purpose = "What other systems told, newest first, and with what effect."
    list_display = ("received_at", "source", "what_shown", "effect", "meeting")
    list_filter = ("state", "source")
    list_select_related = ("source",)

    @display(description="It told", ordering="what")
    def what_shown(self, obj: Any) -> str:
        words = str(obj.what).replace("_", " ")
        return words[:1].upper() + words[1:]

    @display(
        description="Effect",
        ordering="state",
        label={"Recorded": "success", "No meeting found": "warning", "Being weighed": "info"},
    )
    def effect(self, obj: Any) -> str:
        return REFUSED.get(obj.code, obj.code.replace("_", " ").capitalize()) or obj.get_state_display()

    @display(description="Meeting", empty_value="—")
    def meeting(self, obj: Any) -> str | SafeString | None:
        booking = Booking.objects.select_related("meeting_type", "rep").filter(pk=obj.booking).first()
        if booking is None:
            return None
        return format_html('<a class="ord-link" href="{}">{}</a>', change_url(booking), booking)


def _lacking(obj: Any) -> list[str]:
    needs = KINDS[obj.kind].needs if obj.kind in KINDS else ()
    return [name for name in needs if not getattr(obj, name)]
