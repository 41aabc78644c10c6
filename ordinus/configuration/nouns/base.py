"""What every section of the file is: a list of objects of one noun, and the rows that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import ProtectedError

from ordinus.configuration.problems import Report
from ordinus.configuration.shapes import Entry, Items, Record
from workflows.models import Stage, WorkflowVersion

Canonical = dict[str, Any]


class Noun:
    """A section of the file. Subclasses say where its objects live; all values here are canonical."""

    section: str
    noun: str
    """What one of them is called: in plans, problems and the audit."""

    label: str
    """The first half of what the audit calls it, as in `pool:enterprise`."""

    help: str
    by = "slug"
    record: Record
    ordered = False
    """Whether the order in the section means something."""

    told_keys: tuple[str, ...] | None = None
    """The keys whose changes the audit is told of; None: all."""

    def items(self) -> Items:
        return Items(self.record, self.by, self.noun, ordered=True)

    def present(self) -> dict[str, Canonical]:
        """The objects in use, by name, in the order of an export."""
        raise NotImplementedError

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        """Afterwards the object exists, is in use, and is as wanted. Other objects it names must exist."""
        raise NotImplementedError

    def settle(self, wanted: Entry, present: Canonical | None) -> None:
        """Fill in what the file may leave out because the database holds it (`present` is None for new ones)."""

    def remove(self, name: str, now: datetime) -> bool:
        """Afterwards the object is gone, or if it has a history retired; tells whether it was retired."""
        row = self.row(name)
        if self.has_history(row):
            return self.retire(row, now)
        try:
            self.delete(row)
        except ProtectedError:
            return self.retire(row, now)
        return False

    def row(self, name: str) -> Any:
        raise NotImplementedError

    def has_history(self, row: Any) -> bool:
        """Whether something was done with it, so that it must stay for the record."""
        raise NotImplementedError

    def retire(self, row: Any, now: datetime) -> bool:
        row.retired_at = now
        row.save(update_fields=["retired_at"])
        return True

    def delete(self, row: Any) -> None:
        row.delete()

    def told_as(self, name: str) -> str:
        """What the audit calls the object."""
        return f"{self.label}:{name}"

    def bears_trial(self, entry: Entry) -> bool:
        """Whether an object that has problems may be written, to be taken back, so that others can be judged."""
        return False

    def judge(self, wanted: Mapping[str, Entry], report: Report) -> None:
        """Problems that only all objects of the section together show."""


class Slugged(Noun):
    """A noun of one model with a slug and `retired_at`; `plain` maps keys to fields that hold the same values."""

    model: type[models.Model]
    plain: Mapping[str, str] = {}

    def present(self) -> dict[str, Canonical]:
        rows = self.model._default_manager.filter(retired_at=None)
        return {row.slug: self.canonical(row) for row in sorted(self.loaded(rows), key=self.place)}

    def loaded(self, rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows with all that `canonical` looks at."""
        return rows

    def place(self, row: Any) -> Any:
        """Sorts rows for an export; in Python, because databases collate differently."""
        return row.slug

    def canonical(self, row: Any) -> Canonical:
        return {key: getattr(row, field) for key, field in self.plain.items()}

    def row(self, name: str) -> Any:
        return self.model._default_manager.get(slug=name)

    def row_for(self, name: str) -> Any:
        """The row to write: the one of that slug, retired or not, or a new one."""
        return self.model._default_manager.filter(slug=name).first() or self.model(slug=name)

    def fill(self, row: Any, wanted: Canonical) -> Any:
        """Set the plain fields, in use again if it was retired; not yet saved."""
        for key, field in self.plain.items():
            setattr(row, field, wanted[key])
        row.retired_at = None
        return row

    def write(self, name: str, wanted: Canonical, now: datetime) -> None:
        self.fill(self.row_for(name), wanted).save()


def replace_rows(
    manager: Any, wanted: list[dict[str, Any]], *, same: Callable[[Any], Any] | None = None
) -> None:
    """Afterwards the related rows are those wanted, in this order; rows that already are stay untouched."""
    fields = list(wanted[0]) if wanted else []
    present = [{field: getattr(row, field) for field in fields} for row in manager.order_by("pk")]
    if not wanted or present != wanted:
        owner = {manager.field.name: manager.instance}
        manager.all().delete()
        manager.model.objects.bulk_create(manager.model(**owner, **row) for row in wanted)


def is_named_in_versions(name: str, *, settings: tuple[str, ...]) -> bool:
    """Whether a stage of a version that runs have gone through names the object in one of these settings.

    What publishing froze counts too: runs on that version go on using it.
    """
    versions = WorkflowVersion.objects.filter(runs__isnull=False)
    stages = Stage.objects.filter(version__in=versions).values_list("settings", "frozen")
    return any(_names(config, name, settings) or _holds(frozen, name) for config, frozen in stages)


def _names(config: Mapping[str, Any], name: str, settings: tuple[str, ...]) -> bool:
    return any(_holds(config.get(setting), name) for setting in settings)


def _holds(value: Any, name: str) -> bool:
    if isinstance(value, Mapping):
        return any(_holds(element, name) for element in value.values())
    if isinstance(value, list):
        return any(_holds(element, name) for element in value)
    return bool(value == name)
