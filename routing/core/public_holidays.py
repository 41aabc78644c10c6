"""Public holidays by country and region, worked out offline from the rules that the `holidays` library keeps.

A code is a country of ISO 3166-1, `DE`, or one of its regions, `DE-BY`; the empty code has no holidays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any

FIRST_YEAR, LAST_YEAR = 1990, 2199


@cache
def codes() -> Mapping[str, str]:
    """All codes that are known and what people call them, such as `Germany` and `Germany, BY`."""
    holidays = _library()
    names = {classes[1]: _spaced(classes[0]) for _, classes in holidays.registry.COUNTRIES.items()}
    found = {}
    for country, regions in holidays.list_supported_countries(include_aliases=False).items():
        found[country] = names.get(country, country)
        found.update(
            {f"{country}-{region}": f"{names.get(country, country)}, {region}" for region in regions}
        )
    return found


def is_known(code: str) -> bool:
    return code == "" or code in codes()


@cache
def named(code: str, year: int) -> Mapping[date, str]:
    """The public holidays of a year, in order, with their names in English where the library has them.

    Raises KeyError for a code that is not known.
    """
    if not code or not FIRST_YEAR <= year <= LAST_YEAR:
        return {}
    country, _, region = code.partition("-")
    holidays, _ = _library(), codes()[code]
    languages = getattr(holidays, country).supported_languages
    language = "en_US" if "en_US" in languages else None
    found = holidays.country_holidays(country, subdiv=region or None, years=year, language=language)
    return dict(sorted(found.items()))


@lru_cache(maxsize=4096)
def between(code: str, first: date, last: date) -> frozenset[date]:
    """The holidays from `first` to `last`, both included."""
    years = range(max(first.year, FIRST_YEAR), min(last.year, LAST_YEAR) + 1) if code else ()
    return frozenset(on for year in years for on in named(code, year) if first <= on <= last)


def _library() -> Any:
    """Imported when first needed: it takes a fifth of a second, and many organisations name no country."""
    import holidays

    return holidays


def _spaced(name: str) -> str:
    """`UnitedKingdom` as `United Kingdom`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
