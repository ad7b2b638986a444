"""The page on which a person is entered at a desk."""

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.core.refusals import Refused
from learningcity.people.actions.newcomers import enter_person
from learningcity.people.forms.newcomers import NewcomerForm
from learningcity.people.middleware import own_actor
from learningcity.people.permissions.desk import can_use_desk


@never_cache
@require_http_methods(["GET", "POST"])
def desk_newcomer(request: HttpRequest) -> HttpResponse:
    """Enter a person who comes to the desk, calls or writes."""
    by, at = own_actor(request), now()
    if not can_use_desk(by, at):
        raise PermissionDenied
    form = NewcomerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = enter_person(
                form.cleaned_data["name"],
                born_on=form.cleaned_data["born_on"],
                particulars=form.particulars(),
                is_another=form.cleaned_data["is_another"],
                by=replace(by, channel=form.actor_channel()),
                at=at,
            )
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The entry of %(name)s is made.") % {"name": person.name})
            return redirect("people:desk_person", person.public_id)
    return render(request, "people/desk_newcomer.html", {"form": form}, status=400 if form.errors else 200)
