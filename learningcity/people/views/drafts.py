"""Pages of half-filled forms, and the answer to "Keep for later" on any form's page."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from learningcity.core.drafts import NewerDraft, form_named
from learningcity.core.forms import Continued, input_names
from learningcity.core.models import Draft
from learningcity.core.templatetags.words import short_day
from learningcity.people.actions.drafts import drop_form, keep_form
from learningcity.people.models import Person
from learningcity.people.permissions.acting import is_own
from learningcity.people.permissions.drafts import forms_open_to
from learningcity.people.queries.drafts import (
    forms_with_drafts,
    is_draft_of_another,
    kept_draft,
    kept_form,
    kept_forms,
    names_of,
)
from learningcity.people.queries.persons import person_at_hand


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that was given twice: what was kept, and what is on the page."""

    label: object
    kept: str
    typed: str


@never_cache
@require_safe
def drafts(request: HttpRequest) -> HttpResponse:
    """List the half-filled forms with which somebody can go on."""
    person = person_whose_forms(request)
    at = now()
    keys = forms_open_to(request.actor, person, forms_with_drafts(person, at=at), at)
    return render(
        request,
        "people/drafts.html",
        {
            "person": person,
            "is_own": is_own(request.actor, person),
            "kept": kept_forms(person, keys, by=request.actor, at=at),
        },
    )


@never_cache
@require_POST
def drop(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Throw a half-filled form away."""
    person = person_whose_forms(request)
    draft = kept_draft(person, draft_id, at=now())
    if draft is None and is_draft_of_another(person, draft_id):
        raise PermissionDenied
    if draft is None:
        raise Http404(_("This form is not kept any more. It was sent, thrown away or has ended."))
    drop_form(person, draft, by=request.actor, at=now())
    messages.success(request, _("The half-filled form was thrown away."))
    return redirect("people:drafts")


def person_whose_forms(request: HttpRequest) -> Person:
    """Return the person in whose matter somebody acts; a visitor may not."""
    person = person_at_hand(request.actor)
    if person is None:
        raise PermissionDenied
    return person


def kept_for_later(
    request: HttpRequest, form: Continued, person: Person, key: str, *, subject: str = ""
) -> HttpResponse:
    """Answer "Keep for later": keep what was typed and lead back to the form.

    If somebody kept the form meanwhile, show both and let the reader choose. Raises DraftTooLarge.
    """
    at, by = now(), request.actor
    try:
        draft = keep_form(
            person, key, form.typed(), subject=subject, version=form.draft_version, by=by, at=at
        )
    except NewerDraft as refusal:
        return both_shown(request, form, refusal)
    messages.success(
        request,
        _("Kept until %(day)s. Go on here, or under “Half-filled forms” on any device.")
        % {"day": short_day(draft.expires_at)},
    )
    kept_as = form_named(key)
    return redirect(kept_as.address(subject) if kept_as else "people:drafts")


def both_shown(request: HttpRequest, form: Continued, refusal: NewerDraft) -> HttpResponse:
    """Show what was kept and what is on the page, where somebody kept the form meanwhile."""
    if refusal.draft is None:
        raise refusal
    kept = kept_form(refusal.draft, names_of({refusal.draft.kept_by}), request.actor)
    typed = form.typed()
    context = {
        "refusal": refusal,
        "kept": kept,
        "answers": answers(form, refusal.draft, typed),
        "typed": [(name, value) for name, values in typed.items() for value in values],
        "paper": form.paper,
        "here": request.get_full_path(),
    }
    return render(request, "people/draft_newer.html", context, status=409)


def answers(form: Continued, draft: Draft, typed: dict[str, list[str]]) -> list[Answer]:
    """Return the answers that differ."""
    found = []
    for name in form.kept_fields():
        names = input_names(form[name])
        words = [
            words_of(form.fields[name], [value for one in names for value in values.get(one, [])])
            for values in (draft.data, typed)
        ]
        if words[0] != words[1]:
            found.append(Answer(form[name].label, *words))
    return found


def words_of(field: forms.Field, values: list[str]) -> str:
    """Return what was answered in the words of the form."""
    if isinstance(field, forms.BooleanField):
        return _("yes") if values else _("no")
    choices = getattr(field, "choices", None)
    if choices is None:
        return " ".join(values)
    labels = {str(key): str(label) for key, label in choices}
    return ", ".join(labels.get(value, value) for value in values)
