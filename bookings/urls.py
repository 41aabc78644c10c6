"""Public pages at the root, the rep's screen under /rep/, the API under /api/v1/."""

from __future__ import annotations

from django.urls import include, path

from bookings.views.brand import brand_css, embed_js, home
from bookings.views.form import booking_form, thanks
from bookings.views.hooks import hook
from bookings.views.join import join
from bookings.views.login import RepLogin, RepLogout
from bookings.views.manage import booking, cancel, invite, restore
from bookings.views.outcome import outcome
from bookings.views.pick import pick
from bookings.views.reconfirm import reconfirm
from bookings.views.rep import day, mark_booking
from bookings.views.reschedule import reschedule

urlpatterns = [
    path("", home, name="home"),
    path("brand.css", brand_css, name="brand-css"),
    path("embed.js", embed_js, name="embed-js"),
    path("book/<slug:slug>/", booking_form, name="book-form"),
    path("book/<slug:slug>/thanks/", thanks, name="thanks"),
    path("b/<str:token>/", pick, name="pick"),
    path("m/<str:token>/", booking, name="booking"),
    path("m/<str:token>/reschedule/", reschedule, name="reschedule"),
    path("m/<str:token>/cancel/", cancel, name="cancel"),
    path("m/<str:token>/restore/", restore, name="restore"),
    path("m/<str:token>/join/", join, name="join"),
    path("m/<str:token>/reconfirm/", reconfirm, name="reconfirm"),
    path("m/<str:token>/invite.ics", invite, name="invite"),
    path("hooks/<slug:slug>/", hook, name="hook"),
    path("o/<str:token>/", outcome, name="outcome"),
    path("rep/", day, name="rep-day"),
    path("rep/login/", RepLogin.as_view(), name="rep-login"),
    path("rep/logout/", RepLogout.as_view(), name="rep-logout"),
    path("rep/bookings/<int:number>/", mark_booking, name="rep-mark"),
    path("api/v1/", include("bookings.api.urls")),
]
