"""The whole file: its sections in the order in which they are written."""

from __future__ import annotations

from ordinus.configuration.nouns.base import Noun
from ordinus.configuration.nouns.enrichments import Enrichments
from ordinus.configuration.nouns.forms import Forms
from ordinus.configuration.nouns.inbound import Inbound
from ordinus.configuration.nouns.meeting_types import MeetingTypes
from ordinus.configuration.nouns.pools import Pools
from ordinus.configuration.nouns.reps import Reps
from ordinus.configuration.nouns.segments import Segments
from ordinus.configuration.nouns.sinks import Sinks
from ordinus.configuration.nouns.templates import Templates
from ordinus.configuration.nouns.weekly_reports import WeeklyReports
from ordinus.configuration.nouns.workflows import Workflows

VERSION_KEY = "ordinus"
VERSION = 1

REPS, MEETING_TYPES, POOLS, SEGMENTS = Reps(), MeetingTypes(), Pools(), Segments()
ENRICHMENTS, FORMS, TEMPLATES, WORKFLOWS, SINKS = Enrichments(), Forms(), Templates(), Workflows(), Sinks()
INBOUND, WEEKLY_REPORTS = Inbound(), WeeklyReports()

NOUNS: tuple[Noun, ...] = (
    REPS, MEETING_TYPES, POOLS, SEGMENTS, ENRICHMENTS, FORMS, TEMPLATES, WORKFLOWS, SINKS, INBOUND,
    WEEKLY_REPORTS,
)  # fmt: skip
"""In the order of the file."""

SECTIONS: dict[str, Noun] = {noun.section: noun for noun in NOUNS}

SUPPLY: tuple[Noun, ...] = (REPS, MEETING_TYPES, POOLS, SEGMENTS, ENRICHMENTS, TEMPLATES, SINKS, INBOUND)
"""What workflows use, in an order in which each names only what stands before it."""

REMOVAL: tuple[Noun, ...] = (
    WEEKLY_REPORTS, FORMS, WORKFLOWS, INBOUND, SINKS, ENRICHMENTS, SEGMENTS, POOLS, TEMPLATES, MEETING_TYPES,
    REPS,
)  # fmt: skip
"""The order of removal: nothing goes before what names it."""
