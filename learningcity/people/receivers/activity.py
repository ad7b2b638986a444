"""What people itself knows of when persons were last active."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import F, Max, QuerySet
from django.dispatch import receiver

from learningcity.people.models import Acting, Consent, Login, Lookup, Mandate
from learningcity.people.signals import person_last_active

IN_PERSON = (Lookup.Reason.AT_DESK, Lookup.Reason.CALLED, Lookup.Reason.LETTER)


@receiver(person_last_active, dispatch_uid="people.activity")
def last_days(sender: object, *, persons: Iterable[int], **more: object) -> dict[int, date]:
    """Return when persons last signed in, acted for somebody, decided something, or came to a desk."""
    ids = list(persons)
    newest: dict[int, date] = {}
    for rows, whose, column in sources():
        found = rows.filter(**{f"{whose}__in": ids}).values(whose).annotate(newest=Max(column))
        for key, moment in found.values_list(whose, "newest"):
            if moment is not None:
                newest[key] = max(newest.get(key, date.min), day_of(moment))
    return newest


def sources() -> tuple[tuple["QuerySet", str, str], ...]:  # type: ignore[type-arg]
    """Return the tables that know something: their rows, the path to the person, the moment."""
    return (
        (Login.objects.all(), "person", "last_login"),
        (Login.objects.annotate(acted_at=F("actings__started_at")), "person", "acted_at"),
        (Acting.objects.all(), "person", "started_at"),
        (Lookup.objects.filter(reason__in=IN_PERSON), "person", "at"),
        (Consent.objects.all(), "person", "at"),
        (Mandate.objects.all(), "person", "given_at"),
    )


def day_of(moment: datetime) -> date:
    """Return the day of a moment."""
    return moment.date()
