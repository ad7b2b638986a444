"""Tell what one would like to learn, what is missing and what is wrong; see it counted; answer it."""

from uuid import UUID

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.catalogue.actions.wishes import answer_feedback, note_wish, send_feedback
from learningcity.catalogue.forms.wishes import FeedbackAnswerForm, FeedbackForm, WishForm
from learningcity.catalogue.models import Feedback, Offer, Wish
from learningcity.catalogue.permissions import can_answer_feedback, can_see_wishes
from learningcity.catalogue.queries.parts import part_by_moment
from learningcity.catalogue.queries.wishes import (
    feedback_waiting,
    feedback_with_id,
    wished_words,
    wishes_by_area,
    wishes_by_theme,
)
from learningcity.city.queries.clock import city_day
from learningcity.core.display import reader_language
from learningcity.core.refusals import Refused


def may_send(request: HttpRequest, form: WishForm | FeedbackForm) -> bool:
    """Return whether this machine has sent little in the last hour; else say so in the form."""
    if consume(request, action="feedback"):
        return True
    form.add_error(None, _("Many messages came from here in the last hour. Please wait an hour."))
    return False


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest) -> HttpResponse:
    """Take a wish; a search that found nothing brings its theme and words along."""
    asked = request.GET
    start = {"words": asked.get("q", "")[:300], "theme": asked.get("theme", "99")}
    form = WishForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid() and may_send(request, form):
        kind = Wish.Kind.NOTHING_FOUND if "nothing" in asked else Wish.Kind.WANTED
        note_wish(kind, **form.cleaned_data, language=reader_language(), at=now())
        messages.success(request, _("Thank you. Your wish counts: those who plan learning see it."))
        return redirect("catalogue:search")
    return render(request, "catalogue/wish.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, public_id: UUID | None = None) -> HttpResponse:
    """Take a suggestion, or a report of an error about one offer; nobody needs an account."""
    offer = get_object_or_404(Offer, public_id=public_id, is_published=True) if public_id else None
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and may_send(request, form):
        kind = Feedback.Kind.ERROR if offer else Feedback.Kind.SUGGESTION
        try:
            send_feedback(kind, offer=offer, **form.cleaned_data, language=reader_language(), at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Thank you. Somebody of the city or the provider reads it."))
            return redirect(offer or "catalogue:search")
    context = {"form": form, "offer": offer}
    return render(request, "catalogue/feedback.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def wish_list(request: HttpRequest) -> HttpResponse:
    """Show planners and providers what people wish for, counted."""
    at = now()
    if not can_see_wishes(request.actor, at):
        raise PermissionDenied
    context = {
        "themes": wishes_by_theme(until=city_day(at)),
        "areas": wishes_by_area(until=city_day(at)),
        "words": wished_words(until=city_day(at)),
    }
    return render(request, "catalogue/wish_list.html", context)


@never_cache
@require_safe
def feedback_list(request: HttpRequest) -> HttpResponse:
    """Show what waits for an answer."""
    if not can_see_wishes(request.actor, now()):
        raise PermissionDenied
    waiting, after = feedback_waiting(request.actor), request.GET.get("after", "")
    part = part_by_moment(waiting, column="sent_at", kind="feedback", after=after)
    context = {"part": part, "count": waiting.count()}
    return render(request, "catalogue/feedback_list.html", context, status=400 if part.refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback_detail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one message to those who may answer it, and take the answer."""
    found = feedback_with_id(public_id)
    if found is None:
        raise Http404
    if not can_answer_feedback(request.actor, found, now()):
        raise PermissionDenied
    form = FeedbackAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            answer_feedback(found, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("It is answered."))
            return redirect("catalogue:feedback_list")
    context = {"feedback": found, "form": form}
    return render(request, "catalogue/feedback_detail.html", context, status=400 if form.errors else 200)
