"""Pages on which a teacher enters who was there: the list, its sheet of paper, one correction."""

import secrets
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.catalogue.models import Session
from learningcity.catalogue.templatetags.moments import session_in_words
from learningcity.core.paper import fresh_code, in_groups, paper_form, qr_code
from learningcity.core.paper.codes import BYTES_NEEDED
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.attendance import (
    Taken,
    correct_attendance,
    enter_sheet,
    print_sheet,
    take_attendance,
)
from learningcity.enrolment.forms.attendance import CorrectionForm, ListForm
from learningcity.enrolment.models import Attendance
from learningcity.enrolment.permissions.attendance import can_take_attendance
from learningcity.enrolment.queries.attendance import (
    SHEET,
    attendance_named,
    corrections_of,
    is_during,
    is_list_open,
    name_of,
    names_of_authors,
    seen_of,
    session_held,
    session_list,
)
from learningcity.enrolment.queries.completion import NOT_HELD, local_times
from learningcity.enrolment.views.steps import next_step


def session_for_teachers(request: HttpRequest, public_id: UUID) -> Session:
    """Return a date, to those who may enter who was there; whoever may not learns nothing."""
    session = session_held(public_id, now())
    if session is None or not can_take_attendance(request.actor, session, now()):
        raise PermissionDenied
    return session


def about(session: Session) -> dict[str, object]:
    """Return what each of these pages says of its date."""
    return {
        "session": session,
        "title": session.series.offer.title,
        "title_language": session.series.offer.language,
        "when": session_in_words(*local_times(session)),
        "is_held": session.status not in NOT_HELD,
        "is_during": is_during(session, now()),
        "is_open": is_list_open(session, now()),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the list of a date, and enter it."""
    session = session_for_teachers(request, public_id)
    paper = (request.POST or request.GET).get("paper", "")[:40]
    found, refusal = session_list(session), None
    form = ListForm(request.POST if request.method == "POST" else None, found=found)
    if request.method == "POST" and form.is_valid():
        try:
            return done(request, session, written(request, session, form, paper))
        except Refused as refused:
            refusal, form = refused, form.again(session_list(session))
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {**about(session), "form": form, "found": form.found, "paper": paper}
    context["step"] = next_step(refusal, request)
    return render(request, "enrolment/attendance.html", context, status=400 if form.errors else 200)


def written(request: HttpRequest, session: Session, form: ListForm, paper: str) -> Taken:
    """Write what was entered, from the page or from paper."""
    more = {"reason": form.cleaned_data["reason"], "by": request.actor, "at": now()}
    if paper:
        return enter_sheet(session, form.entries(), paper=paper, **more)
    return take_attendance(session, form.entries(), **more)


def done(request: HttpRequest, session: Session, taken: Taken) -> HttpResponse:
    """Say what was written."""
    entered, corrected = len(taken.entered), len(taken.corrected)
    made = ngettext("%(n)s entry saved", "%(n)s entries saved", entered) % {"n": entered}
    changed = ngettext("%(n)s corrected", "%(n)s corrected", corrected) % {"n": corrected}
    messages.success(request, _("%(made)s, %(changed)s.") % {"made": made, "changed": changed})
    return redirect("enrolment:attendance", session.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_sheet(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Print the list of a date, with the code under which it is entered later."""
    session = session_for_teachers(request, public_id)
    if request.method == "POST":
        code = fresh_code(secrets.token_bytes(BYTES_NEEDED))
        form = print_sheet(session, code=code, by=request.actor, at=now())
        address = reverse("enrolment:attendance_sheet", args=[session.public_id])
        return redirect(f"{address}?paper={in_groups(form.code)}")
    context = {**about(session), "found": session_list(session), "states": Attendance.State.labels}
    return render(request, "enrolment/attendance_sheet.html", context | printed(request, session))


def printed(request: HttpRequest, session: Session) -> dict[str, object]:
    """Return the code of the sheet that is shown; nothing before one was made, or for one of another date."""
    try:
        form = paper_form(request.GET.get("paper", ""), at=now())
    except Refused:
        return {}
    if (form.form, form.subject) != (SHEET, str(session.public_id)):
        return {}
    page = reverse("enrolment:attendance", args=[session.public_id])
    address = f"{settings.PUBLIC_ADDRESS.rstrip('/')}{page}?paper={form.code}"
    return {"code": in_groups(form.code), "qr_code": qr_code(address), "entry_address": address}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_entry(request: HttpRequest, public_id: UUID, entry_id: UUID) -> HttpResponse:
    """Show one entry with all that was corrected, and correct it."""
    session = session_for_teachers(request, public_id)
    entry = attendance_named(entry_id)
    if entry is None or entry.session_id != session.pk:
        raise PermissionDenied
    form = CorrectionForm(
        request.POST if request.method == "POST" else None,
        initial={"state": entry.state, "minutes": entry.minutes},
    )
    if request.method == "POST" and form.is_valid():
        try:
            correct_attendance(entry, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            entry.refresh_from_db()
        else:
            messages.success(request, _("The entry is corrected. What stood there before stays readable."))
            return redirect("enrolment:attendance", session.public_id)
    corrections = list(corrections_of(entry))
    context = {
        **about(session),
        "form": form,
        "entry": entry,
        "seen": seen_of(entry),
        "name": name_of(entry.enrolment),
        "steps": steps_of(entry, corrections),
    }
    return render(request, "enrolment/attendance_entry.html", context, status=400 if form.errors else 200)


def steps_of(entry: Attendance, corrections: list) -> list[dict[str, object]]:
    """Return the first entry and every correction, with who made it."""
    names = names_of_authors(corrections, entry)
    first = corrections[0].get_before_display() if corrections else entry.get_state_display()
    unnamed = _("a program of the organisation, or somebody no longer here")
    steps = [
        {"at": entry.taken_at, "state": first, "who": names.get(entry.author, unnamed), "way": entry.way}
    ]
    for one in corrections:
        who = names.get(one.author, unnamed)
        steps.append(
            {"at": one.corrected_at, "state": one.get_after_display(), "who": who, "why": one.reason}
        )
    return steps
