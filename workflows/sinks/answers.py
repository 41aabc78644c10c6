"""What comes back from another system: an answer, a finding, or one of four kinds of error."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


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


@dataclass(frozen=True)
class Field:
    """A field of the other side, by the name that a mapping uses, such as `email` or `meeting.hs_meeting_title`.

    `type` is one of: text, number, flag, date, instant, choice, list, reference. `choices` are the values that
    a choice or list can have; empty when the other side does not say.
    """

    name: str
    label: str
    type: str = "text"
    is_writable: bool = True
    is_required: bool = False
    choices: tuple[str, ...] = ()


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
