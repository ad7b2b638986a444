"""The organiser's pages of places: settings with what they would do, the decision, open and closed."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.catalogue.models import Series, Session
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.intakes import (
    IntakeDraft,
    change_intake,
    close_intake,
    decide,
    open_intake,
    reopen_intake,
)
from learningcity.enrolment.actions.refusals import NotAsShown
from learningcity.enrolment.forms.intakes import CriterionRows, DecisionForm, IntakeForm
from learningcity.enrolment.models import Intake
from learningcity.enrolment.permissions.intakes import can_open_intake
from learningcity.enrolment.permissions.places import TEACHING, serves
from learningcity.enrolment.queries.consequences import Consequences, consequences
from learningcity.enrolment.queries.intake_drafts import OF_A_CRITERION, SETTINGS, draft_of
from learningcity.enrolment.queries.participants import numbers_of, series_named, session_named
from learningcity.enrolment.queries.places import intake_named, intake_of, intakes_of_series
from learningcity.enrolment.views.steps import next_step
from learningcity.people.queries.ages import city_zone

View = Callable[..., HttpResponse]
SEED_BYTES = 32


def on_city_clock(view: View) -> View:
    """Read and show the moments of a page on the city's clock."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with override(city_zone()):
            return view(request, *args, **kwargs)

    return page


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_city_clock
def intake_settings(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """Say how the places of a series are given; what a change would do is shown before it is saved."""
    return settings_page(request, kept_series(request, series_id), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_city_clock
def session_settings(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Say how the places of one date are given."""
    session = session_named(session_id)
    if session is None or not can_open_intake(request.actor, session.series, now()):
        raise PermissionDenied
    return settings_page(request, session.series, session)


def kept_series(request: HttpRequest, series_id: UUID) -> Series:
    """Return a series whose places the reader keeps."""
    series = series_named(series_id)
    if series is None or not can_open_intake(request.actor, series, now()):
        raise PermissionDenied
    return series


def settings_page(request: HttpRequest, series: Series, session: Session | None) -> HttpResponse:
    """Show the settings of a series or date, and open or change its places."""
    intake = intake_of(session or series)
    form, rows = forms_of(request, intake, series)
    if request.method != "POST":
        return shown(request, series, session, intake, form, rows)
    refusal, seen = None, None
    if form.is_valid() and rows.is_valid():
        draft = form.draft(one for row in rows if (one := row.draft()))
        try:
            if intake is None:
                return opened(request, series, session, draft)
            if request.POST.get("act") == "save":
                return changed(request, intake, draft)
        except Refused as refused:
            refusal = refused
            field = refused.field if refused.field in form.fields else None
            form.add_error(field, str(refused))
        # A change is saved only after its consequences were seen, so they are shown anew.
        if intake is not None and (refusal is None or isinstance(refusal, NotAsShown)):
            seen = consequences(intake, draft, now())
    return shown(request, series, session, intake, form, rows, seen=seen, refusal=refusal)


def forms_of(request: HttpRequest, intake: Intake | None, series: Series) -> tuple[IntakeForm, Any]:
    """Return the form of the settings and that of the published reasons."""
    draft = draft_of(intake) if intake else IntakeDraft(places=series.places)
    said = request.POST if request.method == "POST" else None
    initial = {name: getattr(draft, name) for name in SETTINGS}
    reasons = [{name: getattr(one, name) for name in OF_A_CRITERION} for one in draft.criteria]
    return IntakeForm(said, initial=initial), CriterionRows(said, initial=reasons, prefix="criteria")


def opened(request: HttpRequest, series: Series, session: Session | None, draft: IntakeDraft) -> HttpResponse:
    """Open the places. Raises NotPossible."""
    seed = secrets.token_hex(SEED_BYTES)
    open_intake(series, draft, session=session, seed=seed, by=request.actor, at=now())
    messages.success(request, _("The places are open. The page of the offer shows them."))
    return to_settings(series, session)


def changed(request: HttpRequest, intake: Intake, draft: IntakeDraft) -> HttpResponse:
    """Save what was seen before. Raises NotPossible."""
    change_intake(
        intake,
        draft,
        seen=request.POST.get("seen", ""),
        seed=secrets.token_hex(SEED_BYTES),
        by=request.actor,
        at=now(),
    )
    messages.success(request, _("The settings are saved."))
    return to_settings(intake.series, intake.session)


def to_settings(series: Series, session: Session | None) -> HttpResponse:
    """Lead back to the settings of a series or date."""
    if session:
        return redirect("enrolment:session_settings", session.public_id)
    return redirect("enrolment:intake_settings", series.public_id)


def shown(
    request: HttpRequest,
    series: Series,
    session: Session | None,
    intake: Intake | None,
    form: IntakeForm,
    rows: Any,
    *,
    seen: Consequences | None = None,
    refusal: Refused | None = None,
) -> HttpResponse:
    """Show the settings."""
    intakes = list(intakes_of_series([series.pk]))
    numbers = numbers_of(intakes)
    context = {
        "series": series,
        "session": session,
        "intake": intake,
        "form": form,
        "rows": rows,
        "seen": seen,
        "step": next_step(refusal, request),
        "numbers": numbers.get(intake.pk) if intake else None,
        "others": [(one, numbers.get(one.pk)) for one in intakes if intake is None or one.pk != intake.pk],
        "sessions": dates_without(series, intakes, session),
        "may_see": serves(request.actor, series.offer.provider.organisation, TEACHING, now()),
    }
    is_wrong = form.is_bound and (form.errors or not rows.is_valid())
    return render(request, "enrolment/intake_settings.html", context, status=400 if is_wrong else 200)


def dates_without(series: Series, intakes: list[Intake], session: Session | None) -> list[Session]:
    """Return the dates to come whose places are not given alone yet."""
    own = {one.session_id for one in intakes} | {session.pk if session else None}
    found = series.sessions.filter(ends_at__gt=now()).order_by("starts_at")
    return [one for one in found[:60] if one.pk not in own]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_city_clock
def intake_decision(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """Ask go, postpone or cancel, and say who is told; then tell all at once."""
    intake = kept_intake(request, intake_id)
    form = DecisionForm(
        request.POST if request.method == "POST" else None, initial={"decision": intake.decision}
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            said = form.cleaned_data
            decide(intake, said["decision"], reason=said["reason"], by=request.actor, at=now())
        except Refused as refused:
            refusal = refused
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Everybody who is enrolled or waits is told."))
            return to_settings(intake.series, intake.session)
    context = {
        "intake": intake,
        "form": form,
        "numbers": numbers_of([intake]).get(intake.pk),
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/intake_decision.html", context, status=400 if form.errors else 200)


def kept_intake(request: HttpRequest, intake_id: UUID) -> Intake:
    """Return an intake that the reader keeps."""
    intake = intake_named(intake_id)
    if intake is None or not can_open_intake(request.actor, intake.series, now()):
        raise PermissionDenied
    return intake


@never_cache
@require_POST
def intake_open(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """Close the door to new people, or open it again."""
    intake = kept_intake(request, intake_id)
    act = {"close": close_intake, "reopen": reopen_intake}.get(request.POST.get("act", ""))
    if act is None:
        raise Http404(_("Choose whether to close or to open."))
    try:
        act(intake, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    return to_settings(intake.series, intake.session)
