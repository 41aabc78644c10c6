from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bookings.enrichments.base import EnrichmentAdapter, Unanswered, mapped_facts
from workflows import outbound, secrets

PLACE = re.compile(r"\{([a-z_.]+)\}")
OK, NOT_FOUND = 200, 404


class HttpEnrichment(EnrichmentAdapter):
    """A provider that answers JSON. `{lead.email_domain}` and other facts in its address are filled in.

    A mapping (their path, our name) picks what is taken from the answer; without one all of it is.
    """

    kind = "http"

    def question(self, facts: Mapping[str, Any]) -> Any:
        try:
            return {"address": self._address(facts), "mapping": self.source.mapping}
        except Unanswered:
            return None

    def answer(self, facts: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        try:
            headers = {"Accept": "application/json", **self._authorisation()}
            response = outbound.request("GET", self._address(facts), headers=headers, timeout=timeout)
        except secrets.MissingSecret as error:
            raise Unanswered("no_token") from error
        except outbound.OutboundError as error:
            raise Unanswered(error.kind) from error
        if response.status == NOT_FOUND:
            raise Unanswered("not_found")
        if response.status != OK:
            raise Unanswered(f"status_{response.status}")
        try:
            found = response.json()
        except ValueError as error:
            raise Unanswered("no_json") from error
        if not isinstance(found, Mapping) and not self.source.mapping:
            raise Unanswered("no_json")
        return mapped_facts(self.source.mapping, found)

    def _address(self, facts: Mapping[str, Any]) -> str:
        def filled(match: re.Match[str]) -> str:
            value = facts.get(match[1])
            if value is None:
                raise Unanswered("missing_fact")
            return quote(str(value), safe="")

        return PLACE.sub(filled, self.source.url)

    def _authorisation(self) -> dict[str, str]:
        token = secrets.resolve(self.source.token) if self.source.token else ""
        return {"Authorization": f"Bearer {token}"} if token else {}
