"""Who is enrolled and who waits, for the organiser: a page to search and print, a table, ending one."""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.catalogue.models import Series
from learningcity.core.markers import BadMarker
from learningcity.core.refusals import Refused
from learningcity.core.sheets import as_xlsx, csv_pieces
from learningcity.enrolment.actions.leaving import call_off
from learningcity.enrolment.actions.listing import note_people_downloaded
from learningcity.enrolment.forms.intakes import CallOffForm, PeopleFilterForm
from learningcity.enrolment.models import LIVING, Enrolment
from learningcity.enrolment.permissions.intakes import can_open_intake
from learningcity.enrolment.permissions.places import TEACHING, can_keep_places, serves
from learningcity.enrolment.queries.participants import (
    Wanted,
    all_participants,
    found,
    numbers_of,
    participants,
    series_named,
)
from learningcity.enrolment.queries.places import enrolment_named, intakes_of_series
from learningcity.enrolment.views.intakes import on_city_clock
from learningcity.enrolment.views.steps import next_step
from learningcity.people.queries.ages import city_zone

CSV, XLSX = "csv", "xlsx"
MOST_IN_A_WORKBOOK = 20_000


class TooManyPeople(Refused):
    """A workbook of this size takes too long to write."""

    code = "too_many_people"


@never_cache
@require_safe
@on_city_clock
def people(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """Show the organiser who is enrolled and who waits."""
    series = taught_series(request, series_id)
    form, wanted = asked(request)
    refusal = None
    try:
        part = participants(series, wanted, after=request.GET.get("after", ""))
    except BadMarker as bad:
        refusal, part = bad, participants(series, wanted)
    intakes = list(intakes_of_series([series.pk]))
    numbers = numbers_of(intakes)
    context = {
        "series": series,
        "form": form,
        "part": part,
        "numbers": [(one, numbers.get(one.pk)) for one in intakes],
        "refusal": refusal,
        "may_keep": can_open_intake(request.actor, series, now()),
    }
    return render(request, "enrolment/people.html", context, status=400 if refusal else 200)


def taught_series(request: HttpRequest, series_id: UUID) -> Series:
    """Return a series whose people the reader may see: those who keep its places or teach there."""
    series = series_named(series_id)
    if series is None or not serves(request.actor, series.offer.provider.organisation, TEACHING, now()):
        raise PermissionDenied
    return series


def asked(request: HttpRequest) -> tuple[PeopleFilterForm, Wanted]:
    """Return the form of the filters, and the filters that are right in it."""
    form = PeopleFilterForm(request.GET, states=list(Enrolment.State.choices))
    form.full_clean()
    said = form.cleaned_data
    return form, Wanted(said.get("q", ""), said.get("state", ""))


@never_cache
@require_safe
@on_city_clock
def people_download(request: HttpRequest, series_id: str, form: str) -> HttpResponseBase:
    """Give the organiser the list as a table for spreadsheets; that it was taken is written down."""
    series, at = taught_series(request, id_of(series_id)), now()
    _form, wanted = asked(request)
    if form == XLSX and found(series, wanted)[MOST_IN_A_WORKBOOK:].exists():
        raise TooManyPeople(
            _("A workbook holds up to %(most)s rows here. Take CSV, or choose a state.")
            % {"most": MOST_IN_A_WORKBOOK}
        )
    note_people_downloaded(series, by=request.actor, at=at)
    head = [
        _("Number"),
        _("Name"),
        _("State"),
        _("Companions"),
        _("Date"),
        _("Asked on"),
        _("Without account"),
    ]
    rows = lines(series, wanted)
    if form == XLSX:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response: HttpResponseBase = HttpResponse(
            as_xlsx(pgettext("those enrolled", "People"), head, rows), content_type=kind
        )
    else:
        pieces = list(together(csv_pieces(head, rows)))
        response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="people-{at:%Y-%m-%d}.{form}"'
    return response


def id_of(word: str) -> UUID:
    """Return the opaque id in an address. Raises Http404 for what is none."""
    try:
        return UUID(word)
    except ValueError:
        raise Http404 from None


def lines(series: Series, wanted: Wanted) -> Iterator[list[object]]:
    """Yield the rows of the table."""
    zone = city_zone()
    for one in all_participants(series, wanted):
        who, date = one.person or one.guest, one.intake.session
        yield [
            one.number,
            who.name if who else _("deleted"),
            one.get_state_display(),
            one.companions,
            date.starts_at.astimezone(ZoneInfo(date.time_zone)).date() if date else None,
            one.asked_at.astimezone(zone).date(),
            _("no") if one.guest_id else _("yes"),
        ]


def together(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces many at a time."""
    while some := b"".join(islice(pieces, 1000)):
        yield some


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_city_clock
def people_call_off(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Ask once more, then end somebody's enrolment; they are told."""
    enrolment, at = enrolment_named(enrolment_id), now()
    if enrolment is None or not may_end(request, enrolment):
        raise PermissionDenied
    form, refusal = CallOffForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            call_off(enrolment, reason=form.cleaned_data["reason"], by=request.actor, at=at)
        except Refused as refused:
            refusal = refused
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The enrolment has ended, and the person is told."))
            return redirect("enrolment:people", enrolment.intake.series.public_id)
    context = {
        "enrolment": enrolment,
        "who": enrolment.person or enrolment.guest,
        "series": enrolment.intake.series,
        "form": form,
        "is_living": enrolment.state in LIVING,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/people_call_off.html", context, status=400 if form.errors else 200)


def may_end(request: HttpRequest, enrolment: Enrolment) -> bool:
    """Return whether the reader keeps these places and may see who is enrolled."""
    organisation = enrolment.intake.series.offer.provider.organisation
    sees = serves(request.actor, organisation, TEACHING, now())
    return sees and can_keep_places(request.actor, enrolment.intake, now())
