"""The present configuration as a file."""

from __future__ import annotations

from typing import Any

from ordinus.configuration.emitting import emit
from ordinus.configuration.schema import NOUNS, VERSION, VERSION_KEY


def export() -> str:
    """The file that makes another database match this one; the same bytes as long as nothing changes.

    Secrets that this database holds are left out, and so is what is retired.
    """
    document: dict[str, Any] = {VERSION_KEY: VERSION}
    for noun in NOUNS:
        if present := noun.present():
            document[noun.section] = noun.items().show(present)
    return emit(document)
