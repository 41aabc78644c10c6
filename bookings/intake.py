"""Taking a form: answers to a lead, an enquiry and a run that has gone as far as it can by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from bookings import access, facts
from bookings.core import answers as typed
from bookings.models import BookingForm, Enquiry, Lead
from bookings.refusals import Invalid
from workflows import engine, preparing
from workflows.models import Run, WorkflowVersion
from workflows.transactions import atomically
from workflows.versions import LoadedVersion, load

QUALIFIED, DISQUALIFIED, UNROUTABLE = "qualified", "disqualified", "unroutable"
LONGEST_UTM = 200
MOST_UTM = 20


@dataclass(frozen=True)
class Submission:
    """What became of a form: `pool` and `booking_url` are None unless a time can be picked now."""

    enquiry: Enquiry
    run: Run
    token: str
    status: str
    segment: str | None
    pool: str | None
    booking_url: str | None


def submit(
    form: BookingForm,
    raw_answers: Mapping[str, Any],
    *,
    utm: Mapping[str, Any] | None = None,
    time_zone: str = "",
    language: str = "",
    actor: str = "lead",
    now: datetime,
    is_synthetic: bool = False,
    seal: Callable[[Submission], object] | None = None,
) -> Submission:
    """A new run of the form's workflow. Providers are asked before the transaction, so none can block it.

    `seal` is called as the last thing before the commit: what it writes stands or falls with the submission.
    `is_synthetic` is said by simulations, which then move the run on their own clock. Raises Invalid naming
    every answer that does not fit, and then nothing was written.
    """
    values, utm = _checked(form, raw_answers, utm, time_zone)
    version = load(form.workflow.published_id or 0)
    known = facts.of_submission(form, values, utm, time_zone, language)
    prepared = preparing.prepare(version, version.first.name, facts=known, now=now)
    return _open(form, values, utm, time_zone, language, prepared, version, actor, now, is_synthetic, seal)


def _checked(form: BookingForm, raw: Any, utm: Any, time_zone: Any) -> tuple[dict[str, Any], dict[str, str]]:
    if form.retired_at is not None or form.workflow.published is None:
        raise Invalid("This form takes no answers at present.")
    if not isinstance(raw, Mapping):
        raise Invalid("Please send the answers as names and values.", fields={"answers": ["Send an object."]})
    cleaned = typed.clean([question.as_spec() for question in form.questions.all()], raw)
    errors = dict(cleaned.errors)
    if not isinstance(time_zone, str) or (time_zone and time_zone not in available_timezones()):
        errors["time_zone"] = ["Please use the name of a time zone, such as Europe/Berlin."]
    tracked = _clean_utm(utm, errors)
    if not errors and not cleaned.values.get("email"):
        errors["email"] = ["Please enter your e-mail address."]
    if errors:
        raise Invalid("Please look at the marked answers.", fields=errors)
    return cleaned.values, tracked


def _clean_utm(utm: Any, errors: dict[str, list[str]]) -> dict[str, str]:
    if utm is None:
        return {}
    fits = isinstance(utm, Mapping) and len(utm) <= MOST_UTM
    if not fits or not all(isinstance(name, str) and isinstance(value, str) for name, value in utm.items()):
        errors["utm"] = [f"Please send at most {MOST_UTM} names with texts."]
        return {}
    return {
        name.removeprefix("utm_")[:64]: value[:LONGEST_UTM]
        for name, value in utm.items()
        if value and "\x00" not in name + value and (name + value).isprintable()
    }


@atomically
def _open(
    form: BookingForm,
    values: dict[str, Any],
    utm: dict[str, str],
    time_zone: str,
    language: str,
    prepared: dict[str, Any],
    version: LoadedVersion,
    actor: str,
    now: datetime,
    is_synthetic: bool,
    seal: Callable[[Submission], object] | None,
) -> Submission:
    _lock_open_runs(values["email"], form)
    lead, was_known = _lead(values, time_zone, language, now, is_synthetic)
    older = _runs_to_supersede(lead, form)
    run = engine.open_run(
        WorkflowVersion.objects.get(pk=version.pk),
        lead=lead.pk,
        now=now,
        is_synthetic=is_synthetic or lead.is_synthetic,
        is_virtual=is_synthetic,
    )
    enquiry = Enquiry.objects.create(
        lead=lead,
        form=form,
        run=run,
        answers=values,
        utm=utm,
        time_zone=time_zone,
        was_known=was_known,
        submitted_at=now,
    )
    engine.say(
        run,
        "lead.submitted",
        now=now,
        actor=actor,
        data={"form": form.slug, "enquiry": enquiry.pk, "known": was_known, "synthetic": run.is_synthetic},
        evidence={"answers": values, "utm": utm, "time_zone": time_zone, "email": lead.email},
    )
    for older_run in older:
        engine.supersede(older_run, by=run.pk, now=now, actor=actor)
    run = engine.begin(run, now=now, actor=actor, prepared=prepared)
    submission = outcome_of(enquiry, run, now)
    if seal:
        seal(submission)
    return submission


def _lock_open_runs(email: str, form: BookingForm) -> None:
    """Runs are locked before the lead, as everywhere; one that begins in between is found after it."""
    lead = Lead.objects.filter(email=email).values_list("pk", flat=True).first()
    if lead is not None:
        runs = Run.objects.under_way().filter(lead=lead, version__workflow=form.workflow_id)
        list(runs.order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _lead(
    values: Mapping[str, Any], time_zone: str, language: str, now: datetime, is_synthetic: bool
) -> tuple[Lead, bool]:
    """The lead of this address, with what it told about itself last; synthetic leads stay so for life."""
    name, spoken = values.get("name"), values.get("language")
    told = {
        "name": name if isinstance(name, str) else "",
        "time_zone": time_zone,
        "language": (spoken if isinstance(spoken, str) and spoken else language)[:16],
    }
    lead, is_new = Lead.objects.select_for_update().get_or_create(
        email=values["email"], defaults={"first_seen_at": now, "is_synthetic": is_synthetic, **told}
    )
    news = {field: text for field, text in told.items() if text and text != getattr(lead, field)}
    if news:
        for field, text in news.items():
            setattr(lead, field, text)
        lead.save(update_fields=list(news))
    return lead, not is_new


def _runs_to_supersede(lead: Lead, form: BookingForm) -> list[int]:
    """Older runs of the same workflow that still wait at an offer."""
    runs = Run.objects.under_way().filter(lead=lead.pk, version__workflow=form.workflow_id).order_by("pk")
    found = []
    for run in runs.select_related("version"):
        stage = load(run.version_id).stages.get(run.stage)
        if stage is not None and stage.kind == "offer":
            found.append(run.pk)
    return found


def outcome_of(enquiry: Enquiry, run: Run, now: datetime) -> Submission:
    """How the run stands after its first step, in the words of the contract."""
    stage = load(run.version_id).stages.get(run.stage)
    is_bookable = run.is_under_way and stage is not None and stage.kind == "offer"
    segment = run.carried.get("segment")
    token = access.run_token(run.pk, now)
    if is_bookable or run.carried.get("_routed") in ("routed", "fallback"):
        status = QUALIFIED
    elif run.carried.get("_routed") == "unroutable":
        status = UNROUTABLE
    else:
        status = QUALIFIED if run.carried.get("_qualified") else DISQUALIFIED
    return Submission(
        enquiry=enquiry,
        run=run,
        token=token,
        status=status,
        segment=segment,
        pool=run.carried.get("pool") if is_bookable else None,
        booking_url=access.url(f"/b/{token}/") if is_bookable else None,
    )
