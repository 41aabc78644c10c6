"""Who may log in, in which group, and with which API token."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as BaseGroupAdmin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import Count
from django.http import HttpRequest
from rest_framework.authtoken.admin import TokenAdmin as BaseTokenAdmin
from rest_framework.authtoken.models import TokenProxy
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from workflows.admin.base import OrdinusAdmin
from workflows.admin.words import counted

for model in (User, Group, TokenProxy):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(BaseUserAdmin, OrdinusAdmin):
    purpose = (
        "Who may log in. Staff see the admin as far as their groups allow; a login that belongs to a rep opens "
        "that rep's own screen."
    )
    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    readonly_fields = ("last_login", "date_joined")
    helps = {
        "first_name": "As colleagues see it in the audit.",
        "last_name": "As colleagues see it in the audit.",
        "email": "Where a forgotten password is sent.",
    }
    list_display = ("person", "role", "rep_shown", "last_login")
    list_display_links = ("person",)
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    list_select_related = ("rep",)

    @display(description="User", header=True, ordering="username")
    def person(self, obj: Any) -> tuple[str, str]:
        return obj.get_full_name() or obj.get_username(), obj.email

    @display(
        description="May",
        label={
            "Everything": "danger",
            "What groups allow": "info",
            "Rep screen": "success",
            "Nothing": "default",
        },
    )
    def role(self, obj: Any) -> str:
        if not obj.is_active:
            return "Nothing"
        if obj.is_superuser:
            return "Everything"
        return "What groups allow" if obj.is_staff else "Rep screen" if self._rep_of(obj) else "Nothing"

    @display(description="Rep", empty_value="—")
    def rep_shown(self, obj: Any) -> str | None:
        rep = self._rep_of(obj)
        return rep.name if rep else None

    def _rep_of(self, obj: Any) -> Any:
        return getattr(obj, "rep", None)

    def summary(self, obj: Any) -> str:
        rep = self._rep_of(obj)
        also = f" Logs in as the rep {rep.name}." if rep else ""
        return f"May see and do: {self.role(obj).lower()}.{also}"


@admin.register(Group)
class GroupAdmin(BaseGroupAdmin, OrdinusAdmin):
    purpose = "A group gives its members the same rights. Add people to it on their own page."
    helps = {"name": "What your people call it, such as “Sales ops”."}
    list_display = ("name", "members", "rights")
    fields = ("name", "permissions")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        counts = {"people": Count("user", distinct=True), "allowed": Count("permissions", distinct=True)}
        return super().get_queryset(request).annotate(**counts)

    @display(description="Members", ordering="people")
    def members(self, obj: Any) -> int:
        return int(obj.people)

    @display(description="Rights", ordering="allowed")
    def rights(self, obj: Any) -> int:
        return int(obj.allowed)

    def summary(self, obj: Any) -> str:
        return f"{counted(obj.people, 'member')}, {counted(obj.allowed, 'right')}."


@admin.register(TokenProxy)
class TokenAdmin(BaseTokenAdmin, OrdinusAdmin):
    purpose = (
        "A token lets a program use the API with the rights of its user. Delete it, and the program is out."
    )
    helps = {"user": "The program may see and do what this user may."}
    list_display = ("user", "created", "shown_key")
    list_display_links = ("user",)
    fields = ("user",)
    autocomplete_fields = ("user",)

    @display(description="Begins with")
    def shown_key(self, obj: Any) -> str:
        return f"{obj.key[:6]}…"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("user", "key", "created") if obj else ("user",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("user", "key", "created") if obj else ()

    def summary(self, obj: Any) -> str:
        return f"Lets a program act as {obj.user}. Send it as “Authorization: Token” and the key below."
