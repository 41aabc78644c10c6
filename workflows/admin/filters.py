"""Filters of long lists, which ask neither for all values there are nor for distinct rows."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.filters import AllValuesFieldListFilter
from django.db import models

NEWEST = 5000


def newest_values(model: type[models.Model], field: str) -> list[str]:
    """The values among the newest rows, in their order; a value that has long been out of use is not among them."""
    rows: Any = model._default_manager.order_by("-pk").values_list(field, flat=True)[:NEWEST]
    return sorted({value for value in rows if value})


class NewestValuesFilter(AllValuesFieldListFilter):
    """By the values in use. To find all that ever were, every row would be read."""

    def __init__(
        self, field: Any, request: Any, params: Any, model: Any, model_admin: Any, field_path: str
    ) -> None:
        super().__init__(field, request, params, model, model_admin, field_path)
        self.lookup_choices: Any = newest_values(model, field_path)
