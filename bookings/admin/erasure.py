"""What a person may ask for, in the admin: all that is held about them, and to be erased.

Erasing is asked twice, and confirmed by the person's own address.
"""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from bookings import disclosing, erasing
from bookings.admin.names import load_names
from bookings.models import Lead
from bookings.story import Names
from workflows.admin.announcing import actor_of
from workflows.admin.base import ReadOnly, change_url, leave_dialog


class EraseForm(BaseDialogForm):
    address = forms.CharField(
        label="E-mail address of the lead",
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="Type it to show that this is the person you mean.",
    )

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip().lower()
        if address != Lead.objects.get(pk=self.object_id).email:
            raise ValidationError("This is not the address of this lead.")
        return address


KINDS = {disclosing.JSON: "application/json", disclosing.TEXT: "text/plain; charset=utf-8"}


class Erasure(ReadOnly):
    """A lead's page with the buttons that give out and erase what is held about the person."""

    actions_detail = ("show_held", "erase")

    def get_urls(self) -> list[URLPattern]:
        held = path("<int:pk>/held/", self.admin_site.admin_view(self.held), name="bookings_lead_held")
        return [held, *super().get_urls()]

    @action(description="All that is held…", permissions=["view"])
    def show_held(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:bookings_lead_held", args=[object_id]))

    def held(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows it; a POST gives it out as a file, which the trail tells."""
        lead = get_object_or_404(Lead, pk=pk)
        if not self.has_view_permission(request, lead):
            raise PermissionDenied
        names = load_names(timezone.get_current_timezone_name())
        if request.method == "POST":
            return self._given_out(request, lead, names)
        text = disclosing.as_text(disclosing.everything(lead, names))
        context = {**self.admin_site.each_context(request), "lead": lead, "held": text, "opts": self.opts,
                   "title": f"All that is held about {lead}"}  # fmt: skip
        return TemplateResponse(request, "admin/ordinus/held.html", context)

    def _given_out(self, request: HttpRequest, lead: Lead, names: Names) -> HttpResponse:
        kind = request.POST.get("kind", "")
        if kind not in KINDS:
            return HttpResponseBadRequest("Choose JSON or text.")
        at, actor = timezone.now(), actor_of(request)
        held = disclosing.give_out(lead, names, kind=kind, now=at, actor=actor)
        is_text = kind == disclosing.TEXT
        content = disclosing.as_text(held) if is_text else json.dumps(held, ensure_ascii=False, indent=2)
        response = HttpResponse(content, content_type=KINDS[kind])
        ending = "txt" if is_text else "json"
        response["Content-Disposition"] = f'attachment; filename="lead-{lead.pk}.{ending}"'
        return response

    def has_erase_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        may = request.user.has_perm("bookings.delete_lead")
        return may and Lead.objects.filter(pk=object_id, erased_at__isnull=True).exists()

    @action(
        description="Erase this person…",
        permissions=["erase"],
        variant=ActionVariant.DANGER,
        dialog={
            "title": "Erase this person for good?",
            "description": "Name, address, answers, mails and notes go; meetings ahead are cancelled; old links "
            "lead nowhere. The record of what was done stays, without telling who it was. Nothing brings it back.",
            "form_class": EraseForm,
            "form_submit_text": "Erase for good",
        },
    )
    def erase(self, request: HttpRequest, form: EraseForm, object_id: Any) -> HttpResponse:
        lead = Lead.objects.get(pk=object_id)
        erasing.erase(lead, now=timezone.now(), actor=actor_of(request))
        messages.success(request, "The person is erased. What was done stays on record.")
        return leave_dialog(request, change_url(lead))
