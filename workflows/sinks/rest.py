"""Speaking to another system's HTTP API: one call, and what its answer means, for every adapter the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from workflows import outbound
from workflows.core import backoff
from workflows.sinks.answers import Answer, Misconfigured, Permanent, RateLimited, Retry, SinkError

TRY_AGAIN = (408, 423, 425, 429)
SIGNED_OUT, FORBIDDEN, GONE = 401, 403, 410
SET_RIGHT = ("bad_url", "refused_address", "redirect")
"""Kinds of OutboundError that last until somebody changes the address or a setting."""

Headers = Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class Reply:
    """A whole answer of the API whose status was as hoped."""

    response: outbound.Response
    title: str

    @property
    def status(self) -> int:
        return self.response.status

    def json(self) -> Any:
        """Its content; raises Retry when that is no JSON, as a gateway's error page is none."""
        if not self.response.content:
            return None
        try:
            return self.response.json()
        except ValueError as error:
            raise Retry("no_json", f"{self.title} answered something other than JSON.") from error

    def as_answer(self) -> Answer:
        return Answer(str(self.status), self.response.text, self.response.duration)


class Api:
    """An HTTP API below one address. `headers` are asked for at each call, so that tokens stay fresh.

    `renew` is called once when a token is refused, and the call made again; without it a refusal is final. What it
    asks `renewing` counts to the same limit.
    `refusal` may say better what an answer means, by the API's own error codes.
    """

    def __init__(
        self,
        title: str,
        base: str,
        *,
        headers: Headers = dict,
        renew: Callable[[], None] | None = None,
        renewing: Api | None = None,
        refusal: Callable[[outbound.Response, datetime], SinkError | None] | None = None,
    ) -> None:
        self.title = title
        self.base = base.rstrip("/")
        self.headers = headers
        self.renew = renew
        self.renewing = renewing
        self.refusal = refusal
        self.limit: outbound.Deadline | None = None

    def ends_in(self, seconds: float) -> None:
        """From now on all calls together take no longer."""
        self.limit = outbound.Deadline(seconds)
        if self.renewing is not None:
            self.renewing.limit = self.limit

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        accept: Collection[int] = (),
        timeout: float = outbound.TIMEOUT,
        at: datetime | None = None,
    ) -> Reply:
        """One request; a status of 2xx or one in `accept` comes back, any other raises SinkError.

        `path` may be a whole address below the same host, such as that of a next page. `at` is the instant that
        a Retry-After date counts from.
        """
        address = self._address(path, query)
        response = self._sent(method, address, json, form, timeout)
        if response.status == SIGNED_OUT and self.renew is not None:
            self.renew()
            response = self._sent(method, address, json, form, timeout)
        if response.is_success or response.status in accept:
            return Reply(response, self.title)
        now = at or dated(response)
        better = self.refusal(response, now) if self.refusal else None
        raise better or refused(self.title, response, now)

    def _address(self, path: str, query: Mapping[str, Any] | None) -> str:
        address = path if path.startswith(self.base + "/") else self.base + path
        if query:
            address += ("&" if "?" in address else "?") + urlencode(query, doseq=True)
        return address

    def _sent(
        self, method: str, address: str, json: Any, form: Mapping[str, str] | None, timeout: float
    ) -> outbound.Response:
        headers = {"Accept": "application/json", **self.headers()}
        content = None
        if form is not None:
            content = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            if self.limit is not None:
                timeout = min(timeout, self.limit.left())
            return outbound.request(
                method, address, headers=headers, json=json, content=content, timeout=timeout, gzip=True
            )
        except outbound.OutboundError as error:
            raise unanswered(self.title, error) from error


def dated(response: outbound.Response) -> datetime:
    """When the other side says that it answered; by this alone can a wait that is given as a date be told."""
    try:
        said = parsedate_to_datetime(response.headers.get("date", ""))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return said if said.utcoffset() is not None else said.replace(tzinfo=UTC)


def unanswered(title: str, error: outbound.OutboundError) -> SinkError:
    """What it means that there is no answer."""
    kind = Misconfigured if error.kind in SET_RIGHT else Retry
    return kind(error.kind, f"{title} did not answer: {error}.")


def refused(title: str, response: outbound.Response, at: datetime) -> SinkError:
    """What an answer means that is no success, by its status alone."""
    status = response.status
    answer = Answer(str(status), response.text, response.duration)
    code = f"status_{status}"
    if status in TRY_AGAIN or status >= 500:
        wait = backoff.retry_after(response.headers.get("retry-after"), at)
        sentence = f"{title} answered {status}, which may pass."
        if wait or status == 429:
            return RateLimited(code, f"{title} asks for a pause.", wait or timedelta(seconds=10), answer)
        return Retry(code, sentence, answer)
    if status == SIGNED_OUT:
        return Misconfigured(
            code, f"{title} does not take the credentials: renew or enter them again.", answer
        )
    if status == FORBIDDEN:
        return Misconfigured(code, f"{title} does not allow this: a permission is missing.", answer)
    return Permanent(code, f"{title} answered {status}.", answer)
