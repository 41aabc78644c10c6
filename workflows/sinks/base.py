"""What a sink adapter is: how one kind of outside system is told a fact, and asked about a lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from workflows import secrets
from workflows.models import Sink
from workflows.stages.base import Setting

SINK_KINDS: dict[str, type[SinkAdapter]] = {}
"""The adapters by the kind that names them; a class of one's own goes by its dotted path."""

CRM_FACTS = (
    "owner_email",
    "account_name",
    "is_customer",
    "lifecycle",
    "open_opportunity",
    "do_not_contact",
)


@dataclass(frozen=True)
class Answer:
    """What the other side said: a short status such as `200`, its words, and the time it took in seconds."""

    status: str = ""
    text: str = ""
    duration: float = 0.0


@dataclass(frozen=True)
class Finding:
    """What a check of the connection came to, as a sentence for those who set it up."""

    ok: bool
    sentence: str


class SinkError(Exception):
    """Why a sink did not take a fact or gave no answer.

    `code` is one word for programs and the audit trail, `sentence` is for people and holds no secret;
    `answer` is what the other side said, if anything.
    """

    def __init__(self, code: str, sentence: str, answer: Answer | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.answer = answer or Answer()


class Retry(SinkError):
    """It may well work later."""


class RateLimited(Retry):
    """The other side asks for a pause; `wait` is how long at least."""

    def __init__(self, code: str, sentence: str, wait: timedelta, answer: Answer | None = None) -> None:
        super().__init__(code, sentence, answer)
        self.wait = wait


class Permanent(SinkError):
    """The other side will never take this fact as it is."""


class Misconfigured(SinkError):
    """Somebody has to set the sink right; after that, the same fact can be taken."""


class SinkAdapter:
    """A kind of sink. One subclass a file and one line in a table; nothing else changes when one is added.

    `config` holds the sink's settings with their secrets in the clear. An adapter uses no database: it is
    called outside transactions, for look-ups in a thread of its own.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str] = ""
    fields: ClassVar[tuple[Setting, ...]] = ()
    default_mapping: ClassVar[Mapping[str, str]] = {}
    can_look_up: ClassVar[bool] = False

    is_repeat: bool = True
    """False only when no earlier attempt can have reached the other side with the same key."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Raises Misconfigured when the settings cannot work, whatever the other side does."""
        self.config = config
        for setting in self.fields:
            if setting.required and config.get(setting.name) in (None, ""):
                raise Misconfigured("incomplete", f"“{setting.label}” is not set.")

    def push(self, body: Mapping[str, Any], *, key: str, at: datetime) -> Answer:
        """Tell the other side a fact. Afterwards it has the fact once, however often the same key comes.

        `at` is the real instant of the attempt. Raises Retry, RateLimited, Permanent or Misconfigured.
        """
        raise NotImplementedError(self.kind)

    def look_up(self, email: str, domain: str, *, timeout: float) -> dict[str, Any]:
        """What it knows about a lead, by names of CRM_FACTS, within `timeout` seconds. Raises SinkError."""
        raise Permanent("no_look_up", f"A sink of the kind “{self.title}” cannot be asked about a lead.")

    def check(self) -> Finding:
        """Whether the sink can be reached as it is set up, without telling it anything. Never raises."""
        return Finding(True, "Its settings are complete.")


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
    return kind(config)


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
