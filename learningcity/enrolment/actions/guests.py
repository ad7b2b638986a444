"""What somebody without an account can do, by the link in one message: confirm, see, give back, erase.

The link is the right: whoever holds it acts, and the history says so by the operator's right on the web.
Nothing counts before it is used; the database keeps its digest only.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F

from learningcity.core.actors import Actor, operator
from learningcity.core.audit import record
from learningcity.core.messages import post, take_back
from learningcity.enrolment.actions.eligibility import (
    Named,
    check_companions,
    check_open,
    check_size,
    places_for,
    refusal_for,
)
from learningcity.enrolment.actions.giving import end_holds, queued
from learningcity.enrolment.actions.leaving import leave
from learningcity.enrolment.actions.moves import add, locked, move
from learningcity.enrolment.actions.places import cancel_enrolment
from learningcity.enrolment.actions.refusals import (
    AddressWrong,
    GuestBirthDateMissing,
    GuestNameMissing,
    LimitReached,
    LinkOver,
    NeedsStep,
    NotPossible,
)
from learningcity.enrolment.models import LIVING, Enrolment, Guest, Intake
from learningcity.enrolment.queries.guests import (
    KEPT_AFTER,
    LINK_LASTS,
    LINK_MESSAGE,
    asks_too_often,
    enrolment_of_guest,
    guest_with,
    has_ended,
    living_as_guest,
)
from learningcity.enrolment.queries.scene import holds_over, is_awaited
from learningcity.enrolment.queries.terms import Terms, terms_of
from learningcity.people.queries.logins import digest_of

State = Enrolment.State


@dataclass(frozen=True, slots=True)
class GuestDraft:
    """What somebody without an account says of themselves."""

    name: str
    email: str
    born_on: date | None = None
    companions: int = 0
    language: str = "en"


@transaction.atomic
def ask_as_guest(intake: Intake, draft: GuestDraft, *, token: str, by: Actor, at: datetime) -> Guest:
    """Ask for a place without an account; a link is mailed, and nothing counts until it is used.

    `token` is made by chance and goes into the link alone. Whoever asks again with an address that has a
    place here gets a new link to it, and the old one ends when the new one is used: the answer does not tell
    who is enrolled, and nobody ends the link of another. Raises NotPossible: NeedsStep where an account is
    needed, LimitReached, or what speaks against the place.
    """
    # As addresses of accounts are written: what belongs to one of them must be found by it.
    draft = replace(draft, email=draft.email.strip().lower())
    check_guest(intake, draft)
    terms = terms_of(intake, at)
    check_open(intake, terms, at)
    check_age(intake, terms, draft, at)
    place = locked(intake)
    if asks_too_often(draft.email, at):
        raise LimitReached(place)
    there = living_as_guest(place, draft.email)
    if there:
        amend(there, draft, place, terms, at=at)
    guest = renewed(there, token, at=at) if there else entered(place, draft, token, by=by, at=at)
    send_link(place, guest, token, at=at)
    return guest


def check_guest(intake: Intake, draft: GuestDraft) -> None:
    """Raise NeedsStep, GuestNameMissing, AddressWrong, TooManyCompanions, or PartyTooLarge."""
    if not intake.allows_guests:
        raise NeedsStep(intake)
    if not draft.name.strip():
        raise GuestNameMissing(intake, field="name")
    try:
        validate_email(draft.email)
    except ValidationError as wrong:
        raise AddressWrong(intake, field="email") from wrong
    check_company(intake, draft.name, draft.companions)


def check_company(intake: Intake, name: str, companions: int) -> None:
    """Raise TooManyCompanions, or PartyTooLarge where there are never so many places."""
    check_companions(intake, name, companions)
    check_size(intake, places_for(intake, companions))


def check_age(intake: Intake, terms: Terms, who: Named, at: datetime) -> None:
    """Raise GuestBirthDateMissing, TooYoung, or TooOld."""
    reason = refusal_for(intake, terms, who, at)
    if reason is None:
        return
    if who.born_on is None:
        raise GuestBirthDateMissing(intake, field="born_on")
    reason.field = "born_on"
    raise reason


def entered(intake: Intake, draft: GuestDraft, token: str, *, by: Actor, at: datetime) -> Guest:
    """Enter a guest who has asked for a place; it takes none yet."""
    guest = Guest.objects.create(
        name=draft.name.strip()[:200],
        email=draft.email,
        born_on=draft.born_on,
        language=draft.language,
        link_digest=digest_of(token),
        asked_at=at,
        ends_at=at + LINK_LASTS,
    )
    asked = Enrolment(
        intake=intake,
        guest=guest,
        state=State.ASKED,
        companions=draft.companions,
        places=places_for(intake, draft.companions),
        asked_at=at,
        changed_at=at,
    )
    add([asked], intake=intake, by=by, at=at)
    record("enrolment.guest_asked", by=by, about=asked, at=at)
    return guest


def amend(enrolment: Enrolment, draft: GuestDraft, intake: Intake, terms: Terms, *, at: datetime) -> None:
    """Take what is said now for what was asked before and can no longer be confirmed as it is.

    What can be confirmed stays: else whoever knows an address could change what its owner asked for.
    """
    guest = enrolment.guest
    if guest is None or enrolment.state != State.ASKED or is_possible(enrolment, guest, intake, terms, at):
        return
    Guest.objects.filter(pk=guest.pk).update(name=draft.name.strip()[:200], born_on=draft.born_on)
    Enrolment.objects.filter(pk=enrolment.pk).update(
        companions=draft.companions, places=places_for(intake, draft.companions)
    )


def is_possible(enrolment: Enrolment, guest: Guest, intake: Intake, terms: Terms, at: datetime) -> bool:
    """Return whether what somebody asked for still fits the age and the places of an intake."""
    try:
        check_asked(enrolment, guest, intake, terms, at)
    except NotPossible:
        return False
    return True


def check_asked(enrolment: Enrolment, guest: Guest, intake: Intake, terms: Terms, at: datetime) -> None:
    """Check again what may have changed since somebody asked.

    Raises GuestBirthDateMissing, TooYoung, TooOld, TooManyCompanions, or PartyTooLarge.
    """
    check_age(intake, terms, guest, at)
    check_company(intake, guest.name, enrolment.companions)


def renewed(enrolment: Enrolment, token: str, *, at: datetime) -> Guest:
    """Give a guest who is there already a new link; the old one holds until the new one is used."""
    guest = Guest.objects.get(enrolments=enrolment)
    guest.next_digest, guest.asked_at = digest_of(token), at
    if guest.confirmed_at is None:
        guest.ends_at = at + LINK_LASTS
    guest.save(update_fields=["next_digest", "asked_at", "ends_at"])
    return guest


def send_link(intake: Intake, guest: Guest, token: str, *, at: datetime) -> None:
    """Mail the link; the message is emptied as soon as it is sent."""
    post(
        LINK_MESSAGE,
        {
            "title": intake.series.offer.title,
            "name": guest.name,
            "token": token,
            "hours": int(LINK_LASTS.total_seconds() // 3600),
        },
        key=f"enrolment.guest_asked:{guest.public_id}:{digest_of(token)[:16]}",
        channel="mail",
        address=guest.email,
        language=guest.language,
        recipient=str(guest.public_id),
        is_secret=True,
        at=at,
    )


@transaction.atomic
def confirm_guest(token: str, *, by: Actor, at: datetime) -> Enrolment:
    """Say yes by the mailed link: the place is given, or a turn on the waiting list.

    Saying it twice changes nothing. Raises PermissionDenied for a link that never was, LinkOver, or
    NotPossible when enrolment has ended meanwhile, or no longer takes them by age or number.
    """
    guest, asked = by_link(token, at)
    if asked.state != State.ASKED:
        return asked
    place, acting = locked(asked.intake), operator(by.channel)
    terms = terms_of(place, at)
    check_open(place, terms, at)
    check_asked(asked, guest, place, terms, at)
    end_holds(place, list(holds_over(place, at)), at=at)
    asked = Enrolment.objects.select_related("guest", "party").get(pk=asked.pk)
    if asked.state != State.ASKED:
        return asked
    guest.confirmed_at, guest.ends_at = at, end_of(terms, at)
    guest.save(update_fields=["confirmed_at", "ends_at"])
    if has_room(place, asked):
        move(asked, State.ENROLLED, intake=place, reason="confirmed", by=acting, at=at)
    else:
        taken, waiting = queued(place, [asked], by=acting, at=at)
        asked = [*taken, *waiting][0]
    record("enrolment.guest_confirmed", by=acting, about=asked, at=at)
    return asked


def has_room(intake: Intake, enrolment: Enrolment) -> bool:
    """Return whether somebody finds a place at once: nobody waits, nothing is drawn, and it is free."""
    if intake.rule != Intake.Rule.ARRIVAL or is_awaited(intake):
        return False
    left = intake.places_left
    return left is None or enrolment.places <= left


@transaction.atomic
def cancel_as_guest(token: str, *, by: Actor, at: datetime) -> Enrolment:
    """Give a place back by the link. Raises PermissionDenied, LinkOver, AlreadyOver, or Past."""
    _guest, enrolment = by_link(token, at)
    return cancel_enrolment(enrolment, by=operator(by.channel), at=at)


@transaction.atomic
def erase_guest(token: str, *, by: Actor, at: datetime) -> None:
    """Give the place back and delete what is known of a guest. Raises PermissionDenied, or LinkOver."""
    guest, _enrolment = by_link(token, at)
    forget_guest(guest, by=operator(by.channel), at=at)


@transaction.atomic
def end_guest(guest: Guest, *, by: Actor, at: datetime) -> bool:
    """Delete what is known of a guest whose time is over; return False if dates are still to come.

    Raises PermissionDenied unless the operator or the schedule asks.
    """
    if not by.is_operator:
        raise PermissionDenied
    enrolment = enrolment_of_guest(guest)
    if enrolment and guest.confirmed_at and enrolment.state in LIVING:
        last = terms_of(enrolment.intake, at).last_starts_at
        if last and last + KEPT_AFTER > at:
            Guest.objects.filter(pk=guest.pk).update(ends_at=last + KEPT_AFTER)
            return False
    forget_guest(guest, by=by, at=at)
    return True


def forget_guest(guest: Guest, *, by: Actor, at: datetime) -> None:
    """Cut everything that leads to a guest; a place that is still to come becomes free."""
    for one in Enrolment.objects.filter(guest=guest).order_by("pk"):
        leave(one, reason="erased", by=by, at=at)
    Enrolment.objects.filter(guest=guest).update(guest=None)
    Guest.objects.filter(pk=guest.pk).update(name="", email="", born_on=None, erased_at=at)
    take_back(str(guest.public_id), at)
    record("enrolment.guest_erased", by=by, about=guest, at=at)


def by_link(token: str, at: datetime) -> tuple[Guest, Enrolment]:
    """Return the guest of a link that is used, and their enrolment; a new link ends the old one by it.

    Raises PermissionDenied, or LinkOver.
    """
    guest = guest_with(token)
    enrolment = enrolment_of_guest(guest) if guest else None
    if guest is None or enrolment is None:
        raise PermissionDenied
    if has_ended(guest, at):
        raise LinkOver(enrolment.intake)
    Guest.objects.filter(pk=guest.pk, next_digest=digest_of(token)).update(
        link_digest=F("next_digest"), next_digest=None
    )
    return guest, enrolment


def end_of(terms: Terms, at: datetime) -> datetime:
    """Return until when a guest is known: some time after the last date, or after now."""
    return max(terms.last_starts_at or at, at) + KEPT_AFTER
