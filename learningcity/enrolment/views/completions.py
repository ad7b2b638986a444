"""The page on which a teacher says who completed it, where the intake leaves that to the teacher."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.completion import say_completed
from learningcity.enrolment.forms.attendance import CompletedForm
from learningcity.enrolment.queries.attendance import name_of
from learningcity.enrolment.queries.completion import to_decide
from learningcity.enrolment.views.attendance import about, session_for_teachers
from learningcity.enrolment.views.steps import next_step


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def attendance_completed(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show who may have completed it, and take the teacher's word."""
    session, refusal = session_for_teachers(request, public_id), None
    people = to_decide(session)
    form = CompletedForm(
        request.POST if request.method == "POST" else None,
        people={str(one.public_id): name_of(one) for one, _is_done in people},
        initial={"completed": [str(one.public_id) for one, is_done in people if is_done]},
    )
    if request.method == "POST" and form.is_valid():
        ticked = set(form.cleaned_data["completed"])
        try:
            with transaction.atomic():
                for one, _is_done in people:
                    say_completed(one, str(one.public_id) in ticked, by=request.actor, at=now())
        except Refused as refused:
            refusal = refused
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. The people concerned see it on their page."))
            return redirect("enrolment:attendance", session.public_id)
    context = {**about(session), "form": form, "people": people, "step": next_step(refusal, request)}
    return render(request, "enrolment/attendance_completed.html", context, status=400 if form.errors else 200)
