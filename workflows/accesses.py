"""Where a sink's access tokens are kept: sealed, in one row a sink, which one process at a time renews.

The turn is a lease by the database's clock, taken and ended by one conditional UPDATE each, fenced by the number of
the renewal; so nothing is locked while the other side is asked.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from workflows import secrets
from workflows.models import SinkAccess
from workflows.sinks.oauth import Held

TURN = timedelta(minutes=1)
"""Longer than any answer is waited for; so long others wait after a process that died in its turn."""


class Kept:
    """The row of one sink, for `workflows.sinks.oauth.Keeping`.

    Credentials that were entered anew have another key: what came from the former ones counts no more.
    """

    def __init__(self, sink: int) -> None:
        self.sink = sink

    def held(self, key: str) -> Held:
        row = SinkAccess.objects.filter(sink=self.sink).first()
        if row is None:
            return Held()
        if row.key != key:
            return Held(row.number)
        return Held(row.number, _opened(row.token), _opened(row.refresh_token))

    def take_turn(self, key: str, number: int) -> bool:
        SinkAccess.objects.get_or_create(sink_id=self.sink)
        free = SinkAccess.objects.filter(Q(lease_until=None) | Q(lease_until__lt=Now()), sink=self.sink)
        lease = Now() + TURN
        mine = free.filter(number=number)
        return bool(
            mine.filter(key=key).update(lease_until=lease)
            or mine.exclude(key=key).update(lease_until=lease, key=key, token="", refresh_token="")
        )

    def keep(self, key: str, held: Held) -> bool:
        return bool(
            self._mine(key, held.number - 1).update(
                number=F("number") + 1,
                token=secrets.seal(held.token),
                refresh_token=secrets.seal(held.refresh_token) if held.refresh_token else "",
                lease_until=None,
            )
        )

    def give_back(self, key: str, number: int) -> None:
        self._mine(key, number).update(lease_until=None)

    def _mine(self, key: str, number: int) -> QuerySet[SinkAccess]:
        return SinkAccess.objects.filter(sink=self.sink, key=key, number=number)


def _opened(sealed: str) -> str:
    """The token; none where the key that sealed it is gone, for a new one can be asked for."""
    try:
        return secrets.unseal(sealed) if sealed else ""
    except secrets.UnreadableSecret:
        return ""
