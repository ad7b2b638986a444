"""The page of a person's name and contact: for themselves, a guardian, or a helper with a mandate for it."""

import secrets

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.core.refusals import Refused
from learningcity.people.actions.contact import change_contact, confirm_contact, send_contact_code
from learningcity.people.actions.drafts import sending
from learningcity.people.forms.contact import CodeForm, ContactForm
from learningcity.people.forms.kept import CONTACT
from learningcity.people.models import Contact, Person, Purpose
from learningcity.people.permissions import can_act_for
from learningcity.people.queries.contacts import contact_of
from learningcity.people.queries.drafts import kept_forms
from learningcity.people.queries.persons import person_at_hand
from learningcity.people.views.drafts import kept_for_later


@never_cache
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Show and change a person's name and the ways to reach them; leave it for somebody else to finish."""
    person, at = allowed_person(request), now()
    kept = next(iter(kept_forms(person, [CONTACT], by=request.actor, at=at)), None)
    held = contact_of(person)
    form = ContactForm(
        request.POST or None,
        draft=kept.draft if kept else None,
        paper=request.GET.get("paper", ""),
        initial=initial_of(person, held),
    )
    if request.method == "POST" and (done := taken(request, form, person)):
        return done
    context = {
        "person": person,
        "contact": held,
        "form": form,
        "kept": kept,
        "code_form": CodeForm(prefix="code"),
        "code_waits": bool(held and held.code_expires_at and held.code_expires_at > at),
        "is_other": request.actor.person != str(person.public_id),
    }
    return render(request, "people/contact.html", context, status=400 if form.errors else 200)


def taken(request: HttpRequest, form: ContactForm, person: Person) -> HttpResponse | None:
    """Keep or change what was typed; None if the page has to be shown again with what must change."""
    by, at = request.actor, now()
    try:
        if form.is_to_be_kept:
            return kept_for_later(request, form, person, CONTACT)
        if not form.is_valid():
            return None
        with sending(CONTACT, person, paper=form.paper, by=by, at=at) as acting:
            change_contact(
                person,
                name=form.cleaned_data["name"],
                particulars=form.particulars(),
                code=six_figures(),
                by=acting,
                at=at,
            )
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return None
    messages.success(request, _("The changes are saved."))
    return redirect("people:contact")


@require_POST
def contact_code(request: HttpRequest) -> HttpResponse:
    """Send a code to an address that is not confirmed yet."""
    person = allowed_person(request)
    which = request.POST.get("which", "")
    try:
        send_contact_code(person, which, code=six_figures(), by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A code is on its way."))
    return redirect("people:contact")


@require_POST
def contact_confirm(request: HttpRequest) -> HttpResponse:
    """Confirm an address with the code that was sent to it."""
    person = allowed_person(request)
    form = CodeForm(request.POST, prefix="code")
    if not form.is_valid():
        messages.error(request, _("Give the code."))
        return redirect("people:contact")
    try:
        confirm_contact(person, form.cleaned_data["code"], by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The address is confirmed."))
    return redirect("people:contact")


def allowed_person(request: HttpRequest) -> Person:
    """Return the person whose contact the reader may see and change."""
    person = person_at_hand(request.actor)
    if person is None or not can_act_for(request.actor, person, Purpose.CONTACT, now()):
        raise PermissionDenied
    return person


def initial_of(person: Person, held: Contact | None) -> dict[str, str]:
    """Return what the form shows first."""
    names = ("email", "phone", "address", "channel", "language", "good_to_know")
    known = {name: getattr(held, name) for name in names} if held else {}
    return {"name": person.name, **known}


def six_figures() -> str:
    """Return a fresh code that a person can read out."""
    return f"{secrets.randbelow(1_000_000):06}"
