"""Every page of the admin can be opened, in words, by those who may do everything and those who may look."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import RequestFactory

from bookings.tests.organisation import Organisation
from ordinus.tests.admin.filling import fill
from workflows.tests.admin.pages import Admin, viewer

OURS = ("workflows", "routing", "bookings")
MACHINE_WORDS = (
    re.compile(
        r"[\[{]\s*(&quot;|&#x27;|&#39;|\")[a-z_.]+(&quot;|&#x27;|&#39;|\")\s*[:,\]]"
    ),  # JSON, a list's repr
    re.compile(r"object \(\d+\)"),
    re.compile(r"&lt;[A-Z]\w+: "),
    re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}"),
    re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}"),
    re.compile(r"\(&#x27;"),
)


@pytest.fixture
def filled(acme: Organisation, ops: Admin) -> Admin:
    fill(acme, ops.user)
    return ops


def words_of(page: str) -> str:
    """What a person reads: the page without its markup, scripts, raw mails and machine-readable times."""
    page = re.sub(r"(?s)<(script|style|pre|datalist)\b.*?</\1>", " ", page)
    page = re.sub(r"(?s)<textarea[^>]*>", " ", page)
    return re.sub(r"(?s)<[^>]+>", " ", page)


def pages(model: Any, model_admin: Any, request: Any) -> list[str]:
    base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    first = model._base_manager.order_by("pk").first()
    found = [base]
    if model_admin.has_add_permission(request):
        found.append(f"{base}add/")
    if first is not None:
        found.append(f"{base}{first.pk}/change/")
    return found


def all_pages(user: User) -> list[str]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return [page for model, each in admin.site._registry.items() for page in pages(model, each, request)]


def assert_readable(path: str, page: str) -> None:
    words = words_of(page)
    for pattern in MACHINE_WORDS:
        found = pattern.search(words)
        assert found is None, f"{path}: …{words[max(0, found.start() - 60) : found.end() + 60]}…"


def test_every_page_opens_in_words_for_whoever_may_do_everything(filled: Admin) -> None:
    for path in ["/admin/", "/admin/setup/", *all_pages(filled.user)]:
        assert_readable(path, filled.get(path))


def test_every_page_opens_in_words_for_whoever_may_only_look(filled: Admin) -> None:
    looker = Admin(viewer())
    for path in all_pages(looker.user):
        page = looker.get(path)
        assert_readable(path, page)
        assert 'name="_save"' not in page, path


def test_every_model_of_ours_has_something_to_show(filled: Admin) -> None:
    shown = {model for model in admin.site._registry if model._meta.app_label in OURS}
    assert [model.__name__ for model in shown if not model._base_manager.exists()] == []


def test_every_list_says_what_it_is_and_has_few_columns(filled: Admin) -> None:
    request = RequestFactory().get("/admin/")
    request.user = filled.user
    for model, model_admin in admin.site._registry.items():
        assert getattr(model_admin, "purpose", ""), model
        if model._meta.app_label in OURS:
            columns = [name for name in model_admin.get_list_display(request) if name != "action_checkbox"]
            assert 3 <= len(columns) <= 7, model


def test_every_field_says_what_follows_from_it(filled: Admin) -> None:
    request = RequestFactory().get("/admin/")
    request.user = filled.user
    silent = []
    for model, model_admin in admin.site._registry.items():
        first = model._base_manager.first()
        shown = model_admin.get_object(request, str(first.pk)) if first else None
        may_add = model_admin.has_add_permission(request)
        may_change = shown is not None and model_admin.has_change_permission(request, shown)
        for obj in [*([None] if may_add else []), *([shown] if may_change else [])]:
            forms = [model_admin.get_form(request, obj, change=obj is not None)]
            inlines = model_admin.get_inline_instances(request, obj)
            forms += [
                each.get_formset(request, obj).form for each in inlines if _is_editable(each, request, obj)
            ]
            silent += [f"{model.__name__}: {name}" for form in forms for name in _silent(form)]
    assert silent == []


def _is_editable(inline: Any, request: Any, obj: Any) -> bool:
    return bool(inline.has_change_permission(request, obj))


def _silent(form: Any) -> list[str]:
    return [
        name for name, field in form.base_fields.items() if not field.help_text and not field.widget.is_hidden
    ]


def test_a_visitor_sees_the_login_only(acme: Organisation, client: Any) -> None:
    for path in ("/admin/", "/admin/setup/", "/admin/bookings/lead/"):
        assert client.get(path).status_code == 302
