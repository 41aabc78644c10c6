from __future__ import annotations

from workflows.tests.delivering.conftest import hook

__all__ = ["hook"]
