"""Audit events told to people: a sentence, an icon and a tone for each verb, and what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bookings.story.details import detail_of
from bookings.story.looks import icon_of, tone_of
from bookings.story.sentences import SENTENCES
from bookings.story.words import Event, Names, Words, actor_name, join, said

__all__ = ["SENTENCES", "Event", "Names", "actor_name", "detail_of", "icon_of", "tell", "tone_of"]


def tell(event: Event, names: Names, around: Mapping[str, Any] | None = None) -> str:
    """What happened, in one sentence without numbers or slugs where a name is known. Never raises.

    `around` is what the event's neighbours and its evidence add, see `bookings.storytelling`.
    """
    sentence = SENTENCES.get(event.verb)
    if sentence is None:
        return join(said(event.verb.replace(".", " ")).capitalize())
    return sentence(Words(event, names, around))
