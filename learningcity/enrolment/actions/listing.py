"""Taking a list of people away is written down."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.models import Series
from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.enrolment.permissions.places import TEACHING, serves


@transaction.atomic
def note_people_downloaded(series: Series, *, by: Actor, at: datetime) -> None:
    """Write down that the list of those who are enrolled was taken. Raises PermissionDenied."""
    if not serves(by, series.offer.provider.organisation, TEACHING, at):
        raise PermissionDenied
    record("enrolment.people_downloaded", by=by, about=series, at=at)
