"""Pages of waiting lists: the published list, the answer to an offered place, reasons in a list by need."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.actors import Channel, operator
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.drawing import say_reasons
from learningcity.enrolment.actions.queue import accept_offer, decline_offer
from learningcity.enrolment.forms.queue import ReasonsForm
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.permissions.queue import can_answer_offer, can_see_list
from learningcity.enrolment.queries.offer_links import offered_by_link
from learningcity.enrolment.queries.overlaps import crossing
from learningcity.enrolment.queries.places import enrolment_named, intake_named
from learningcity.enrolment.queries.published import FEWEST, published, rows_of
from learningcity.enrolment.queries.queue import is_given_out, offer_of
from learningcity.enrolment.queries.reasons import reasons_in_words
from learningcity.enrolment.views.own_places import acting_for
from learningcity.enrolment.views.steps import next_step

SHOWN = 200
"""So many steps stand on the page; the document has all of them."""


def asked_list(intake_id: UUID) -> Intake:
    """Return the intake of an address."""
    intake = intake_named(intake_id)
    if intake is None:
        raise Http404(_("There is no such waiting list. Look for the offer in the catalogue."))
    return intake


@require_safe
def queue_detail(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """Show the rule of a waiting list and, where it points at nobody, every step of it."""
    intake = asked_list(intake_id)
    is_shown = can_see_list(request.actor, intake, now())
    document = published(intake) if is_shown else None
    context = {
        "intake": intake,
        "offer": intake.series.offer,
        "criteria": intake.criteria.order_by("pk"),
        "is_given_out": is_given_out(intake),
        "document": document,
        "rows": rows_of(document, most=SHOWN) if document else [],
        "fewest": FEWEST,
        "shown": SHOWN,
    }
    return render(request, "enrolment/queue_detail.html", context)


@require_safe
def queue_document(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """Give the published list as data, to replay it on any machine."""
    intake = asked_list(intake_id)
    if not can_see_list(request.actor, intake, now()):
        raise PermissionDenied
    response = JsonResponse(published(intake), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="waiting-list-{intake.public_id}.json"'
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer an offered place by the link in the message: whoever has the link may."""
    enrolment = offered_by_link(token)
    if enrolment is None:
        raise Http404(_("This link is not complete. Open it again from the message, or sign in."))
    refusal, at = None, now()
    if request.method == "POST":
        try:
            answer(enrolment, request.POST.get("answer") == "yes", at=at)
        except Refused as refused:
            refusal = refused
        else:
            return redirect("enrolment:offer_answer", token)
    enrolment.refresh_from_db(fields=["state", "until_at"])
    context = {
        "enrolment": enrolment,
        "intake": enrolment.intake,
        "offer": enrolment.intake.series.offer,
        "offered": offer_of(enrolment, at=at),
        "is_crossed": bool(crossing(enrolment, at)),
        "refusal": refusal,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/offer_answer.html", context, status=400 if refusal else 200)


def answer(enrolment: Enrolment, is_yes: bool, *, at: datetime) -> None:
    """Take the place or say no; the link is the right, and the history says so."""
    by = operator(Channel.WEB)
    if is_yes:
        accept_offer(enrolment, by=by, at=at)
    else:
        decline_offer(enrolment, by=by, at=at)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def place_reasons(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """Show which published reason gave how many points, and let the person say what nobody knows yet."""
    at, enrolment = now(), enrolment_named(enrolment_id)
    if enrolment is None or not can_answer_offer(by := acting_for(request, enrolment), enrolment, at):
        raise PermissionDenied
    form = ReasonsForm(request.POST or None, enrolment=enrolment, by=by, at=at)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            say_reasons(enrolment, form.cleaned_data["reasons"], by=by, at=at)
        except Refused as refused:
            refusal = refused
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("We counted what you said."))
            return redirect("enrolment:place_reasons", enrolment_id)
    context = {
        "enrolment": enrolment,
        "intake": enrolment.intake,
        "offer": enrolment.intake.series.offer,
        "reasons": reasons_in_words(enrolment),
        "form": form,
        "can_say": form.can_say,
        "step": next_step(refusal, request),
    }
    return render(request, "enrolment/place_reasons.html", context, status=400 if form.errors else 200)
