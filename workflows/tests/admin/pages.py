"""Admin pages as a browser uses them: a page is opened, some fields are changed, and it is sent back."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client


class _Fields(HTMLParser):
    """The values of the page's main form, as a browser would send them back untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, Any] = {}
        self._select: str | None = None
        self._is_multiple = False
        self._textarea: str | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        attrs = dict(attributes)
        name = attrs.get("name")
        if tag == "form":
            self._depth = 1 if (attrs.get("id") or "").endswith("_form") else 0
        if not self._depth and tag != "form":
            return
        if tag == "input" and name:
            self._input(name, attrs)
        elif tag == "select" and name:
            self._select, self._is_multiple = name, "multiple" in attrs
            self.values.setdefault(name, [] if self._is_multiple else "")
        elif tag == "option" and self._select and "selected" in attrs:
            self._choose(self._select, attrs.get("value") or "")
        elif tag == "textarea" and name:
            self._textarea = name
            self.values[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._depth = 0
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.values[self._textarea] += data

    def _choose(self, name: str, value: str) -> None:
        if self._is_multiple:
            self.values[name].append(value)
        else:
            self.values[name] = value

    def _input(self, name: str, attrs: dict[str, str | None]) -> None:
        kind = attrs.get("type") or "text"
        value = attrs.get("value") or ""
        if kind in ("submit", "button", "file"):
            return
        if kind == "checkbox" and "checked" in attrs:
            before = self.values.get(name)
            self.values[name] = [*before, value or "on"] if isinstance(before, list) else [value or "on"]
        elif (kind == "radio" and "checked" in attrs) or kind not in ("checkbox", "radio"):
            self.values[name] = value


class Admin:
    """Somebody at the admin's pages."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.user = user

    def get(self, path: str) -> str:
        response = self.client.get(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return response.content.decode()

    def fields(self, path: str) -> dict[str, Any]:
        """The main form of the page, by the names of its fields."""
        parser = _Fields()
        parser.feed(self.get(path))
        return {name: value for name, value in parser.values.items() if "__prefix__" not in name}

    def send(self, path: str, **changes: Any) -> Any:
        """The page sent back with these fields changed; None takes a field away. The response, not followed."""
        values = self.fields(path) | changes
        return self.client.post(path, {name: value for name, value in values.items() if value is not None})

    def saved(self, path: str, **changes: Any) -> Any:
        """As `send`; fails with what the page complains of when it was not saved."""
        response = self.send(path, **changes)
        assert response.status_code == 302, complaints(response)
        return response

    def press(self, path: str, **answers: Any) -> list[str]:
        """An action's dialog, confirmed; what the messages said afterwards."""
        assert "dialog-form" in self.get(path)
        response = self.client.post(path, {"_form_submitted": "on", **answers})
        assert response.status_code == 302, response.content.decode()[:2000]
        return [str(message) for message in get_messages(response.wsgi_request)]


def complaints(response: Any) -> str:
    """The errors of a page that was sent back, as text."""
    context = response.context or {}
    found = [str(context["errors"])] if context and context.get("errors") else []
    return " ".join(found) or f"status {response.status_code}"


def superuser() -> User:
    return User.objects.create_superuser("ops", "ops@acme.example", "secret")


def viewer(*permissions: Any) -> User:
    """Staff who may look at everything and change nothing, but for these permissions."""
    user = User.objects.create_user("looker", "looker@acme.example", "secret", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    user.user_permissions.add(*permissions)
    return user
