"""Who may call what: the same rights as in the admin; a rep without them sees and marks own bookings only."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from bookings.models import Booking
from bookings.models.bookings import BookingQuerySet
from bookings.refusals import NotFound
from routing.models import Rep

User = AbstractBaseUser | AnonymousUser

SEE_LEADS, SEE_BOOKINGS = "bookings.view_lead", "bookings.view_booking"
CHANGE_BOOKINGS = "bookings.change_booking"
SEE_AUDIT = "workflows.view_auditevent"
RELATED = ("lead", "rep", "pool", "meeting_type", "enquiry", "enquiry__run")


class Rights(BasePermission):
    """The caller has the right that the view's `rights` names for the method.

    Where the view is `open_to_reps`, a rep may call it too, and sees own bookings there.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        method = "GET" if request.method == "HEAD" else request.method
        right = view.rights.get(method)
        if right is None or request.user.has_perm(right):
            return True
        return view.open_to_reps and rep_of(request.user) is not None


def rep_of(user: User) -> Rep | None:
    """The rep whose login this is."""
    return Rep.objects.filter(user=user.pk).first() if user.pk else None


def actor_of(user: User) -> str:
    """How the audit names the caller."""
    rep = rep_of(user)
    return f"rep:{rep.pk}" if rep else f"staff:{user.pk}"


def bookings_for(user: Any, right: str) -> BookingQuerySet:
    """All bookings for those who have the right, a rep's own for others."""
    held = Booking.objects.select_related(*RELATED)
    return held if user.has_perm(right) else held.filter(rep__user=user)


def booking_for(user: Any, number: int, right: str) -> Booking:
    """One of `bookings_for`. Raises NotFound."""
    booking = bookings_for(user, right).filter(pk=number).first()
    if booking is None:
        raise NotFound("There is no such booking.")
    return booking
