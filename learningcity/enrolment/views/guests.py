"""Pages for those who enrol without an account: asking, and the page behind the link in the message."""

import secrets
from uuid import UUID

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from learningcity.core.actors import Actor, visitor
from learningcity.core.display import reader_language
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.guests import (
    GuestDraft,
    ask_as_guest,
    cancel_as_guest,
    confirm_guest,
    erase_guest,
)
from learningcity.enrolment.forms.guests import GuestForm
from learningcity.enrolment.models import LIVING, Enrolment
from learningcity.enrolment.queries.guests import enrolment_of_guest, guest_with, has_ended
from learningcity.enrolment.queries.offered import ENROLLING, standing_of
from learningcity.enrolment.queries.own_dates import dates_of_place
from learningcity.enrolment.queries.own_places import Group, place_of, steps_of
from learningcity.enrolment.queries.terms import terms_of
from learningcity.enrolment.views.places import asked_intake
from learningcity.enrolment.views.sheets import sheet_of
from learningcity.enrolment.views.steps import next_step

TOKEN_BYTES = 32


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_guest(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """Ask for a place without an account; a link is mailed, and nothing counts before it is used."""
    intake, at, refusal = asked_intake(intake_id), now(), None
    if not intake.allows_guests:
        raise Http404(_("Here an account is needed. Sign in to take a place."))
    asks_age = intake.checks_age and terms_of(intake).ages != (None, None)
    form = GuestForm(request.POST or None, intake=intake, asks_age=asks_age)
    if request.method == "POST" and form.is_valid() and may_ask(request, form):
        draft = GuestDraft(**form.said(), language=reader_language())
        try:
            ask_as_guest(intake, draft, token=secrets.token_urlsafe(TOKEN_BYTES), by=visitor(), at=at)
        except Refused as refused:
            refusal = refused
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return render(request, "enrolment/guest_asked.html", {"email": draft.email, "intake": intake})
    context = {
        "intake": intake,
        "sheet": sheet_of(intake, at=at),
        "form": form,
        "is_open": standing_of(intake, at) in ENROLLING,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/enrol_guest.html", context, status=400 if form.errors else 200)


def may_ask(request: HttpRequest, form: GuestForm) -> bool:
    """Return whether this machine has asked little in the last hour; else say so in the form.

    Each asking writes to an address that nobody has shown to be theirs.
    """
    if consume(request, action="guest_place"):
        return True
    form.add_error(
        None,
        _("Many places were asked for from here in the last hour. Wait an hour, or sign in to take one."),
    )
    return False


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_place(request: HttpRequest, token: str) -> HttpResponse:
    """Show the place behind a mailed link; confirm it, give it back, or erase everything.

    A page that is only looked at changes nothing: programs that read mail open links, too.
    """
    at = now()
    guest = guest_with(token)
    enrolment = enrolment_of_guest(guest) if guest else None
    if guest is None or enrolment is None or has_ended(guest, at):
        return render(request, "enrolment/guest_link_over.html", status=410)
    if request.method != "POST":
        return guest_page(request, enrolment)
    try:
        said = done(request.POST.get("act", ""), token, by=visitor(), request=request)
    except Refused as refusal:
        return guest_page(request, enrolment, refusal)
    return said


def done(act: str, token: str, *, by: Actor, request: HttpRequest) -> HttpResponse:
    """Do what a button asks for; sent twice, it counts once. Raises NotPossible."""
    at = now()
    if act == "confirm":
        enrolment = confirm_guest(token, by=by, at=at)
        has_place = enrolment.state == Enrolment.State.ENROLLED
        messages.success(request, _("You have a place.") if has_place else _("You are on the waiting list."))
    elif act == "cancel":
        cancel_as_guest(token, by=by, at=at)
        messages.success(request, _("You gave it back. If somebody waits, the place is offered to them now."))
    elif act == "erase":
        erase_guest(token, by=by, at=at)
        return render(request, "enrolment/guest_erased.html")
    else:
        raise PermissionDenied
    return redirect("enrolment:guest_place", token)


def guest_page(request: HttpRequest, enrolment: Enrolment, refusal: Refused | None = None) -> HttpResponse:
    """Show the place behind a link; while a date takes place, lead to where its code is typed."""
    at = now()
    place = place_of(enrolment, at=at)
    dates = dates_of_place(place, at)
    token = request.resolver_match.kwargs["token"] if request.resolver_match else ""
    attend = reverse("enrolment:attend_guest", args=[dates.now.public_id, token]) if dates.now else ""
    is_living = enrolment.state in LIVING and place.group is not Group.PAST
    context = {
        "place": place,
        "dates": dates,
        "attend_address": attend,
        "enrolment": enrolment,
        "intake": enrolment.intake,
        "history": steps_of(enrolment),
        "can_confirm": enrolment.state == Enrolment.State.ASKED,
        "can_cancel": is_living and enrolment.state != Enrolment.State.ASKED,
        "refusal": refusal,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/guest_place.html", context, status=400 if refusal else 200)
