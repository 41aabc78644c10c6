from __future__ import annotations

import pytest

from workflows.tests.admin.pages import Admin, superuser


@pytest.fixture
def ops(db: None) -> Admin:
    """A superuser at the admin's pages."""
    return Admin(superuser())
