"""The private address under which a calendar program reads a person's places."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.models import CalendarAddress
from learningcity.enrolment.permissions.attendance import can_choose_reminders, can_make_calendar_address
from learningcity.people.models import Person
from learningcity.people.queries.logins import digest_of


@transaction.atomic
def make_calendar_address(person: Person, *, token: str, by: Actor, at: datetime) -> CalendarAddress:
    """Give a person's calendar a private address; the one before opens nothing any more.

    Only the digest of the `token` passed in is kept. Raises PermissionDenied.
    """
    if not can_make_calendar_address(by, person):
        raise PermissionDenied
    made, _is_new = CalendarAddress.objects.update_or_create(
        person=person, defaults={"digest": digest_of(token), "made_at": at}
    )
    record("enrolment.calendar_address_made", by=by, about=person, at=at)
    return made


@transaction.atomic
def end_calendar_address(person: Person, *, by: Actor, at: datetime) -> None:
    """End the private address of a person's calendar, if there is one. Raises PermissionDenied."""
    if not can_choose_reminders(by, person, at):
        raise PermissionDenied
    CalendarAddress.objects.filter(person=person).delete()
    record("enrolment.calendar_address_ended", by=by, about=person, at=at)
