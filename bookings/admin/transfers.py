"""Giving many meetings to others: whom to, what would come of it, and then for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from bookings import transferring
from bookings.admin.booking_forms import DRAW, message_field
from bookings.core import objections, wording
from bookings.models import Booking
from bookings.transferring import MOST_AT_ONCE, Transfer, TurnedOutOtherwise
from routing.core.draw import ALL_AHEAD, DEADLINE, OWED
from routing.models import Rep
from workflows.admin.announcing import actor_of
from workflows.admin.base import ReadOnly, change_url, list_url
from workflows.admin.words import counted

TURNS = {
    OWED: "owed a whole meeting",
    DEADLINE: "next by turn among those free",
    ALL_AHEAD: "next by turn, though all who are free have had their share",
}


class TransferForm(forms.Form):
    rep = forms.ChoiceField(
        label="Give them to",
        widget=UnfoldAdminSelectWidget(),
        help_text="By turn, each goes to whoever is free then and most due. Whoever is named must be free and in "
        "the pool. Those who give a meeting up get the turn back.",
    )
    message = message_field()
    asks_guests = forms.BooleanField(
        label="Ask guests whom nobody can meet to choose another time",
        required=False,
        initial=True,
        widget=UnfoldBooleanWidget(),
        help_text="They get a mail that leads to the free times. Until they choose, their meeting stays as it is.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reps = Rep.objects.taking_turns().filter(retired_at=None)
        field: Any = self.fields["rep"]
        field.choices = [
            (DRAW, "Whose turn it is"),
            *((str(rep.pk), rep.name) for rep in reps),
        ]

    @property
    def chosen(self) -> Rep | None:
        value = self.cleaned_data["rep"]
        return None if value == DRAW else Rep.objects.get(pk=int(value))


class Transfers(ReadOnly):
    """A list of bookings whose chosen ones can be given to others."""

    actions = ("give_to_others",)

    def has_transfer_permission(self, request: HttpRequest) -> bool:
        return self.may_act(request)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "give-to-others/",
            self.admin_site.admin_view(self.give_page),
            name=f"{self.opts.app_label}_{self.opts.model_name}_give",
        )
        return [own, *super().get_urls()]

    @action(description="Give to others…", permissions=["transfer"])
    def give_to_others(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        chosen = list(queryset.order_by("start_at").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            messages.error(
                request, f"That is more than {MOST_AT_ONCE} meetings. Choose fewer and go on in parts."
            )
            return None
        numbers = ",".join(map(str, chosen))
        url = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_give")
        return HttpResponseRedirect(f"{url}?bookings={numbers}")

    def give_page(self, request: HttpRequest) -> HttpResponse:
        """Opened, it asks whom to; sent, it shows what would happen; confirmed, it is done as shown."""
        if not self.may_act(request):
            return HttpResponse(status=403)
        numbers = _numbers(request.POST.get("bookings") or request.GET.get("bookings", ""))
        form = TransferForm(request.POST or None)
        if not numbers:
            messages.error(request, "No meeting was chosen. Choose some in the list first.")
            return HttpResponseRedirect(list_url(self.model))
        if request.method != "POST" or not form.is_valid():
            return self._page(request, numbers, form)
        if request.POST.get("step") == "do":
            return self._carry_out(request, numbers, form)
        found = transferring.foresee(numbers, form.chosen, now=timezone.now())
        return self._page(request, numbers, form, found)

    def _carry_out(self, request: HttpRequest, numbers: list[int], form: TransferForm) -> HttpResponse:
        try:
            done = transferring.carry_out(
                numbers,
                form.chosen,
                shown=_shown(request),
                now=timezone.now(),
                actor=actor_of(request),
                message=form.cleaned_data["message"],
                asks_guests=form.cleaned_data["asks_guests"],
            )
        except TurnedOutOtherwise as otherwise:
            messages.warning(
                request,
                "Nothing was changed: something is different since you looked. This is how it is now.",
            )
            return self._page(request, numbers, form, otherwise.now_shown)
        messages.success(request, _told(done, form.cleaned_data["asks_guests"]))
        return HttpResponseRedirect(list_url(self.model))

    def _page(
        self,
        request: HttpRequest,
        numbers: list[int],
        form: TransferForm,
        found: Sequence[Transfer] | None = None,
    ) -> HttpResponse:
        ahead = Booking.objects.filter(pk__in=numbers).select_related("lead", "rep", "pool")
        shown = (
            found
            if found is not None
            else [Transfer(each, each.rep, None) for each in ahead.order_by("start_at")]
        )
        names = dict(Rep.objects.values_list("pk", "name"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Give meetings to others",
            "form": form,
            "numbers": ",".join(map(str, numbers)),
            "is_dry_run": found is not None,
            "rows": [_row(each, names) for each in shown],
            "count": counted(len(shown), "meeting"),
            "do_label": _do_label(shown, bool(form.is_bound and form.cleaned_data.get("asks_guests"))),
            "back_url": list_url(self.model),
            "opts": self.opts,
        }
        return render(request, "admin/ordinus/transfers.html", context)


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",") if number.isdecimal()][:MOST_AT_ONCE]


def _shown(request: HttpRequest) -> dict[int, int | None]:
    """What the dry run's page showed: the rep by booking, None where there was none."""
    pairs = (pair.split(":") for pair in request.POST.getlist("shown") if pair.count(":") == 1)
    return {
        int(booking): int(rep) if rep else None
        for booking, rep in pairs
        if booking.isdecimal() and (rep.isdecimal() or not rep)
    }


def _row(each: Transfer, names: dict[int, str]) -> dict[str, Any]:
    booking = each.booking
    return {
        "url": change_url(booking),
        "when": wording.moment(booking.start_at, timezone.get_current_timezone_name()),
        "guest": booking.lead.name or booking.lead.email,
        "former": each.former.name,
        "rep": each.rep.name if each.rep else "",
        "stays": each.rep is None and not each.can_choose,
        "why": _why(each, names),
        "shown": f"{booking.pk}:{each.rep.pk if each.rep else ''}",
    }


def _why(each: Transfer, names: dict[int, str]) -> str:
    if each.rep is None:
        told = [
            f"{names.get(rep, 'A former rep')} {objections.clause(reason['code'], reason, _zone())}"
            for rep, reason in each.reasons.items()
            if reason["code"] != "gives_it_up"
        ]
        return "; ".join(told) or each.refusal.rstrip(".")
    if each.record.get("manner") != "draw":
        return "chosen by you, and free"
    return TURNS.get(str(each.record.get("rule")), "next by turn")


def _do_label(shown: Sequence[Transfer], asks_guests: bool) -> str:
    """What the button does, in numbers; empty when there is nothing to do."""
    given, asked = sum(1 for each in shown if each.rep), sum(1 for each in shown if each.can_choose)
    parts = [f"give away {counted(given, 'meeting')}"] if given else []
    if asked and asks_guests:
        parts.append(f"ask {counted(asked, 'guest')} to choose again")
    return " and ".join(parts).capitalize()


def _zone() -> str:
    return timezone.get_current_timezone_name()


def _told(done: Sequence[Transfer], asks_guests: bool) -> str:
    given, asked = sum(1 for each in done if each.rep), sum(1 for each in done if each.can_choose)
    text = f"{counted(given, 'meeting has', 'meetings have')} another rep; guests and reps are told."
    if asked and asks_guests:
        text += f" {counted(asked, 'guest is', 'guests are')} asked to choose another time."
    return text
