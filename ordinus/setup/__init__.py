"""The set-up page: from an empty installation to the first lead of one's own company."""

from ordinus.setup.views import urls

__all__ = ["urls"]
