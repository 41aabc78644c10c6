"""How many rows a list says it has: exactly up to ten thousand. To count millions takes longer than to show fifty."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.views import ChangeList

MOST_COUNTED = 10_000


class Over(int):
    """A number that says there are more."""

    def __str__(self) -> str:
        return f"over {int(self):,}"


class BoundedPaginator(Paginator):
    """Pages up to the last row that is counted; who looks for what lies behind filters or searches."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        found = rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
        return found if found <= MOST_COUNTED else Over(MOST_COUNTED)


class OrdinusChangeList(ChangeList):
    """A list that counts its rows once, and offers to show all of them only where some are left out."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        is_narrowed = bool(self.query or self.get_filters_params())
        self.full_result_count = None if is_narrowed else self.result_count
        self.show_admin_actions = bool(self.result_count)
