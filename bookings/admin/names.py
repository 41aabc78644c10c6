"""What people call the things that facts, runs and audit events know by number or slug."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim

from bookings.models import BookingForm, MessageTemplate, Question
from bookings.story import Names
from bookings.story.words import said
from routing.models import Pool, Rep, Segment
from workflows.admin.sink_forms import kind_title
from workflows.models import Sink, Workflow


def load_names(zone: str) -> Names:
    """All names in one query; a company's configuration is small, its leads are not."""
    known: dict[str, dict[str, str]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(*_statement())
        for kind, key, name in cursor.fetchall():
            known[kind][key] = name
    return Names(
        zone=zone,
        reps={int(key): name for key, name in known["rep"].items()},
        staff={int(key): name for key, name in known["staff"].items()},
        pools=known["pool"],
        segments=known["segment"],
        forms=known["form"],
        templates=known["template"],
        sinks={**_titles(known["kind"]), **known["sink"]},
        workflows=known["workflow"],
        facts={f"answers.{name}": label for name, label in known["answer"].items()},
    )


def _titles(kinds: dict[str, str]) -> dict[str, str]:
    """What sinks without a name are called: by their kind, or where two are of one kind by their slugs in words."""
    often = Counter(kinds.values())
    return {
        slug: kind_title(kind) if often[kind] == 1 else said(slug).title() for slug, kind in kinds.items()
    }


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """The query and its values, which are always the same: to put it together takes longer than to answer it."""
    users = get_user_model()._default_manager.filter(is_staff=True)
    full = NullIf(Trim(Concat("first_name", Value(" "), "last_name")), Value(""))
    first, *others = [
        _named("rep", Rep.objects.all(), "pk"),
        _named("staff", users, "pk", Coalesce(full, "username")),
        _named("pool", Pool.objects.all()),
        _named("segment", Segment.objects.all()),
        _named("form", BookingForm.objects.all()),
        _named("template", MessageTemplate.objects.exclude(name="")),
        _named("sink", Sink.objects.exclude(name="")),
        _named("kind", Sink.objects.filter(name=""), name="kind"),
        _named("workflow", Workflow.objects.all()),
        _named("answer", Question.objects.all(), "name", "label"),
    ]
    return first.union(*others, all=True).query.sql_with_params()


def _named(kind: str, rows: QuerySet[Any], key: str = "slug", name: Any = "name") -> QuerySet[Any, Any]:
    return (
        rows.order_by()
        .annotate(_kind=Value(kind), _key=Cast(key, CharField()), _name=Cast(name, CharField()))
        .values_list("_kind", "_key", "_name")
    )
