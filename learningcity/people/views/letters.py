"""Pages of the desk about letters that wait to be printed and posted."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from learningcity.core.markers import BadMarker
from learningcity.core.messages import letter_with_id, letters_waiting
from learningcity.core.messages.gateways.letter import number_of
from learningcity.core.models import Message
from learningcity.core.refusals import Refused
from learningcity.people.actions.letters import open_letter, post_letter
from learningcity.people.middleware import own_actor
from learningcity.people.permissions.letters import can_post_letters

SIZE = 20


@never_cache
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Show which letters wait: number, day and language only, no name and no words."""
    if not can_post_letters(own_actor(request), now()):
        raise PermissionDenied
    return letter_list(request)


@never_cache
@require_POST
def letter_open(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hand out one letter as PDF."""
    letter = letter_or_404(request, public_id)
    try:
        pdf = open_letter(letter, by=own_actor(request), at=now())
    except Refused as refusal:
        return letter_list(request, refusal)
    name = f"letter-{number_of(letter)}.pdf"
    return HttpResponse(
        pdf, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@never_cache
@require_POST
def letter_posted(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Note that a letter was posted."""
    letter = letter_or_404(request, public_id)
    try:
        post_letter(letter, by=own_actor(request), at=now())
    except Refused as refusal:
        return letter_list(request, refusal)
    messages.success(request, _("Letter %(number)s is marked as posted.") % {"number": number_of(letter)})
    return redirect("people:letters")


def letter_or_404(request: HttpRequest, public_id: UUID) -> Message:
    """Return a letter, for who may post it."""
    if not can_post_letters(own_actor(request), now()):
        raise PermissionDenied
    letter = letter_with_id(public_id)
    if letter is None:
        raise Http404
    return letter


def letter_list(request: HttpRequest, refusal: Refused | None = None) -> HttpResponse:
    """Return the page of the letters that wait, with why something was refused."""
    after = request.GET.get("after", "")
    try:
        shown = letters_waiting(after=after, size=SIZE)
    except BadMarker as bad:
        refusal, after, shown = bad, "", letters_waiting(size=SIZE)
    context = {
        "letters": [(letter, number_of(letter)) for letter in shown.messages],
        "next": shown.next,
        "is_continued": bool(after),
        "refusal": refusal,
    }
    return render(request, "people/letters.html", context, status=400 if refusal else 200)
