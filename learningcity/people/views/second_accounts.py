"""Pages of a person who has a second account: name it, prove it, make both one, part them again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.core.refusals import Refused
from learningcity.people.actions.merging import look_at_two, merge_persons
from learningcity.people.actions.second_accounts import prove_second_account, say_second_account
from learningcity.people.actions.unmerging import undo_merge
from learningcity.people.forms.duplicates import MergeForm, SecondAccountCodeForm, SecondAccountForm
from learningcity.people.models import Person, SecondAccount
from learningcity.people.permissions.duplicates import can_say_second_account
from learningcity.people.queries.duplicates import merge_with_id, merges_into
from learningcity.people.queries.duplicates import second_account as second_account_of
from learningcity.people.queries.persons import person_at_hand
from learningcity.people.views.duplicates import note_refusal, tables_of


@never_cache
@require_http_methods(["GET", "POST"])
def second_account(request: HttpRequest) -> HttpResponse:
    """Let somebody say that they have a second account; show what of theirs was merged."""
    person = own_person(request)
    form = SecondAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            said = say_second_account(person, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            note_refusal(form, refusal)
        else:
            return redirect("people:second_account_code", said.public_id)
    context = {"form": form, "merges": merges_into(person, at=now())}
    return render(request, "people/second_account.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def second_account_code(request: HttpRequest, said_id: UUID) -> HttpResponse:
    """Let somebody prove with the code that the other account is theirs."""
    said = own_said(request, said_id)
    form = SecondAccountCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            prove_second_account(said, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            note_refusal(form, refusal)
        else:
            return redirect("people:second_account_merge", said.public_id)
    status = 400 if form.errors else 200
    return render(request, "people/second_account_code.html", {"form": form}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def second_account_merge(request: HttpRequest, said_id: UUID) -> HttpResponse:
    """Show what making both accounts one would do, and do it with a choice for each conflict."""
    said = own_said(request, said_id)
    person, other, by, at = own_person(request), said.other, request.actor, now()
    if said.proved_at is None or other is None:
        raise Http404
    preview = look_at_two(person, other, by=by, at=at)
    form = MergeForm(request.POST or None, preview=preview, is_at_desk=False)
    # A form without conflicts has no field, so that whatever was posted counts as sent.
    if request.method == "POST" and form.is_valid():
        try:
            merge_persons(person, other, choices=form.choices(), by=by, at=at)
        except Refused as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("Your two accounts are one now. You can undo it for 30 days."))
            return redirect("people:second_account")
    context = {"form": form, "preview": preview, **tables_of(preview, is_at_desk=False)}
    status = 400 if form.errors else 200
    return render(request, "people/second_account_merge.html", context, status=status)


@never_cache
@require_POST
def second_account_undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Part the two accounts again."""
    person, merge = own_person(request), merge_with_id(merge_id)
    if merge is None or merge.kept_id != person.pk:
        raise PermissionDenied
    try:
        undo_merge(merge, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your accounts are apart again, each with what it had."))
    return redirect("people:second_account")


def own_person(request: HttpRequest) -> Person:
    """Return the person who is signed in and acts for themselves."""
    person = person_at_hand(request.actor)
    if person is None or not can_say_second_account(request.actor, person, now()):
        raise PermissionDenied
    return person


def own_said(request: HttpRequest, said_id: UUID) -> SecondAccount:
    """Return what the person said of a second account."""
    said = second_account_of(said_id, own_person(request))
    if said is None:
        raise PermissionDenied
    return said
