"""What a sink adapter is: how one kind of outside system is told a fact, and asked about a lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from workflows import secrets
from workflows.accesses import Kept
from workflows.core import reads
from workflows.models import Sink
from workflows.sinks.answers import (
    Answer,
    Field,
    Finding,
    Misconfigured,
    Permanent,
    RateLimited,
    Retry,
    SinkError,
)
from workflows.sinks.oauth import InProcess, Keeping
from workflows.sinks.parcels import Links, Parcel
from workflows.stages.base import Setting

__all__ = [
    "CRM_FACTS",
    "SINK_KINDS",
    "Answer",
    "Field",
    "Finding",
    "Links",
    "Misconfigured",
    "Parcel",
    "Permanent",
    "RateLimited",
    "Retry",
    "Setting",
    "SinkAdapter",
    "SinkError",
    "adapter_of",
    "load_kinds",
    "mapping_of",
    "needs_of",
    "reads_of",
]

SINK_KINDS: dict[str, type[SinkAdapter]] = {}
"""The adapters by the kind that names them; a class of one's own goes by its dotted path."""

CRM_FACTS = reads.FACTS
"""What `look_up` may answer, each a fact after `crm.`."""

LEAD, RUN, BOOKING = "lead", "run", "booking"


class SinkAdapter:
    """A kind of sink. One subclass a file and one line in a table; nothing else changes when one is added.

    `config` holds the sink's settings with their secrets in the clear. An adapter uses no database, except by
    `keeping`, which is for `workflows.sinks.oauth`: it is called outside transactions, for look-ups in a thread of
    its own. Every method but `check` raises Retry, RateLimited, Permanent or Misconfigured, and nothing else.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str] = ""
    fields_help: ClassVar[str] = ""
    """How their fields are named in a mapping, where more than one of their records is written."""

    fields: ClassVar[tuple[Setting, ...]] = ()
    """The settings: each is a field of the form in the admin and a key of `config` in the file."""

    rotates: ClassVar[bool] = False
    """True: it signs with the settings `secret` and `former_secret`, which the admin can change without a gap."""

    default_mapping: ClassVar[Mapping[str, str]] = {}
    """Their field, our fact; holds for a sink that maps nothing itself."""

    default_reads: ClassVar[Mapping[str, str]] = {}
    """Our fact `crm.*`, their field (`workflows.core.reads`); holds for a sink that says nothing itself."""

    needs: ClassVar[tuple[str, ...]] = ()
    """Facts that come along in `Parcel.facts`, whatever the mapping says."""

    records: ClassVar[Mapping[str, str]] = {}
    """The roles of their records, and whether one belongs to a lead, a run or a booking."""

    keeps_keys: ClassVar[bool] = True
    """False: the other side knows no repetition, so what it took without an answer may come twice."""

    can_look_up: ClassVar[bool] = False
    can_read: ClassVar[bool] = False
    """Whether `list_fields` and `fetch` answer."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Raises Misconfigured when the settings cannot work, whatever the other side does."""
        self.config = config
        self.mapping: Mapping[str, Any] = self.default_mapping
        self.reads: Mapping[str, str] = self.default_reads
        self.keeping: Keeping = InProcess()
        for setting in self.fields:
            if setting.required and config.get(setting.name) in (None, ""):
                raise Misconfigured("incomplete", f"“{setting.label}” is not set.")

    def push(self, delivery: Parcel) -> Answer:
        """Tell the other side a fact: its records are made or brought up to date.

        Afterwards it has the fact once, however often a delivery with the same key comes, also when an earlier
        attempt was taken without an answer. Records are found by the ids in `delivery.links` or by a key of
        ours that the other side keeps; ids that turn up are kept there.
        """
        raise NotImplementedError(self.kind)

    def look_up(self, email: str, domain: str, *, timeout: float) -> dict[str, Any]:
        """What it knows about a lead, by names of CRM_FACTS, within `timeout` seconds; nothing for a stranger."""
        raise Permanent("no_look_up", f"A sink of the kind “{self.title}” cannot be asked about a lead.")

    def check(self) -> Finding:
        """Whether the sink can be reached as it is set up, without telling it anything. Never raises."""
        return Finding(True, "Its settings are complete.")

    def list_fields(self) -> list[Field]:
        """The fields it has now, by the names that a mapping uses."""
        raise Permanent("no_fields", f"A sink of the kind “{self.title}” cannot be asked about its fields.")

    def fetch(self, links: Mapping[str, str], names: Sequence[str]) -> dict[str, Any]:
        """What those of its fields hold now, in the records that `links` (role, their id) names.

        A field whose record is not linked is left out; raises Permanent with the code `gone` for a linked
        record that is not there any more. Values are as `as_held` gives them.
        """
        raise Permanent("no_fields", f"A sink of the kind “{self.title}” cannot be asked what it holds.")

    def facts_read(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The facts that the sink's `reads` make of their fields, for the end of a look-up."""
        return reads.facts_read(self.reads, found)

    def as_held(self, name: str, value: Any) -> Any:
        """What `fetch` gives for a field after `value` was written to it, if nobody has changed it since."""
        return value


def adapter_of(sink: Sink) -> SinkAdapter:
    """The adapter that speaks to `sink`. Raises Misconfigured when its kind, settings or secrets are amiss."""
    kind = SINK_KINDS.get(sink.kind)
    if kind is None:
        raise Misconfigured("unknown_kind", f"Nothing installed speaks to a sink of the kind “{sink.kind}”.")
    try:
        config = secrets.resolve(sink.config)
    except secrets.MissingSecret as error:
        sentence = f"The environment variable {error.name} is not set."
        raise Misconfigured("missing_secret", sentence) from error
    except secrets.UnreadableSecret as error:
        raise Misconfigured("unreadable_secret", f"A secret cannot be read: {error}.") from error
    adapter = kind(config)
    adapter.mapping, adapter.reads = mapping_of(sink), reads_of(sink)
    if sink.pk:
        adapter.keeping = Kept(sink.pk)
    return adapter


def mapping_of(sink: Sink) -> dict[str, Any]:
    """Their field, and what goes into it (`workflows.core.mapping`): the sink's own, or else its kind's."""
    return dict(sink.mapping or getattr(SINK_KINDS.get(sink.kind), "default_mapping", {}))


def reads_of(sink: Sink) -> dict[str, str]:
    """Our fact, their field: the sink's own, or what its kind brings for one that has none."""
    return dict(sink.reads or getattr(SINK_KINDS.get(sink.kind), "default_reads", {}))


def needs_of(sink: Sink) -> tuple[str, ...]:
    """The facts that the sink's adapter is handed beside its mapping."""
    return tuple(getattr(SINK_KINDS.get(sink.kind), "needs", ()))


def load_kinds(paths: Iterable[str] | None = None) -> None:
    """Afterwards the classes that ORDINUS_SINKS names can be used as kinds, each by its dotted path.

    Raises ImproperlyConfigured for a path that leads to no adapter.
    """
    for path in settings.ORDINUS_SINKS if paths is None else paths:
        try:
            found = import_string(path)
        except ImportError as error:
            raise ImproperlyConfigured(
                f"ORDINUS_SINKS names {path}, which cannot be imported: {error}"
            ) from error
        if not (isinstance(found, type) and issubclass(found, SinkAdapter)):
            raise ImproperlyConfigured(f"ORDINUS_SINKS names {path}, which is no subclass of SinkAdapter")
        SINK_KINDS[path] = found
