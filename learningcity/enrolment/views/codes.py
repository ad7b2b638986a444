"""The code of a date: shown large in the room, typed by those who are there."""

import secrets
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.catalogue.models import Session
from learningcity.core.paper import qr_code
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.codes import SIGNS, open_code, use_code, use_code_as_guest
from learningcity.enrolment.forms.attendance import CodeForm
from learningcity.enrolment.models import Attendance
from learningcity.enrolment.permissions.attendance import can_use_code
from learningcity.enrolment.queries.attendance import (
    code_of,
    guest_enrolment_at,
    own_enrolment_at,
    session_held,
    session_list,
)
from learningcity.enrolment.views.attendance import about, session_for_teachers
from learningcity.enrolment.views.steps import next_step
from learningcity.people.models import Person
from learningcity.people.queries.persons import person_at_hand


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the code of a date large, with the square code of the page on which it is typed; make one."""
    session, refusal = session_for_teachers(request, public_id), None
    if request.method == "POST":
        try:
            open_code(session, code=f"{secrets.randbelow(10**SIGNS):06d}", by=request.actor, at=now())
        except Refused as refused:
            refusal = refused
        else:
            return redirect("enrolment:attendance_code", session.public_id)
    address = settings.PUBLIC_ADDRESS.rstrip("/") + reverse("enrolment:attend", args=[session.public_id])
    context = {
        **about(session),
        "code": code_of(session),
        "address": address,
        "qr_code": qr_code(address),
        "counts": session_list(session).counts,
        "refusal": refusal,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/attendance_code.html", context, status=400 if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let somebody who is there type the code, for themselves or for whom they act."""
    person = learner(request)
    session = known(public_id)
    enrolment = own_enrolment_at(session, person)

    def enter(code: str) -> Attendance:
        return use_code(person, session, code, by=request.actor, at=now())

    return typed(request, session, enter, {"person": person, "enrolment": enrolment})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attend_guest(request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
    """Let somebody without an account type the code; their link is the right."""
    session = known(public_id)
    enrolment = guest_enrolment_at(session, token, now())
    if enrolment is None:
        raise Http404(_("This link has ended, or belongs to another date. Ask the teacher to enter you."))

    def enter(code: str) -> Attendance:
        return use_code_as_guest(token, session, code, by=request.actor, at=now())

    return typed(request, session, enter, {"person": enrolment.guest, "enrolment": enrolment})


def learner(request: HttpRequest) -> Person:
    """Return for whom a code is typed."""
    person = person_at_hand(request.actor)
    if person is None or not can_use_code(request.actor, person, now()):
        raise PermissionDenied
    return person


def known(public_id: UUID) -> Session:
    """Return a date that is public."""
    session = session_held(public_id, now())
    if session is None:
        raise Http404(_("There is no such date. Look at the address in the room again."))
    return session


def typed(request: HttpRequest, session: Session, enter, context: dict[str, object]) -> HttpResponse:
    """Show the form, and take the code."""
    form, refusal = CodeForm(request.POST if request.method == "POST" else None), None
    if request.method == "POST" and form.is_valid():
        try:
            enter(form.cleaned_data["code"])
        except Refused as refused:
            refusal = refused
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("You are entered as present. You need to do nothing more."))
            return redirect(request.path)
    context |= {
        **about(session),
        "form": form,
        "step": next_step(refusal, request),
        "entry": entry_at(session, context["enrolment"]),
    }
    return render(request, "enrolment/attend.html", context, status=400 if form.errors else 200)


def entry_at(session: Session, enrolment) -> Attendance | None:
    """Return what was entered of somebody at a date."""
    return Attendance.objects.filter(enrolment=enrolment, session=session).first() if enrolment else None
