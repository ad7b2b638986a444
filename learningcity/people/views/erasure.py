"""Erase one's data: what goes, what stays and why, and the receipt."""

from uuid import UUID

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.refusals import Refused
from learningcity.people.actions.erasure import erase_person, rehearse_erasure
from learningcity.people.forms.rights import ErasureForm
from learningcity.people.middleware import ACTING
from learningcity.people.models import ErasureReceipt, Person
from learningcity.people.permissions.acting import is_own
from learningcity.people.permissions.rights import can_erase
from learningcity.people.queries.erasure import children_left_alone, receipt_in_words, receipt_with_id
from learningcity.people.queries.persons import person_at_hand
from learningcity.people.views.asking import confirmed_again


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Show what an erasure would do, and do it when the word is typed."""
    person = person_at_hand(request.actor)
    if person is None or not can_erase(request.actor, person, now()):
        raise PermissionDenied
    # Whoever may not is told so, instead of being asked who they are.
    return erase_confirmed(request, person)


@confirmed_again
def erase_confirmed(request: HttpRequest, person: Person) -> HttpResponse:
    """Show what would go, and take the word."""
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return gone(request, person, erase_person(person, by=request.actor, at=now()))
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(
        request, "people/erase.html", preview(request, person, form), status=400 if form.errors else 200
    )


def preview(request: HttpRequest, person: Person, form: ErasureForm) -> dict[str, object]:
    """Return what an erasure would do, or why it cannot be done."""
    context: dict[str, object] = {
        "person": person,
        "form": form,
        "is_own": is_own(request.actor, person),
        "children": children_left_alone(person, at=now()),
    }
    try:
        return {**context, "receipt": receipt_in_words(rehearse_erasure(person, by=request.actor, at=now()))}
    except Refused as refusal:
        return {**context, "refusal": refusal}


def gone(request: HttpRequest, person: Person, receipt: ErasureReceipt) -> HttpResponse:
    """Leave the session behind: the whole of one's own, of a guardian only the acting for the child."""
    if is_own(request.actor, person):
        logout(request)
    else:
        request.session.pop(ACTING, None)
    return redirect("people:erased", receipt.public_id)


@never_cache
@require_safe
def erased(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the receipt of an erasure, which names nobody, to whoever has its address."""
    receipt = receipt_with_id(public_id)
    if receipt is None:
        raise Http404(_("There is no such receipt. Check the address."))
    return render(request, "people/erase_receipt.html", {"receipt": receipt_in_words(receipt)})
