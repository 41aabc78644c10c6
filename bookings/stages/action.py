from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bookings import mail, tagging
from bookings.models import Booking, Message, MessageTemplate
from routing.models import Membership
from workflows.core import graph
from workflows.core.graph import Problem, StageSpec
from workflows.stages.base import Context, Done, Result, Setting, StageKind

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}")
VERBS = ("send", "tag", "untag", "notify", "push")
OFFERING = {"booking_url", "rebook_url"}


class ActionKind(StageKind):
    """Does its list in order, all in one step: messages, tags, notifications, events for sinks."""

    name = "action"
    title = "Action"
    help = "Does things in order: sends a message, tags the lead, notifies people, pushes an event to sinks."
    fields = (
        Setting(
            "do",
            "actions",
            "Do",
            "One a line: send TEMPLATE, tag TAG, untag TAG, notify ADDRESS or rep or pool, push EVENT.",
            required=True,
        ),
    )

    def problems(self, stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
        actions = stage.settings.get("do")
        if not isinstance(actions, list):
            return [Problem(stage.name, "setting", "“do” is not a list.", "Write a list of actions.")]
        found = []
        for place, action in enumerate(actions, 1):
            for code, text, cure in self._wrong(action, stage, stages):
                found.append(Problem(stage.name, code, f"Action {place} of “{stage.name}”: {text}", cure))
        return found

    def _wrong(
        self, action: Any, stage: StageSpec, stages: Sequence[StageSpec]
    ) -> list[tuple[str, str, str]]:
        if not isinstance(action, Mapping) or len(action) != 1 or next(iter(action)) not in VERBS:
            return [("setting", f"“{action}” is no action.", f"Begin with one of: {', '.join(VERBS)}.")]
        verb, what = next(iter(action.items()))
        if not isinstance(what, str):
            return [("setting", f"“{what}” is not text.", "Name one thing.")]
        if verb == "send":
            return self._wrong_message(what, stage, stages)
        if verb == "notify" and what not in ("rep", "pool") and not ADDRESS.fullmatch(what):
            return [("setting", f"“{what}” cannot be notified.", "Give an e-mail address, rep or pool.")]
        if verb in ("tag", "untag", "push") and not SLUG.fullmatch(what):
            return [
                (
                    "setting",
                    f"“{what}” is not a name.",
                    "Use at most 40 small letters, digits, dots, - and _.",
                )
            ]
        return []

    def _wrong_message(
        self, slug: str, stage: StageSpec, stages: Sequence[StageSpec]
    ) -> list[tuple[str, str, str]]:
        template = MessageTemplate.objects.filter(slug=slug, retired_at=None).first()
        if template is None:
            return [("unknown_template", f"there is no template “{slug}”.", "Make one, or name another.")]
        offers = OFFERING & template.names_used()
        if offers and not graph.next_offers_after(stages, stage.name):
            text = f"“{slug}” mails a booking link, but the run offers nothing after it."
            return [("link_to_nothing", text, "Lead the stage to an offer, or send another message.")]
        return []

    def enter(self, context: Context) -> Result:
        for place, action in enumerate(context.settings.get("do") or []):
            verb, what = next(iter(action.items()))
            getattr(self, f"_{verb}")(
                context, what, f"{context.live_run.pk}:{context.live_run.visit}:{place}"
            )
        return Done("done")

    def _send(self, context: Context, slug: str, key: str) -> None:
        if "start" in context.payload and not context.payload.get("booking"):
            return  # passed by a press on its way to an offer: that page is where the guest is
        mail.to_guest(
            context.live_run, Message.Kind.CUSTOM, key=f"send:{key}", now=context.now, template=slug
        )

    def _tag(self, context: Context, name: str, key: str) -> None:
        tagging.tag(context, [name])

    def _untag(self, context: Context, name: str, key: str) -> None:
        tagging.untag(context, [name])

    def _notify(self, context: Context, whom: str, key: str) -> None:
        for number, address in enumerate(addresses_of(context, whom)):
            mail.to_address(context.live_run, address, key=f"notify:{key}:{number}", now=context.now)

    def _push(self, context: Context, event: str, key: str) -> None:
        context.announce("event.pushed", data={"event": event})


def addresses_of(context: Context, whom: str) -> list[str]:
    """Who is notified: an address, the rep of the run's booking, or the active members of its pool."""
    if whom == "rep":
        booking = Booking.objects.filter(pk=context.live_run.booking or 0).select_related("rep").first()
        return [booking.rep.email] if booking else []
    if whom == "pool":
        members = Membership.objects.taking_turns().filter(pool__slug=context.carried.get("pool"))
        return list(members.order_by("pk").values_list("rep__email", flat=True))
    return [whom]
