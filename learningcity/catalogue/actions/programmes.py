"""Festivals and campaigns founded, changed, filled and published."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Offer, Programme, ProgrammeOffer
from learningcity.catalogue.permissions import can_offer
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.models import Organisation

MOST_OFFERS = 1000


class ProgrammeIsFull(Refused):
    """A programme holds at most a thousand offers."""

    code = "programme_is_full"


class ProgrammeIsEmpty(Refused):
    """A programme without offers is not published."""

    code = "programme_is_empty"


class DaysOutOfOrder(Refused):
    """The last day is before the first."""

    code = "days_out_of_order"


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """What a programme says of itself."""

    title: str
    from_on: date
    until_on: date
    language: str
    summary: str = ""


@transaction.atomic
def found_programme(
    organisation: Organisation, draft: ProgrammeDraft, *, by: Actor, at: datetime
) -> Programme:
    """Found a programme, not yet published. Raises PermissionDenied, or DaysOutOfOrder."""
    if not can_offer(by, organisation, at):
        raise PermissionDenied
    checked(draft)
    programme = Programme.objects.create(organisation=organisation, changed_at=at, **as_columns(draft))
    record("catalogue.programme_founded", by=by, about=programme, at=at)
    return programme


@transaction.atomic
def change_programme(programme: Programme, draft: ProgrammeDraft, *, by: Actor, at: datetime) -> None:
    """Change what a programme says of itself. Raises PermissionDenied, or DaysOutOfOrder."""
    if not can_offer(by, programme.organisation, at):
        raise PermissionDenied
    checked(draft)
    Programme.objects.filter(pk=programme.pk).update(changed_at=at, **as_columns(draft))
    record("catalogue.programme_changed", by=by, about=programme, at=at)


@transaction.atomic
def add_to_programme(programme: Programme, offers: Iterable[Offer], *, by: Actor, at: datetime) -> int:
    """Put offers into a programme; those that are there already stay. Return how many are new.

    Raises PermissionDenied, or ProgrammeIsFull.
    """
    if not can_offer(by, programme.organisation, at):
        raise PermissionDenied
    Programme.objects.select_for_update().get(pk=programme.pk)
    there = set(programme.entries.values_list("offer", flat=True))
    new = {offer.pk: offer for offer in offers if offer.pk not in there and offer.is_published}
    if len(there) + len(new) > MOST_OFFERS:
        raise ProgrammeIsFull(
            _("A programme holds at most %(most)s offers. Narrow the search.") % {"most": MOST_OFFERS}
        )
    ProgrammeOffer.objects.bulk_create([ProgrammeOffer(programme=programme, offer_id=pk) for pk in new])
    Programme.objects.filter(pk=programme.pk).update(changed_at=at)
    record("catalogue.programme_filled", by=by, about=programme, at=at)
    return len(new)


@transaction.atomic
def take_from_programme(programme: Programme, offer: Offer, *, by: Actor, at: datetime) -> None:
    """Take an offer out of a programme. Raises PermissionDenied."""
    if not can_offer(by, programme.organisation, at):
        raise PermissionDenied
    programme.entries.filter(offer=offer).delete()
    Programme.objects.filter(pk=programme.pk).update(changed_at=at)
    record("catalogue.programme_emptied", by=by, about=programme, at=at)


@transaction.atomic
def show_programme(programme: Programme, *, is_shown: bool, by: Actor, at: datetime) -> None:
    """Publish a programme, or take it off the pages. Raises PermissionDenied, or ProgrammeIsEmpty."""
    if not can_offer(by, programme.organisation, at):
        raise PermissionDenied
    if is_shown and not programme.entries.exists():
        raise ProgrammeIsEmpty(_("Put at least one offer into it first: search for some below."))
    Programme.objects.filter(pk=programme.pk).update(is_published=is_shown, changed_at=at)
    record(
        "catalogue.programme_published" if is_shown else "catalogue.programme_withdrawn",
        by=by,
        about=programme,
        at=at,
    )


def checked(draft: ProgrammeDraft) -> None:
    """Refuse days out of order."""
    if draft.until_on < draft.from_on:
        raise DaysOutOfOrder(_("The last day is before the first. Correct one of the two."), field="until_on")


def as_columns(draft: ProgrammeDraft) -> dict[str, object]:
    """Return what a draft says, by column."""
    return {
        "title": draft.title,
        "summary": draft.summary,
        "language": draft.language,
        "from_on": draft.from_on,
        "until_on": draft.until_on,
    }
