"""Access tokens: asked for when there is none, kept by each process until they end, and renewed when refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from workflows.sinks.base import Misconfigured, Permanent, SinkError
from workflows.sinks.rest import Api

TOKENS: dict[str, str] = {}
"""By a digest of the credentials. Lost with the process, and then asked for anew."""


class Grant:
    """A way to an access token: a form that is posted to the token's address (RFC 6749, sections 4.4 and 6)."""

    def __init__(self, api: Api, path: str, form: Mapping[str, str]) -> None:
        self.api = api
        self.path = path
        self.form = dict(form)
        material = "\0".join((api.base, path, *(f"{name}={self.form[name]}" for name in sorted(self.form))))
        self.key = hashlib.sha256(material.encode()).hexdigest()

    def token(self) -> str:
        """A token that is thought to be good. Raises SinkError when none can be had."""
        if self.key not in TOKENS:
            self.renew()
        return TOKENS[self.key]

    def renew(self) -> None:
        """Afterwards there is a new token, whatever there was before."""
        TOKENS.pop(self.key, None)
        try:
            answer: Any = self.api.call("POST", self.path, form=self.form).json()
        except Permanent as error:
            raise self._refused(error) from error
        if not isinstance(answer, Mapping) or not answer.get("access_token"):
            raise Misconfigured("no_token", f"{self.api.title} gave no access token.")
        TOKENS[self.key] = str(answer["access_token"])

    def _refused(self, error: SinkError) -> Misconfigured:
        """`invalid_grant` and the like: the consent was withdrawn, or the client's secret is another."""
        sentence = f"{self.api.title} does not renew the access: connect again, or check client and secret."
        return Misconfigured("no_grant", sentence, error.answer)
