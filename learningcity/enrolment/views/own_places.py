"""“My places”: what comes, what waits, what was; the page of one place, its calendar file, giving it back."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.core.actors import Actor
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.places import cancel_enrolment
from learningcity.enrolment.actions.queue import accept_offer, decline_offer
from learningcity.enrolment.models import LIVING, Enrolment
from learningcity.enrolment.permissions.places import can_take_places, in_matter_of
from learningcity.enrolment.queries.overlaps import crossing
from learningcity.enrolment.queries.own_dates import dates_of_place
from learningcity.enrolment.queries.own_places import Group, OwnPlace, place_of, places_of_persons, steps_of
from learningcity.enrolment.queries.places import enrolment_named
from learningcity.enrolment.queries.queue import position_of
from learningcity.enrolment.views.calendars import calendar_of
from learningcity.enrolment.views.sheets import rule_in_words
from learningcity.enrolment.views.steps import next_step
from learningcity.enrolment.views.whom import can_see_own, in_own_matter, seen_family


@never_cache
@require_safe
def place_list(request: HttpRequest) -> HttpResponse:
    """Show the places of the person at hand and of those they stand for."""
    at = now()
    family = seen_family(request.actor, at)
    if not family:
        raise PermissionDenied
    places = places_of_persons([one.person for one in family], at=at)
    context = {
        "family": family,
        "is_own": request.actor.person == family[0].key,
        "groups": [(group, [one for one in places if one.group is group]) for group in Group],
        "count": sum(one.group is not Group.PAST for one in places),
        "to_answer": sum(one.group is Group.OFFERED for one in places),
    }
    return render(request, "enrolment/place_list.html", context)


@never_cache
@require_safe
def place_detail(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Show one place with its history; after it was taken, this is the receipt."""
    return place_page(request, own_enrolment(request, enrolment_id, now()))


def own_enrolment(request: HttpRequest, enrolment_id: UUID, at: datetime) -> Enrolment:
    """Return an enrolment that the reader keeps for themselves, or for whom they act."""
    enrolment = enrolment_named(enrolment_id)
    if enrolment is None or enrolment.person is None or not can_see_own(request.actor, enrolment.person, at):
        raise PermissionDenied
    return enrolment


def place_page(request: HttpRequest, enrolment: Enrolment, refusal: Refused | None = None) -> HttpResponse:
    """Show one place, with what has to change if something was refused."""
    at = now()
    place = place_of(enrolment, at=at)
    can_act = enrolment.person is not None and can_take_places(
        in_own_matter(request.actor), enrolment.person, at
    )
    dates = dates_of_place(place, at)
    context = {
        "place": place,
        "dates": dates,
        "attend_address": reverse("enrolment:attend", args=[dates.now.public_id]) if dates.now else "",
        "enrolment": enrolment,
        "intake": enrolment.intake,
        "person": enrolment.person,
        "is_own": enrolment.person is not None and request.actor.person == str(enrolment.person.public_id),
        "history": steps_of(enrolment),
        "position": position_of(enrolment),
        "rule": rule_in_words(enrolment.intake),
        "crossing": crossing(enrolment, at),
        "can_cancel": can_act and enrolment.state in LIVING and place.group is not Group.PAST,
        "refusal": refusal,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/place_detail.html", context, status=400 if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place_cancel(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Ask once more, then give a place back or leave the waiting list; sent twice, it counts once."""
    at = now()
    enrolment = own_enrolment(request, enrolment_id, at)
    if request.method != "POST":
        context = {"place": place_of(enrolment, at=at), "enrolment": enrolment, "intake": enrolment.intake}
        return render(request, "enrolment/place_cancel.html", context)
    if enrolment.state in (Enrolment.State.CANCELLED, Enrolment.State.DECLINED):
        return redirect("enrolment:place_detail", enrolment_id)
    try:
        cancel_enrolment(enrolment, by=acting_for(request, enrolment), at=at)
    except Refused as refusal:
        return place_page(request, own_enrolment(request, enrolment_id, at), refusal)
    messages.success(request, _("You gave it back. If somebody waits, the place is offered to them now."))
    return redirect("enrolment:place_detail", enrolment_id)


@never_cache
@require_POST
def place_answer(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Take the place that is offered, or say no."""
    at = now()
    enrolment = own_enrolment(request, enrolment_id, at)
    by = acting_for(request, enrolment)
    is_yes = request.POST.get("answer") == "yes"
    try:
        if is_yes:
            accept_offer(enrolment, by=by, at=at)
        else:
            decline_offer(enrolment, by=by, at=at)
    except Refused as refusal:
        return place_page(request, own_enrolment(request, enrolment_id, at), refusal)
    messages.success(request, _("You have a place.") if is_yes else _("You said no. The place moves on."))
    return redirect("enrolment:place_detail", enrolment_id)


def acting_for(request: HttpRequest, enrolment: Enrolment) -> Actor:
    """Return who acts in the matter of the person whose enrolment it is."""
    by = in_own_matter(request.actor)
    return in_matter_of(by, enrolment.person) if enrolment.person else by


@never_cache
@require_safe
def place_calendar(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Give the dates of one's place as a calendar file. It names no person."""
    at = now()
    place: OwnPlace = place_of(own_enrolment(request, enrolment_id, at), at=at)
    offer = request.build_absolute_uri(
        reverse("catalogue:offer_detail", args=[place.enrolment.intake.series.offer.public_id])
    )
    response = HttpResponse(calendar_of(place, address=offer), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slugify(place.title)[:60] or "place"}.ics"'
    return response
