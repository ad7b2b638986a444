"""The page of reminders and the calendar, and the calendar itself."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.enrolment.actions.calendars import end_calendar_address, make_calendar_address
from learningcity.enrolment.actions.reminders import choose_reminder
from learningcity.enrolment.forms.reminders import ReminderForm
from learningcity.enrolment.permissions.attendance import can_choose_reminders, can_make_calendar_address
from learningcity.enrolment.queries.reminders import (
    calendar_address_of,
    hours_chosen,
    person_of_calendar,
)
from learningcity.enrolment.views.calendar_feed import calendar_of_person
from learningcity.people.models import Person
from learningcity.people.queries.persons import person_at_hand


def person_reminded(request: HttpRequest) -> Person:
    """Return whose reminders and calendar these are, to whoever may see their places."""
    person = person_at_hand(request.actor)
    if person is None or not can_choose_reminders(request.actor, person, now()):
        raise PermissionDenied
    return person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: HttpRequest) -> HttpResponse:
    """Show when a person is reminded, and the address of the calendar; let them choose."""
    person = person_reminded(request)
    form = ReminderForm(
        request.POST if request.method == "POST" else None, initial={"hours": hours_chosen(person)}
    )
    if request.method == "POST" and form.is_valid():
        choose_reminder(person, form.cleaned_data["hours"], by=request.actor, at=now())
        messages.success(request, _("Saved. It counts for all your places."))
        return redirect("enrolment:reminders")
    return page(request, person, form)


@never_cache
@require_POST
def calendar_address(request: HttpRequest) -> HttpResponse:
    """Make a private address of the calendar, or another one, which is shown this once; or end it."""
    person = person_reminded(request)
    if "end" in request.POST:
        end_calendar_address(person, by=request.actor, at=now())
        messages.success(request, _("The address opens nothing any more."))
        return redirect("enrolment:reminders")
    token = secrets.token_urlsafe(32)
    make_calendar_address(person, token=token, by=request.actor, at=now())
    form = ReminderForm(initial={"hours": hours_chosen(person)})
    address = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("enrolment:calendar_feed", args=[token])
    return page(request, person, form, address=address)


def page(request: HttpRequest, person: Person, form: ReminderForm, *, address: str = "") -> HttpResponse:
    """Show the page; `address` is a fresh one, which stands on this page only."""
    context = {
        "person": person,
        "form": form,
        "kept": calendar_address_of(person),
        "address": address,
        "may_make": can_make_calendar_address(request.actor, person),
    }
    return render(request, "enrolment/reminders.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def calendar_download(request: HttpRequest) -> HttpResponse:
    """Give a person their places as a file."""
    return as_calendar(calendar_of_person(person_reminded(request), at=now()))


@never_cache
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Give a calendar program the places of whoever made this address; the address is the right."""
    person = person_of_calendar(token)
    if person is None:
        raise Http404(_("This calendar address was renewed or ended. Make a new one under “Reminders”."))
    return as_calendar(calendar_of_person(person, at=now()))


def as_calendar(file: bytes) -> HttpResponse:
    """Return a calendar file."""
    headers = {"Content-Disposition": 'attachment; filename="places.ics"'}
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)
