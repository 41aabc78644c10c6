"""Finding events among millions: filters that ask for no list of all values, and a search that an index serves."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import Q
from django.http import HttpRequest

from bookings.models import Lead
from workflows.admin.searching import number_of, numbered
from workflows.admin.words import said
from workflows.registry import VERBS

MOST_LEADS = 50


class RunNumberFilter(admin.SimpleListFilter):
    """Events about leads, or about the configuration, which belongs to no run."""

    title = "about"
    parameter_name = "about"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("leads", "Leads"), ("configuration", "The configuration")]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.value() == "leads":
            return queryset.filter(run__gt=0)
        return queryset.filter(run=0) if self.value() == "configuration" else queryset


class VerbFilter(admin.SimpleListFilter):
    """By what happened; all verbs there are, rather than those that occur, which only the whole trail tells."""

    title = "what happened"
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(verb, in_words(verb)) for verb in sorted(VERBS)]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        return queryset.filter(verb=self.value()) if self.value() else queryset


def in_words(verb: str) -> str:
    """`booking.made` as “Booking made”."""
    return said(verb.replace(".", " "))


def searched(term: str) -> Q:
    """A number is that of a run, lead or booking; other words are a lead's name or address, or a verb."""
    term = term.strip()
    if number_of(term) is not None:
        return numbered(term, "run", "lead", "booking")
    leads = Lead.objects.filter(Q(email=term.lower()) | Q(name__icontains=term)).order_by("-pk")
    # as numbers: a sub-query beside an “or” would have the whole trail read
    found = Q(lead__in=list(leads.values_list("pk", flat=True)[:MOST_LEADS]))
    told = term.lower().replace(" ", ".", 1).replace(" ", "_")
    verbs = [verb for verb in VERBS if told in verb or term.lower() in in_words(verb).lower()]
    return found | Q(verb__in=verbs) if verbs else found
