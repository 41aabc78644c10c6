"""Lists in pages that stay right while rows are added: a page begins where the one before it ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from bookings.api import queries
from bookings.refusals import Invalid

PAGE, LARGEST_PAGE = 50, 200


class Pages(CursorPagination):
    """Newest first, by id; `page_size` up to LARGEST_PAGE. Raises Invalid for a cursor of somewhere else."""

    ordering = "-id"
    page_size = PAGE

    def get_page_size(self, request: Request) -> int:
        return queries.number(request.query_params, "page_size", LARGEST_PAGE) or PAGE

    def decode_cursor(self, request: Request) -> Cursor | None:
        given = request.query_params.get("cursor")
        if not given:
            return None
        # What base64 does not know, its reader leaves out in silence.
        if re.fullmatch(queries.CURSOR, given, re.ASCII) is None:
            raise _unknown()
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            raise _unknown() from None
        position = None if cursor is None else cursor.position
        if cursor is not None and position is None and not cursor.offset:
            raise _unknown()
        if position is not None and not re.fullmatch(r"[0-9]{1,18}", str(position), re.ASCII):
            raise _unknown()
        return cursor


class OldestFirst(Pages):
    ordering = "id"


def paged(
    request: Request, rows: QuerySet[Any], shown: Callable[[list[Any]], Any], pages: type[Pages] = Pages
) -> Response:
    """One page of the rows as {"next", "previous", "results"}."""
    paginator = pages()
    page = paginator.paginate_queryset(rows, request) or []
    return paginator.get_paginated_response(shown(page))


def _unknown() -> Invalid:
    told = "Please use an address from “next” or “previous” as it stands."
    return Invalid("This page cannot be found.", fields={"cursor": [told]})
