"""Headers, cookies and limits that every page shares."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.test import Client

from ordinus.middleware import _policy_for

pytestmark = pytest.mark.django_db


def policy_of(client: Client, path: str) -> dict[str, str]:
    header = client.get(path)["Content-Security-Policy"]
    return dict(part.split(" ", 1) for part in header.split("; "))


def test_public_pages_run_no_inline_script_and_evaluate_nothing(client: Client) -> None:
    policy = policy_of(client, "/book/none/")
    assert "unsafe" not in " ".join(policy.values())
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"


def test_pages_cannot_be_framed(client: Client) -> None:
    response = client.get("/healthz")
    assert response["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]


def test_the_admin_may_evaluate_what_its_library_needs_but_runs_no_inline_script(client: Client) -> None:
    script = policy_of(client, "/admin/login/")["script-src"]
    assert "'unsafe-eval'" in script
    assert "'unsafe-inline'" not in script


def test_only_the_admin_and_the_api_s_pages_differ() -> None:
    assert _policy_for("/administration/") is None
    assert set(settings.CONTENT_POLICIES) == {"/admin/", "/api/docs/"}


def test_browsers_keep_to_https_and_to_the_declared_types(client: Client) -> None:
    response = client.get("/healthz", secure=True)
    assert response["Strict-Transport-Security"] == "max-age=31536000"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_cookies_are_for_https_only_and_out_of_scripts_reach(client: Client) -> None:
    assert settings.SESSION_COOKIE_SECURE
    assert settings.CSRF_COOKIE_SECURE
    assert settings.SESSION_COOKIE_HTTPONLY


def test_an_api_body_of_a_megabyte_is_refused_with_413(client: Client) -> None:
    body = json.dumps({"answers": {"needs": "x" * 1024 * 1024}})
    response = client.post("/api/v1/forms/demo-request/leads/", body, content_type="application/json")
    assert response.status_code == 413
    assert response.json()["code"] == "too_large"


def test_a_form_of_a_megabyte_is_refused_with_413(client: Client) -> None:
    response = client.post("/book/demo-request/", {"needs": "x" * 1024 * 1024})
    assert response.status_code == 413
    assert b"at most 256 KB" in response.content


def test_an_import_in_the_admin_may_be_larger(client: Client) -> None:
    assert client.post("/admin/login/", {"username": "x" * 1024 * 1024}).status_code == 200


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/book/none/", headers={"host": "evil.example"}).status_code == 400
