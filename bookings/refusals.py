"""Why something a person asked for is not done: a code, a sentence, and the fields concerned."""

from __future__ import annotations


class Refusal(Exception):
    """A request that cannot be met; nothing was changed. The API and the pages tell it alike."""

    code = "invalid"
    status = 400

    def __init__(self, detail: str, *, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}


class Invalid(Refusal):
    """What was sent does not fit; `fields` names each place with what to do."""


class NotFound(Refusal):
    code, status = "not_found", 404


class Gone(Refusal):
    """The link or offer was superseded or has expired."""

    code, status = "gone", 410


class SlotTaken(Refusal):
    code, status = "slot_taken", 409


class AlreadyBooked(Refusal):
    code, status = "already_booked", 409


class NotBookable(Refusal):
    code, status = "not_bookable", 409


class TooLate(Refusal):
    code, status = "too_late", 409


class TooEarly(Refusal):
    code, status = "too_early", 409


class AlreadyRecorded(Refusal):
    code, status = "already_recorded", 409


class NotAwaited(Refusal):
    """The run does not wait for this now."""

    code, status = "not_waiting", 409


class TooMany(Refusal):
    code, status = "too_many_requests", 429

    def __init__(self, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
