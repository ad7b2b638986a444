"""Festivals and campaigns: their page, print and calendar; and the pages of those who put them together."""

from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.catalogue.actions.programmes import (
    ProgrammeDraft,
    add_to_programme,
    change_programme,
    found_programme,
    show_programme,
    take_from_programme,
)
from learningcity.catalogue.adapters.given_calendar import calendar_pieces
from learningcity.catalogue.adapters.index import SearchNotReady
from learningcity.catalogue.forms.programmes import FindForm, ProgrammeForm
from learningcity.catalogue.models import Offer, Programme, Session
from learningcity.catalogue.permissions import can_offer, can_see_wishes
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions
from learningcity.catalogue.queries.offers import zone as zone_of
from learningcity.catalogue.queries.parts import part_by_days, part_by_moment
from learningcity.catalogue.queries.programmes import (
    dates_of_programme,
    kept_programmes,
    programme_with_id,
    programmes,
    sessions_of_programme,
    undated_offers,
)
from learningcity.catalogue.queries.search import search
from learningcity.catalogue.templatetags.moments import times_in_words
from learningcity.catalogue.views.calendar_file import calendar_date
from learningcity.city.queries.clock import city_day
from learningcity.core.refusals import Refused
from learningcity.people.queries.organisations import organisation_with_id

MOST_FOUND = 50
DATES_SHOWN = 200


@require_safe
def programme_list(request: HttpRequest) -> HttpResponse:
    """Show the festivals and campaigns to come."""
    found, after = programmes(today=city_day(now())), request.GET.get("after", "")
    part = part_by_days(found, columns=["from_on"], kind="programmes", after=after)
    status = 400 if part.refusal else 200
    return render(request, "catalogue/programme_list.html", {"part": part}, status=status)


@require_safe
def programme_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one of them, day by day."""
    programme, at = seen(request, public_id), now()
    dates, after = dates_of_programme(programme, at), request.GET.get("after", "")
    part = part_by_moment(
        dates, column="now_starts_at", kind="programme_dates", after=after, size=DATES_SHOWN
    )
    days = groupby(
        effective_sessions(list(part.rows), at),
        key=lambda held: held.starts_at.astimezone(zone_of(held.session.time_zone)).date(),
    )
    context = {
        "programme": programme,
        "address": reverse("catalogue:programme_calendar", args=[public_id]),
        "days": [(day, [line_of(session) for session in sessions]) for day, sessions in days],
        "part": part,
        # They stand behind the last day.
        "others": [] if part.next else undated_offers(programme),
    }
    status = 400 if part.refusal else 200
    return render(request, "catalogue/programme_detail.html", context, status=status)


@require_safe
def programme_calendar(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give its dates as a calendar, which a calendar program can subscribe to."""
    programme, site = seen(request, public_id), request.build_absolute_uri("/").rstrip("/")
    dates = (calendar_date(held, site=site) for held in sessions_of_programme(programme, now()))
    file = b"".join(calendar_pieces(dates, title=programme.title))
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="programme.ics"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_programmes(request: HttpRequest) -> HttpResponse:
    """Show the programmes that somebody keeps, and found one."""
    if not can_see_wishes(request.actor, now()):
        raise PermissionDenied
    form = ProgrammeForm(request.POST or None)
    organisation = organisation_with_id(request.actor.organisation)
    if request.method == "POST" and form.is_valid() and organisation is not None:
        try:
            draft = ProgrammeDraft(**form.cleaned_data)
            programme = found_programme(organisation, draft, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("catalogue:programme_edit", programme.public_id)
    part = part_by_days(
        kept_programmes(request.actor),
        columns=["from_on"],
        is_newest_first=True,
        kind="own_programmes",
        after=request.GET.get("after", ""),
    )
    status = 400 if form.errors or part.refusal else 200
    return render(request, "catalogue/own_programmes.html", {"part": part, "form": form}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def programme_edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what a programme says of itself; find offers for it."""
    programme = kept(request, public_id)
    start = {name: getattr(programme, name) for name in ProgrammeForm.base_fields}
    form = ProgrammeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            change_programme(programme, ProgrammeDraft(**form.cleaned_data), by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("It is changed."))
            return redirect("catalogue:programme_edit", programme.public_id)
    words = request.GET.get("q", "")[:200]
    context = {
        "programme": programme,
        "form": form,
        "find": FindForm(request.GET or None),
        "found": found_by(words),
        "inside": Offer.objects.filter(programmes__programme=programme).order_by("title", "pk"),
    }
    return render(request, "catalogue/programme_edit.html", context, status=400 if form.errors else 200)


@require_POST
def programme_fill(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the ticked offers into a programme."""
    programme = kept(request, public_id)
    ids = [one for one in request.POST.getlist("offer") if one.isdecimal()][:MOST_FOUND]
    try:
        count = add_to_programme(programme, Offer.objects.filter(pk__in=ids), by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        words = ngettext("%(count)s offer is in it now.", "%(count)s more offers are in it now.", count)
        messages.success(request, words % {"count": count})
    return redirect("catalogue:programme_edit", programme.public_id)


@require_POST
def programme_empty(request: HttpRequest, public_id: UUID, offer_id: UUID) -> HttpResponse:
    """Take one offer out of a programme."""
    programme = kept(request, public_id)
    offer = get_object_or_404(Offer, public_id=offer_id)
    take_from_programme(programme, offer, by=request.actor, at=now())
    messages.success(request, _("It is no longer in the programme."))
    return redirect("catalogue:programme_edit", programme.public_id)


@require_POST
def programme_show(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Publish a programme, or take it off the pages."""
    programme = kept(request, public_id)
    is_shown = request.POST.get("show") == "yes"
    try:
        show_programme(programme, is_shown=is_shown, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is on the pages.") if is_shown else _("It is off the pages."))
    return redirect("catalogue:programme_edit", programme.public_id)


@dataclass(frozen=True, slots=True)
class Line:
    """One date of a programme, as its page shows it."""

    title: str
    language: str
    address: str
    hours: str
    place: str
    state: str


def line_of(held: EffectiveSession) -> Line:
    """Return one date in words, in the zone in which it was planned."""
    offer, local = held.session.series.offer, zone_of(held.session.time_zone)
    is_planned = held.status == Session.Status.PLANNED
    return Line(
        title=offer.title,
        language=offer.language,
        address=offer.get_absolute_url(),
        hours=times_in_words(held.starts_at.astimezone(local), held.ends_at.astimezone(local)),
        place=_("online") if held.is_online else held.venue.name if held.venue else "",
        state="" if is_planned else str(Session.Status(held.status).label),
    )


def seen(request: HttpRequest, public_id: UUID) -> Programme:
    """Return a programme that the reader may see: published, or kept by them."""
    programme = programme_with_id(public_id)
    if programme is None:
        raise Http404
    if not programme.is_published and not can_offer(request.actor, programme.organisation, now()):
        raise Http404
    return programme


def kept(request: HttpRequest, public_id: UUID) -> Programme:
    """Return a programme that the actor keeps."""
    programme = programme_with_id(public_id)
    if programme is None:
        raise Http404
    if not can_offer(request.actor, programme.organisation, now()):
        raise PermissionDenied
    return programme


def found_by(words: str) -> list[Offer]:
    """Return the offers that these words find, in their order."""
    if not words:
        return []
    try:
        rows = search(Criteria(words=words, size=MOST_FOUND), at=now()).rows
    except SearchNotReady:
        return []
    offers = Offer.objects.in_bulk([row.offer_id for row in rows])
    return [offers[row.offer_id] for row in rows if row.offer_id in offers]
