"""The skills that an offer teaches, for those who keep it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from learningcity.catalogue.actions.skills import confirm_skills, remove_skill
from learningcity.catalogue.forms.skills import FindSkillForm, RemoveSkillForm, SkillsForm, row_numbers
from learningcity.catalogue.queries.skills import (
    are_skills_loaded,
    found_skills,
    skills_of,
    suggested_for,
)
from learningcity.catalogue.views.workspace import kept_offer
from learningcity.core.refusals import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_skills(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what an offer teaches and what its words speak of; confirm what was ticked."""
    offer = kept_offer(request, public_id)
    form = SkillsForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            count = confirm_skills(offer, form.skills(), by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            said = ngettext("%(count)s skill is confirmed.", "%(count)s skills are confirmed.", count)
            messages.success(request, said % {"count": count})
            return redirect("catalogue:offer_skills", offer.public_id)
    find = FindSkillForm(request.GET)
    words = find.cleaned_data["q"] if find.is_valid() else ""
    taught = skills_of([offer.pk])[offer.pk]
    context = {
        "offer": offer,
        "form": form,
        "find": find,
        "taught": taught,
        "is_loaded": are_skills_loaded(),
        "suggested": suggested_for(offer),
        "found": [skill for skill in found_skills(words) if skill not in taught] if words else [],
        "ticked": ticked(request),
    }
    status = 400 if form.errors or find.errors else 200
    return render(request, "catalogue/offer_skills.html", context, status=status)


@never_cache
@require_POST
def offer_skill_remove(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a skill away from an offer."""
    offer = kept_offer(request, public_id)
    form = RemoveSkillForm(request.POST)
    if form.is_valid():
        for skill in form.cleaned_data["skill"]:
            remove_skill(offer, skill, by=request.actor, at=now())
        messages.success(request, _("It is taken away."))
    else:
        messages.error(request, _("This skill is no longer in the list."))
    return redirect("catalogue:offer_skills", offer.public_id)


def ticked(request: HttpRequest) -> set[int]:
    """Return the rows that were ticked, so that a refused form keeps them."""
    return row_numbers(request.POST.getlist("suggested") + request.POST.getlist("found"))
