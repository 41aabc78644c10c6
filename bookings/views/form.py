"""/book/{form}/: the form where leads come in, also in a frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation.trans_real import parse_accept_lang_header

from bookings import intake, limits, viewing
from bookings.core.answers import QuestionSpec
from bookings.models import BookingForm
from bookings.refusals import Invalid, NotFound
from bookings.rolling_up import source_of
from bookings.views import questions, zones
from bookings.views.pages import frameable, is_framed, page, show

SENT_A_MINUTE = 20
LURE = "company-website"
ZONE = "time-zone"
MOST_UTM, LONGEST_UTM = 20, 200


@frameable
@page("POST")
def booking_form(request: HttpRequest, slug: str) -> HttpResponse:
    """The form; what the address says beside `tz`, `embed` and utm_* fills in questions of that name."""
    form = form_named(slug)
    specs = [question.as_spec() for question in form.questions.all()]
    if request.method != "POST":
        shown = _form_page(request, form, specs, questions.answers_in(specs, request.GET))
        return viewing.count(request, shown, form.pk, source_of(utm_of(request.GET)), timezone.now())
    address = limits.client_address(request)
    limits.check(f"form:{slug}:{address}", limit=SENT_A_MINUTE, per_seconds=limits.MINUTE, now=timezone.now())
    if request.POST.get(LURE):
        # Told like everybody whom we cannot help at once, so that a bot learns nothing.
        return _thanks(request, slug)
    return _submit(request, form, specs)


@frameable
@page()
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who are offered no times; it tells nothing about why."""
    form = form_named(slug)
    context = {
        "heading": "Thank you, we have it",
        "sentences": ["Your answers have reached the right people. We will be in touch by mail."],
        "icon": "icons/check.svg",
        "tone": "good",
        "form": form,
    }
    return show(request, "bookings/sentence.html", context)


def form_named(slug: str) -> BookingForm:
    """The form of that name; raises NotFound also when it was retired."""
    form = BookingForm.objects.filter(slug=slug, retired_at=None).first()
    if form is None:
        raise NotFound("There is no such form.")
    return form


def utm_of(query: QueryDict) -> dict[str, str]:
    """`utm_source=x` of an address as {"source": "x"}."""
    given = [(name[4:], value[:LONGEST_UTM]) for name, value in query.items() if name.startswith("utm_")]
    return {name: str(value) for name, value in given[:MOST_UTM] if name and len(name) <= LONGEST_UTM}


def _submit(request: HttpRequest, form: BookingForm, specs: Sequence[QuestionSpec]) -> HttpResponse:
    answers = questions.answers_in(specs, request.POST)
    try:
        submission = intake.submit(
            form,
            answers,
            utm=utm_of(request.GET),
            time_zone=zones.known(request.POST.get(ZONE)),
            language=_language(request),
            now=timezone.now(),
        )
    except Invalid as refusal:
        return _form_page(request, form, specs, answers, refusal.fields or {"": [refusal.detail]}, status=400)
    if not submission.booking_url:
        return _thanks(request, form.slug)
    return HttpResponseRedirect(reverse("pick", args=[submission.token]) + _embed(request), status=303)


def _form_page(
    request: HttpRequest,
    form: BookingForm,
    specs: Sequence[QuestionSpec],
    answers: Mapping[str, Any],
    complaints: Mapping[str, Sequence[str]] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "fields": questions.fields(specs, answers, complaints),
        "complaints": _summary(specs, complaints or {}),
        "action": request.get_full_path(),
        "time_zone": zones.known(request.POST.get(ZONE)) or zones.known(request.GET.get("tz")),
        "submit_label": "Choose a time",
    }
    return show(request, "bookings/form.html", context, status=status)


def _summary(specs: Sequence[QuestionSpec], complaints: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """What stands above the form: how much is to mend, and what has no field in sight to stand beside."""
    if not complaints:
        return None
    seen = {spec.name for spec in specs if spec.type != "hidden"}
    beside = sum(1 for name in complaints if name in seen)
    general = [sentence for name, told in complaints.items() if name not in seen for sentence in told]
    titles = {0: "That did not go through.", 1: "One answer needs another look."}
    return {"title": titles.get(beside, f"{beside} answers need another look."), "general": general}


def _thanks(request: HttpRequest, slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("thanks", args=[slug]) + _embed(request), status=303)


def _embed(request: HttpRequest) -> str:
    return "?embed=1" if is_framed(request) else ""


def _language(request: HttpRequest) -> str:
    """The language the browser asks for first, such as de or pt-br."""
    wanted = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    return wanted[0][0][:16] if wanted and wanted[0][0] != "*" else ""
