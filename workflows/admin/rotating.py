"""Changing a signing secret without a gap: a new one is made, and the former one holds until it is ended."""

from __future__ import annotations

import base64
import secrets as chance
from typing import Any

from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.forms import BaseDialogForm

from workflows import secrets
from workflows.admin.base import change_url, leave_dialog
from workflows.changes import differences


def fresh_secret() -> str:
    """A secret of 192 random bits, written as Standard Webhooks has it."""
    return "whsec_" + base64.b64encode(chance.token_bytes(24)).decode()


def show_once(request: HttpRequest, made: str) -> None:
    messages.warning(request, f"The secret, which is shown this once: {made}")


class Rotating:
    """Two actions for an object that says where its secrets lie. Mixed into an admin that announces changes."""

    model: type[models.Model]

    def secrets_of(self, obj: Any) -> tuple[str, str] | None:
        """The secret and the former one as stored; None for an object that has none to change."""
        raise NotImplementedError

    def keep_secrets(self, obj: Any, secret: str, former: str) -> None:
        """Write both, as they are to be stored."""
        raise NotImplementedError

    def has_new_secret_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may_change(request) and self._held(object_id) is not None

    def has_end_former_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        held = self._held(object_id)
        return self._may_change(request) and held is not None and bool(held[1])

    @action(
        description="New secret…",
        permissions=["new_secret"],
        dialog={
            "title": "Make a new secret?",
            "description": "The present one holds on as the former secret until you end it, so that the other side can "
            "change over without a gap. The new one is shown once.",
            "form_class": BaseDialogForm,
            "form_submit_text": "Make a new secret",
        },
    )  # fmt: skip
    def new_secret(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        obj = self.model._base_manager.get(pk=object_id)
        held = self.secrets_of(obj) or ("", "")
        made = fresh_secret()
        self._changed(request, obj, secrets.seal(made), held[0])
        show_once(request, made)
        return leave_dialog(request, change_url(obj))

    @action(
        description="End the former secret…",
        permissions=["end_former"],
        dialog={
            "title": "End the former secret?",
            "description": "From then on the new secret alone holds. Be sure that the other side has it.",
            "form_class": BaseDialogForm,
            "form_submit_text": "End it",
        },
    )
    def end_former(self, request: HttpRequest, form: Any, object_id: Any) -> HttpResponse:
        obj = self.model._base_manager.get(pk=object_id)
        held = self.secrets_of(obj) or ("", "")
        self._changed(request, obj, held[0], "")
        messages.success(request, "The former secret has ended.")
        return leave_dialog(request, change_url(obj))

    def _held(self, object_id: Any) -> tuple[str, str] | None:
        obj = self.model._base_manager.filter(pk=object_id).first()
        return self.secrets_of(obj) if obj is not None else None

    def _may_change(self, request: HttpRequest) -> bool:
        return bool(self.has_change_permission(request))  # type: ignore[attr-defined]

    def _changed(self, request: HttpRequest, obj: Any, secret: str, former: str) -> None:
        admin: Any = self
        with transaction.atomic():
            before = admin.snapshot(obj)
            self.keep_secrets(obj, secret, former)
            obj.save()
            admin.announce(request, obj, differences(before, admin.snapshot(obj)))
