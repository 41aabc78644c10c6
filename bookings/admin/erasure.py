"""Erasing a person from the admin: asked twice, and confirmed by the person's own address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextInputWidget

from bookings import erasing
from bookings.models import Lead
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


class Erasure(ReadOnly):
    """A lead's page with the button that erases the person."""

    actions_detail = ("erase",)

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
