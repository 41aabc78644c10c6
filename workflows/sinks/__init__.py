"""Sinks: one adapter a file, one line each in BUILT_IN."""

from __future__ import annotations

from workflows.sinks.base import SINK_KINDS
from workflows.sinks.file import FileSink
from workflows.sinks.hubspot import HubSpotSink
from workflows.sinks.salesforce import SalesforceSink
from workflows.sinks.slack import SlackSink
from workflows.sinks.tryton import TrytonSink
from workflows.sinks.webhook import WebhookSink

BUILT_IN = (WebhookSink, FileSink, HubSpotSink, SalesforceSink, TrytonSink, SlackSink)

SINK_KINDS.update({adapter.kind: adapter for adapter in BUILT_IN})
