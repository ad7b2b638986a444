"""Pages of what people say of themselves."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.core.actors import Channel
from learningcity.core.refusals import Refused
from learningcity.people.actions.characteristics import say_of_oneself, take_back_said
from learningcity.people.forms.characteristics import ConfirmForm, SayForm
from learningcity.people.middleware import own_actor
from learningcity.people.models import Characteristic, ConsentPurpose, Person, Source
from learningcity.people.permissions import is_own
from learningcity.people.permissions.characteristics import (
    can_confirm,
    can_say_of,
    can_see_said,
    source_of,
)
from learningcity.people.permissions.desk import can_look_at
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.characteristics import answers_of, options, said_by
from learningcity.people.queries.consents import has_consent
from learningcity.people.queries.persons import person_at_hand, person_with_id


@never_cache
@require_safe
def about_me(request: HttpRequest) -> HttpResponse:
    """Show what somebody said of themselves, what for, and who sees it."""
    person, at = person_seen(request), now()
    context = {
        "person": person,
        "is_own": is_own(request.actor, person),
        "answers": answers_of(person),
        "can_say": can_say_of(request.actor, person, source_of(request.actor, person), at),
        "is_counted": has_consent(person, ConsentPurpose.INCLUSION),
    }
    return render(request, "people/about_me.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def about_me_say(request: HttpRequest, kind: str) -> HttpResponse:
    """Let somebody say one thing of themselves, or that they prefer not to."""
    person, at, asked = person_seen(request), now(), kind_named(kind)
    by = request.actor
    if not can_say_of(by, person, source_of(by, person), at):
        raise PermissionDenied
    said = said_by(person).get(asked)
    form = SayForm(
        asked, options(asked, day=city_day(at)), request.POST or None, said=said.value if said else ""
    )
    if request.method == "POST" and form.is_valid():
        try:
            value, source = form.cleaned_data["value"], source_of(by, person)
            say_of_oneself(person, asked, value, source=source, by=by, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Your answer is kept."))
            return redirect("people:about_me")
    context = {"form": form, "kind": asked, "person": person, "is_own": is_own(by, person)}
    return render(request, "people/about_me_say.html", context, status=400 if form.errors else 200)


@require_POST
def about_me_remove(request: HttpRequest, kind: str) -> HttpResponse:
    """Remove one thing that somebody said of themselves."""
    person, asked = person_seen(request), kind_named(kind)
    try:
        take_back_said(person, asked, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The answer is removed. Nothing of it is kept."))
    return redirect("people:about_me")


@never_cache
@require_http_methods(["GET", "POST"])
def desk_confirm(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    """Let the desk confirm one thing about a person with the paper that was seen."""
    by, at, asked = replace(own_actor(request), channel=Channel.DESK), now(), kind_named(kind)
    person = person_with_id(public_id)
    if person is None or not by.is_staff:
        raise PermissionDenied
    if not can_confirm(by, person, at):
        if can_look_at(by, person, at):
            return redirect("people:desk_person", public_id)
        raise PermissionDenied
    form = ConfirmForm(asked, options(asked, day=city_day(at)), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            say_of_oneself(person, asked, **form.cleaned_data, source=Source.DESK, by=by, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("It is kept as confirmed."))
            return redirect("people:desk_person", public_id)
    context = {"form": form, "kind": asked, "person": person, "kinds": Characteristic.Kind}
    return render(request, "people/about_me_desk.html", context, status=400 if form.errors else 200)


def person_seen(request: HttpRequest) -> Person:
    """Return the person at hand, if the reader may see what they said of themselves."""
    person = person_at_hand(request.actor)
    if person is None or not can_see_said(request.actor, person, now()):
        raise PermissionDenied
    return person


def kind_named(kind: str) -> Characteristic.Kind:
    """Return a kind of characteristic by its code."""
    if kind not in Characteristic.Kind.values:
        raise Http404
    return Characteristic.Kind(kind)
