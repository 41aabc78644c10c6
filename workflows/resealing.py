"""Sealing stored secrets anew with the present SECRET_KEY, so that former keys can be given up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction

from workflows import secrets
from workflows.registry import SEALED_FIELDS


@dataclass
class Resealed:
    """How many secrets there are and were sealed anew, and the objects whose secret no key opens."""

    secrets: int = 0
    renewed: int = 0
    unreadable: list[str] = field(default_factory=list)


def reseal() -> Resealed:
    """Afterwards every secret in the database opens with the present SECRET_KEY alone.

    What no key opens stays as it is and is named. Each row is locked while it is written; its secrets mean the
    same before and after.
    """
    report = Resealed()
    for label, name in SEALED_FIELDS:
        model = apps.get_model(label)
        for number in model._default_manager.values_list("pk", flat=True).order_by("pk"):
            with transaction.atomic():
                row = model._default_manager.select_for_update(of=("self",)).get(pk=number)
                _reseal_row(row, name, report)
    return report


def _reseal_row(row: Any, name: str, report: Resealed) -> None:
    before = getattr(row, name)
    held = list(sealed_in(before))
    report.secrets += len(held)
    try:
        after = _renewed(before)
    except secrets.UnreadableSecret:
        report.unreadable.append(f"{row._meta.verbose_name} {row}")
        return
    if after != before:
        setattr(row, name, after)
        row.save(update_fields=[name])
        report.renewed += len(held)


def sealed_in(value: Any) -> Iterator[str]:
    """Every sealed secret in a value, however deep."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from sealed_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from sealed_in(part)
    elif secrets.is_sealed(value):
        yield value


def _renewed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _renewed(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_renewed(part) for part in value]
    return secrets.seal(secrets.unseal(value)) if secrets.is_sealed(value) else value
