"""Access tokens: asked for when there is none, shared by all processes until they end, and renewed when refused.

Some systems give a new refresh token with each access token and take the former one no more. So only one process
renews at a time, with the newest refresh token, and both are kept before either is used.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from workflows.sinks.answers import Misconfigured, Permanent, Retry, SinkError
from workflows.sinks.rest import Api

TOKENS: dict[str, str] = {}
"""Of this process, by a digest of the credentials, so that not each call reads what is kept."""

TURNS, PAUSE = 30, 0.2
"""How often, and how many seconds apart, it is looked whether another process has renewed the access."""


@dataclass(frozen=True)
class Held:
    """What is kept: how many renewals there were, the newest access token, the newest refresh token if they change."""

    number: int = 0
    token: str = ""
    refresh_token: str = ""


class Keeping(Protocol):
    """Where tokens are kept, by a digest of the credentials that they came from."""

    def held(self, key: str) -> Held: ...

    def take_turn(self, key: str, number: int) -> bool:
        """Be the one that makes the renewal after this `number`; false while another does, or when it is done."""

    def keep(self, key: str, held: Held) -> bool:
        """End the turn: these are the newest, `held.number` the renewal's. False when the turn was lost before."""

    def give_back(self, key: str, number: int) -> None:
        """End the turn without anything new."""


class InProcess:
    """For an adapter of no saved sink: kept until the process ends, by whoever asks."""

    def __init__(self) -> None:
        self._held: dict[str, Held] = {}

    def held(self, key: str) -> Held:
        return self._held.get(key, Held())

    def take_turn(self, key: str, number: int) -> bool:
        return self.held(key).number == number

    def keep(self, key: str, held: Held) -> bool:
        self._held[key] = held
        return True

    def give_back(self, key: str, number: int) -> None:
        """There are no turns here."""


class Grant:
    """A way to an access token: a form that is posted to the token's address (RFC 6749, sections 4.4 and 6)."""

    def __init__(
        self, api: Api, path: str, form: Mapping[str, str], keeping: Callable[[], Keeping] | None = None
    ) -> None:
        self.api = api
        self.path = path
        self.form = dict(form)
        self.keeping = keeping or InProcess
        material = "\0".join((api.base, path, *(f"{name}={self.form[name]}" for name in sorted(self.form))))
        self.key = hashlib.sha256(material.encode()).hexdigest()
        self._used = ""

    def token(self) -> str:
        """A token that is thought to be good. Raises SinkError when none can be had."""
        if self.key not in TOKENS:
            self.renew()
        self._used = TOKENS[self.key]
        return self._used

    def renew(self) -> None:
        """Afterwards there is another token than the one that was used last: another process's, or a new one."""
        if TOKENS.get(self.key, self._used) != self._used:
            return
        TOKENS.pop(self.key, None)
        keeping = self.keeping()
        for _ in range(TURNS):
            held = keeping.held(self.key)
            if held.token not in ("", self._used):
                TOKENS[self.key] = held.token
                return
            if keeping.take_turn(self.key, held.number):
                TOKENS[self.key] = self._renewed(keeping, held)
                return
            time.sleep(self._pause())
        raise Retry("renewing", f"{self.api.title} is just being asked for a new access by another process.")

    def _renewed(self, keeping: Keeping, held: Held) -> str:
        try:
            token, refresh_token = self._asked_for(held)
        except BaseException:
            keeping.give_back(self.key, held.number)
            raise
        if keeping.keep(self.key, Held(held.number + 1, token, refresh_token)):
            return token
        return keeping.held(self.key).token or token

    def _asked_for(self, held: Held) -> tuple[str, str]:
        """A new access token, and the refresh token that is good from now on where it is not the one in the form."""
        form = {**self.form, **({"refresh_token": held.refresh_token} if held.refresh_token else {})}
        try:
            answer: Any = self.api.call("POST", self.path, form=form).json()
        except Permanent as error:
            raise self._refused(error) from error
        if not isinstance(answer, Mapping) or not answer.get("access_token"):
            raise Misconfigured("no_token", f"{self.api.title} gave no access token.")
        newest = str(answer.get("refresh_token") or "")
        is_new = newest not in ("", form.get("refresh_token"))
        return str(answer["access_token"]), newest if is_new else held.refresh_token

    def _pause(self) -> float:
        left = self.api.limit.seconds - self.api.limit.spent if self.api.limit else PAUSE
        if left <= 0:
            raise Retry("timeout", f"{self.api.title} gave no new access in time.")
        return min(PAUSE, left)

    def _refused(self, error: SinkError) -> Misconfigured:
        """`invalid_grant` and the like: the consent was withdrawn, or the client's secret is another."""
        sentence = f"{self.api.title} does not renew the access: connect again, or check client and secret."
        return Misconfigured("no_grant", sentence, error.answer)
