"""The guest's time zone: which one is meant, and those there are to choose from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.http import HttpRequest

from bookings.core import wording

REGIONS = {
    "Europe": "Europe",
    "America": "America",
    "Asia": "Asia",
    "Africa": "Africa",
    "Australia": "Australia",
    "Pacific": "Pacific",
    "Atlantic": "Atlantic",
    "Indian": "Indian Ocean",
    "Antarctica": "Antarctica",
}
# Old spellings that the tz database keeps as links; the new one stands in the list.
_OLD = frozenset({
    "Africa/Asmera", "America/Argentina/ComodRivadavia", "America/Atka", "America/Buenos_Aires",
    "America/Catamarca", "America/Cordoba", "America/Ensenada", "America/Fort_Wayne", "America/Godthab",
    "America/Indianapolis", "America/Jujuy", "America/Knox_IN", "America/Louisville", "America/Mendoza",
    "America/Porto_Acre", "America/Rosario", "America/Santa_Isabel", "America/Shiprock", "America/Virgin",
    "Asia/Ashkhabad",
    "Asia/Calcutta", "Asia/Chungking", "Asia/Dacca", "Asia/Istanbul", "Asia/Katmandu", "Asia/Macao",
    "Asia/Rangoon", "Asia/Saigon", "Asia/Tel_Aviv", "Asia/Thimbu", "Asia/Ujung_Pandang", "Asia/Ulan_Bator",
    "Atlantic/Faeroe", "Australia/ACT", "Australia/LHI", "Australia/NSW", "Australia/North",
    "Australia/Queensland", "Australia/South", "Australia/Tasmania", "Australia/Victoria", "Australia/West",
    "Europe/Kiev", "Pacific/Ponape", "Pacific/Samoa", "Pacific/Truk", "Pacific/Yap",
})  # fmt: skip

Choices = list[tuple[str, list[tuple[str, str]]]]


def known(name: object) -> str:
    """`name` if it is a time zone of the IANA database, otherwise nothing."""
    return name if isinstance(name, str) and name in _all() else ""


def meant(request: HttpRequest, *otherwise: str) -> str:
    """The zone that the address or the form names, else the first known of `otherwise`, else UTC."""
    asked = known(request.POST.get("tz")) or known(request.GET.get("tz"))
    return asked or next((name for name in otherwise if known(name)), "UTC")


def choices(now: datetime, chosen: str) -> Choices:
    """Zones by region, each with its city and offset; `chosen` is among them, however it is called."""
    listed = _listed(now.astimezone(UTC).date())
    if any(name == chosen for _, zones in listed for name, _ in zones):
        return listed
    return [("Chosen", [(chosen, wording.zone_label(chosen, now))]), *listed]


@lru_cache(maxsize=1)
def _all() -> frozenset[str]:
    # Asking for the names walks a whole folder.
    return frozenset(available_timezones())


@lru_cache(maxsize=2)
def _listed(on: date) -> Choices:
    # Offsets hold for a day: reading 400 zones takes longer than all the rest of a page.
    noon = datetime.combine(on, time(12), UTC)
    by_region: dict[str, list[tuple[str, str]]] = {title: [] for title in REGIONS.values()}
    for name in _all() - _OLD:
        title = REGIONS.get(name.partition("/")[0])
        if title:
            by_region[title].append((name, wording.zone_label(ZoneInfo(name), noon)))
    listed = [(title, sorted(zones, key=lambda zone: zone[1])) for title, zones in by_region.items()]
    return [*listed, ("Everywhere", [("UTC", "UTC")])]
