"""How the admin looks: unfold's settings."""

from __future__ import annotations

from typing import Any

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Ordinus",
    "SITE_HEADER": "Ordinus",
}
