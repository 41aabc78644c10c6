"""How the admin looks and what its menu holds: unfold's settings. Models are named, not imported."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy

# Each page compares links with every tab of every list: hundreds of look-ups.
known = cache(reverse)
_lazily = lazy(known, str)


def _list(app: str, model: str) -> Any:
    return _lazily(f"admin:{app}_{model}_changelist")


def _filtered(app: str, model: str, query: str) -> Callable[[HttpRequest], str]:
    return lambda request: known(f"admin:{app}_{model}_changelist") + query


def _may_view(app: str, model: str) -> Callable[[HttpRequest], bool]:
    def may_view(request: HttpRequest) -> bool:
        user = request.user
        return user.has_perm(f"{app}.view_{model}") or user.has_perm(f"{app}.change_{model}")

    return may_view


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_superuser)


def _item(title: str, icon: str, app: str, model: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": _list(app, model), "permission": _may_view(app, model)}


def _is_of_a_workflow(request: HttpRequest) -> bool:
    """Whether the page is that of a workflow, or of what belongs to one and stands in no menu."""
    models = ("workflow", "workflowversion", "stage", "branch", "runmove")
    return any(request.path.startswith(f"{known('admin:index')}workflows/{model}/") for model in models)


def _tool(title: str, icon: str, name: str, app: str, model: str) -> dict[str, Any]:
    """A page of its own, for whoever may look at these objects."""
    permission = _may_view(app, model)
    return {"title": title, "icon": icon, "link": _lazily(f"admin:{name}"), "permission": permission}


def _group(title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": False, "collapsible": True, "items": list(items)}


def _unasked(request: HttpRequest) -> bool:
    """Whether a list is seen as it is, without any tab's filter."""
    return not set(request.GET) - {"p", "o", "q"}


def _tabs(app: str, model: str, *tabs: tuple[str, str]) -> dict[str, Any]:
    everything = {"title": "All", "link": _list(app, model), "active": _unasked}
    filtered = [{"title": title, "link": _filtered(app, model, query)} for title, query in tabs]
    return {"models": [f"{app}.{model}"], "items": [everything, *filtered]}


def _subheader(request: HttpRequest) -> str:
    place = timezone.get_current_timezone_name().rpartition("/")[2].replace("_", " ")
    return f"Times in {place}"


NAVIGATION = [
    {
        "title": None,
        "items": [
            {"title": "Today", "icon": "today", "link": _lazily("admin:index")},
            {
                "title": "Reports",
                "icon": "bar_chart",
                "link": _lazily("admin:reports"),
                "permission": _may_view("workflows", "auditevent"),
            },
            {
                "title": "Set-up",
                "icon": "checklist",
                "link": _lazily("admin:setup"),
                "permission": _is_superuser,
            },
        ],
    },
    _group(
        "Leads & bookings",
        _item("Leads", "person", "bookings", "lead"),
        _item("Bookings", "event", "bookings", "booking"),
        {
            "title": "At risk",
            "icon": "event_busy",
            "link": _list("bookings", "atrisk"),
            "permission": _may_view("bookings", "booking"),
        },
        _item("Enquiries", "inbox", "bookings", "enquiry"),
        _item("Message log", "mail", "bookings", "message"),
        _item("Weekly reports", "schedule_send", "bookings", "weeklyreport"),
    ),
    _group(
        "Routing",
        _item("Reps", "badge", "routing", "rep"),
        _item("Pools", "groups", "routing", "pool"),
        _item("Segments", "filter_alt", "routing", "segment"),
        _item("Meeting types", "schedule", "routing", "meetingtype"),
        _item("Assignments", "assignment_ind", "routing", "assignment"),
        _item("Turns", "balance", "routing", "ledgerentry"),
        _tool("Why no slots?", "help_center", "why_no_slots", "routing", "pool"),
        _tool("Route a test lead", "science", "test_lead", "bookings", "bookingform"),
    ),
    _group(
        "Workflows",
        _item("Workflows", "account_tree", "workflows", "workflow") | {"covers": _is_of_a_workflow},
        {
            "title": "Ready workflows",
            "icon": "auto_awesome_motion",
            "link": _lazily("admin:ready_workflows"),
            "permission": _is_superuser,
        },
        _item("Forms", "edit_note", "bookings", "bookingform"),
        _item("Message texts", "drafts", "bookings", "messagetemplate"),
        _item("Runs", "route", "workflows", "run"),
        _item("Timers", "timer", "workflows", "timer"),
    ),
    _group(
        "Integrations",
        _item("Sinks", "output", "workflows", "sink"),
        _item("Deliveries", "outbox", "workflows", "delivery"),
        _item("Backfills", "history_toggle_off", "workflows", "backfill"),
        _item("Inbound", "input", "bookings", "inboundsource"),
        _item("Enrichments", "manage_search", "bookings", "enrichment"),
        _item("Calendars", "calendar_month", "routing", "calendar"),
    ),
    _group(
        "System",
        _item("Audit", "history", "workflows", "auditevent"),
        _item("Anchors", "anchor", "workflows", "anchor"),
        _item("Heartbeats", "monitor_heart", "workflows", "heartbeat"),
        _item("Recurring work", "autorenew", "django_celery_beat", "periodictask"),
        _item("Users", "manage_accounts", "auth", "user"),
        _item("Groups", "group", "auth", "group"),
        _item("API tokens", "key", "authtoken", "tokenproxy"),
    ),
]

TABS = [
    _tabs(
        "bookings", "booking", ("Today", "?when=today"), ("Ahead", "?when=ahead"),
        ("Outcome missing", "?when=unmarked"), ("No-shows", "?status__exact=no_show"),
    ),
    _tabs("bookings", "lead", ("No rep could take them", "?trouble=unroutable"), ("Faults", "?trouble=failed")),
    _tabs(
        "bookings", "message", ("To guests", "?audience__exact=guest"), ("To reps", "?audience__exact=rep"),
        ("Waiting", "?state__exact=waiting"), ("Given up", "?state__exact=dead"),
    ),
    _tabs("workflows", "delivery", ("Waiting", "?state__exact=waiting"), ("Given up", "?state__exact=dead")),
    _tabs("workflows", "run", ("Under way", "?state__exact=active"), ("Faults", "?state__exact=failed")),
    _tabs("workflows", "timer", ("Planned", "?state__exact=waiting"), ("Failed", "?state__exact=failed")),
    _tabs("workflows", "auditevent", ("Leads", "?about=leads"), ("Configuration", "?about=configuration")),
    _tabs("routing", "calendar", ("With a problem", "?state=problem")),
]  # fmt: skip

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Ordinus",
    "SITE_HEADER": "Ordinus",
    "SITE_SUBHEADER": _subheader,
    "SITE_SYMBOL": "event_available",
    "SITE_URL": "/rep/",
    "SITE_FAVICONS": [
        {"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("ordinus/icon.svg")}
    ],
    "LOGIN": {"form": "ordinus.signing_in.SignInForm"},
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "BORDER_RADIUS": "6px",
    "DASHBOARD_CALLBACK": "ordinus.dashboard.dashboard",
    "STYLES": [
        lambda request: static("ordinus/admin.css"),
        lambda request: static("ordinus/picture.css"),
        lambda request: static("ordinus/plots.css"),
    ],
    "SCRIPTS": [lambda request: static("ordinus/admin.js")],
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 262)",
            "100": "oklch(93.5% .032 262)",
            "200": "oklch(88% .062 262)",
            "300": "oklch(80% .105 262)",
            "400": "oklch(70% .15 262)",
            "500": "oklch(61% .18 263)",
            "600": "oklch(52% .19 264)",
            "700": "oklch(45.5% .18 265)",
            "800": "oklch(39% .15 265)",
            "900": "oklch(34% .12 266)",
            "950": "oklch(25% .085 267)",
        }
    },
    "SIDEBAR": {"show_search": True, "navigation": NAVIGATION},
    "TABS": TABS,
}
