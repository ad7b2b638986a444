"""The page on which places are taken: who comes, a hold while one decides, the place or the waiting list."""

from datetime import timedelta
from math import ceil
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.catalogue.queries.effective import EffectiveSession
from learningcity.catalogue.templatetags.moments import session_in_words
from learningcity.core.refusals import Refused
from learningcity.enrolment.actions.holding import extend_holds
from learningcity.enrolment.actions.overlaps import take_with_choices
from learningcity.enrolment.actions.places import (
    Applicant,
    Outcome,
    cancel_enrolment,
    enrol,
    hold_places,
)
from learningcity.enrolment.forms.places import ENROL, EnrolForm, OverlapForm
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.queries.overlaps import Overlap, overlaps_with
from learningcity.enrolment.queries.places import intake_named
from learningcity.enrolment.views.sheets import sheet_of
from learningcity.enrolment.views.steps import next_step
from learningcity.enrolment.views.whom import Scene, scene_of
from learningcity.people.actions.drafts import sending
from learningcity.people.permissions.desk import can_use_desk
from learningcity.people.queries.drafts import draft_for
from learningcity.people.views.drafts import kept_for_later

HOLD, JOIN = "hold", "join"
TAKE, EXTEND, RELEASE = "take", "extend", "release"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enrol_page(request: HttpRequest, intake_id: UUID) -> HttpResponse:
    """Show what one takes a place in, and take it: first a hold, then the place; or the waiting list."""
    scene = scene_of(request, asked_intake(intake_id), now())
    if request.method != "POST":
        return held_page(request, scene) if scene.held else form_page(request, scene, form_of(request, scene))
    if not scene.people:
        raise PermissionDenied
    act = request.POST.get("act", "")
    if act in (TAKE, EXTEND, RELEASE):
        return on_held(request, scene, act)
    return on_form(request, scene, act)


def asked_intake(intake_id: UUID) -> Intake:
    """Return the intake of an address."""
    intake = intake_named(intake_id)
    if intake is None or not intake.series.offer.is_published:
        raise Http404(_("There are no places at this address. Look for the offer in the search."))
    return intake


def form_of(request: HttpRequest, scene: Scene) -> EnrolForm:
    """Return the form of who comes, with what was kept of it."""
    person = scene.people[0].person if scene.people else None
    subject = str(scene.intake.public_id)
    return EnrolForm(
        request.POST if request.method == "POST" else None,
        draft=draft_for(person, ENROL, subject=subject, at=scene.at) if person else None,
        paper=request.GET.get("paper", ""),
        intake=scene.intake,
        people=scene.people_in_words,
    )


def on_form(request: HttpRequest, scene: Scene, act: str) -> HttpResponse:
    """Keep the form, hold places, or enrol; show the form again with what has to change."""
    form, refusal = form_of(request, scene), None
    try:
        if form.is_to_be_kept:
            person = scene.people[0].person
            return kept_for_later(request, form, person, ENROL, subject=str(scene.intake.public_id))
        if form.is_valid():
            return asked_for(request, scene, form, act)
    except Refused as refused:
        refusal = refused
        form.add_error(field_of(form, refused), str(refused))
    return form_page(request, scene, form, refusal)


def field_of(form: EnrolForm, refusal: Refused) -> str | None:
    """Return the input at which a refusal stands: its own, else who comes, else the whole form."""
    names = [name for name in (refusal.field, "who") if name in form.fields]
    return names[0] if names else None


def asked_for(request: HttpRequest, scene: Scene, form: EnrolForm, act: str) -> HttpResponse:
    """Hold places and go on to the second step, or enrol at once. Raises NotPossible."""
    people = {one.key: one.person for one in scene.people}
    chosen = [people[key] for key in form.chosen() if key in people]
    shares = form.companions_of(len(chosen), scene.intake.most_companions)
    applicants = [Applicant(*pair) for pair in zip(chosen, shares, strict=True)]
    way = form.way_chosen()
    if act == HOLD and not form.paper:
        held = hold_places(scene.intake, applicants, way=way, by=scene.by, at=scene.at)
        if len(held) < len(applicants):
            messages.warning(request, _("There are too few places for all of you. See who has one."))
        return redirect("enrolment:enrol", scene.intake.public_id)
    owner = scene.people[0].person
    with sending(
        ENROL, owner, subject=str(scene.intake.public_id), paper=form.paper, by=scene.by, at=scene.at
    ) as acting:
        outcome = enrol(scene.intake, applicants, way=way, waits=form.is_to_wait, by=acting, at=scene.at)
    return receipt(request, outcome)


def receipt(request: HttpRequest, outcome: Outcome) -> HttpResponse:
    """Say what came of it, and lead to where it is kept."""
    for words, who in (
        (_("%(names)s: you have a place."), outcome.enrolled),
        (_("%(names)s: you are on the waiting list."), outcome.waiting),
    ):
        if who:
            messages.success(request, words % {"names": ", ".join(name_of(one) for one in who)})
    for _applicant, refusal in outcome.refused:
        messages.warning(request, str(refusal))
    return to_receipt([*outcome.enrolled, *outcome.waiting])


def to_receipt(enrolments: list[Enrolment]) -> HttpResponse:
    """Lead to the page of one enrolment, or to the list of several."""
    if len(enrolments) == 1:
        return redirect("enrolment:place_detail", enrolments[0].public_id)
    return redirect("enrolment:place_list")


def name_of(enrolment: Enrolment) -> str:
    """Return the name of whoever is enrolled."""
    who = enrolment.person or enrolment.guest
    return who.name if who else ""


def form_page(
    request: HttpRequest, scene: Scene, form: EnrolForm, refusal: Refused | None = None
) -> HttpResponse:
    """Show what it is and ask who comes."""
    context: dict[str, Any] = {
        "scene": scene,
        "intake": scene.intake,
        "sheet": sheet_of(scene.intake, at=scene.at),
        "form": form,
        "refusal": refusal,
        "step": next_step(refusal, request),
        "is_desk": can_use_desk(request.actor, scene.at),
    }
    return render(request, "enrolment/enrol.html", context, status=400 if form.errors else 200)


def held_page(
    request: HttpRequest,
    scene: Scene,
    refusal: Refused | None = None,
    overlaps: OverlapForm | None = None,
) -> HttpResponse:
    """Show what is held and for how long, what overlaps, and ask to take it."""
    until_at = min(one.until_at for one in scene.held if one.until_at)
    context = {
        "scene": scene,
        "intake": scene.intake,
        "sheet": sheet_of(scene.intake, at=scene.at),
        "until_at": until_at,
        "time_left": time_left(until_at - scene.at),
        "overlaps": overlaps or OverlapForm(overlaps=asked_of(overlapping(scene))),
        "refusal": refusal,
        "step": next_step(refusal, request),
    }
    is_wrong = refusal is not None or (overlaps is not None and bool(overlaps.errors))
    return render(request, "enrolment/enrol_held.html", context, status=400 if is_wrong else 200)


def time_left(left: timedelta) -> str:
    """Return how long a place is still held, in words; "" when the time is over."""
    minutes = ceil(left.total_seconds() / 60)
    if minutes <= 0:
        return ""
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}


def on_held(request: HttpRequest, scene: Scene, act: str) -> HttpResponse:
    """Take what is held, hold it longer, or give it back; sent twice, it counts once."""
    if not scene.held:
        return nothing_held(request, scene)
    try:
        if act == TAKE:
            return taken(request, scene)
        if act == EXTEND:
            extend_holds(scene.held, by=scene.by, at=scene.at)
        else:
            for one in scene.held:
                cancel_enrolment(one, by=scene.by, at=scene.at)
            messages.success(request, _("Nothing is held for you any more. Others can take the place."))
            return redirect(scene.intake.series.offer)
    except Refused as refusal:
        return held_page(request, scene, refusal)
    return redirect("enrolment:enrol", scene.intake.public_id)


def nothing_held(request: HttpRequest, scene: Scene) -> HttpResponse:
    """Answer a form that was sent twice: lead to the place that was taken; else say that the time is over."""
    people = [one.person for one in scene.people]
    there = Enrolment.objects.filter(intake=scene.intake, person__in=people, state=Enrolment.State.ENROLLED)
    found = list(there.order_by("number"))
    if found:
        return to_receipt(found)
    messages.warning(request, _("Nothing is held for you any more. Begin again."))
    return redirect("enrolment:enrol", scene.intake.public_id)


def taken(request: HttpRequest, scene: Scene) -> HttpResponse:
    """Turn what is held into places, with what was chosen about overlaps. Raises NotPossible."""
    found = overlapping(scene)
    form = OverlapForm(request.POST, overlaps=asked_of(found))
    if not form.is_valid():
        return held_page(request, scene, overlaps=form)
    choices = {one.enrolment: form.cleaned_data[name_in_form(one.enrolment)] for one in found}
    owner = scene.people[0].person
    with sending(ENROL, owner, subject=str(scene.intake.public_id), by=scene.by, at=scene.at) as acting:
        enrolled = take_with_choices(scene.held, choices, by=acting, at=scene.at)
    if not enrolled:
        messages.success(request, _("You took nothing. What you have stays as it is."))
        return redirect(scene.intake.series.offer)
    return receipt(request, Outcome(enrolled=enrolled))


def overlapping(scene: Scene) -> list[Overlap]:
    """Return the first overlap with each other enrolment of those for whom a place is held."""
    found: dict[int, Overlap] = {}
    for one in scene.held:
        if one.person:
            for overlap in overlaps_with(one.person, scene.intake, scene.at):
                found.setdefault(overlap.enrolment.pk, overlap)
    return list(found.values())


def name_in_form(enrolment: Enrolment) -> str:
    """Return the name of the input in which one chooses about an enrolment."""
    return f"overlap-{enrolment.public_id}"


def asked_of(overlaps: list[Overlap]) -> list[tuple[str, str, str]]:
    """Return what is asked about overlaps: the name of the input, its label, and why."""
    return [
        (
            name_in_form(one.enrolment),
            _("%(name)s: “%(title)s” is at the same time")
            % {"name": name_of(one.enrolment), "title": one.enrolment.intake.series.offer.title},
            overlap_in_words(one),
        )
        for one in overlaps
    ]


def overlap_in_words(overlap: Overlap) -> str:
    """Return when two dates overlap, and that the walk is the reason where it is."""
    there, here = (moments_in_words(one) for one in (overlap.there, overlap.here))
    if overlap.walk_minutes is None:
        return _("That is %(there)s; this is %(here)s.") % {"there": there, "here": here}
    return _("That is %(there)s; this is %(here)s. The walk takes %(minutes)s minutes.") % {
        "there": there,
        "here": here,
        "minutes": overlap.walk_minutes,
    }


def moments_in_words(date: EffectiveSession) -> str:
    """Return when a date is, on the clock of where it is."""
    zone = ZoneInfo(date.session.time_zone)
    return session_in_words(date.starts_at.astimezone(zone), date.ends_at.astimezone(zone))
