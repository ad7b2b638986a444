"""Questions about those who enrol without an account: whose link it is, what ends when."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from learningcity.core.models import Message
from learningcity.enrolment.models import LIVING, Enrolment, Guest, Intake
from learningcity.people.queries.logins import digest_of

LINK_LASTS = timedelta(hours=24)
"""How long the link of somebody who has only asked can be used."""
KEPT_AFTER = timedelta(days=60)
"""How long what is known of a guest stays after the last date."""
LINK_MESSAGE = "enrolment/messages/guest_asked"
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
MOST_AN_HOUR, MOST_A_DAY = 3, 10
"""So many links are mailed to one address."""


def guests_with(token: str) -> "QuerySet[Guest]":
    """Return the guest whose link, or next link, holds this token, as rows to filter further."""
    digest = digest_of(token)
    return Guest.objects.filter(Q(link_digest=digest) | Q(next_digest=digest))


def guest_with(token: str) -> Guest | None:
    """Return the guest whose link holds this token, whether it has ended or not."""
    return guests_with(token).first() if token else None


def has_ended(guest: Guest, at: datetime) -> bool:
    """Return whether the link of a guest holds no longer."""
    return guest.erased_at is not None or guest.ends_at <= at


def enrolment_of_guest(guest: Guest) -> Enrolment | None:
    """Return the newest enrolment of a guest."""
    rows = Enrolment.objects.filter(guest=guest).select_related(
        "guest", "party", "intake__series__offer__provider__organisation", "intake__session"
    )
    return rows.order_by("-pk").first()


def living_as_guest(intake: Intake, email: str) -> Enrolment | None:
    """Return the living enrolment that somebody with this address has in an intake."""
    rows = Enrolment.objects.filter(intake=intake, guest__email=email.lower(), state__in=LIVING)
    return rows.select_related("guest", "party").first()


def asks_too_often(email: str, at: datetime) -> bool:
    """Return whether too many links were mailed to an address, in an hour or a day."""
    guests = Guest.objects.filter(email=email.lower()).order_by("-pk")
    theirs = [str(key) for key in guests.values_list("public_id", flat=True)[:100]]
    mailed = Message.objects.filter(template=LINK_MESSAGE, recipient__in=theirs, created_at__lte=at)
    if mailed.filter(created_at__gt=at - AN_HOUR).count() >= MOST_AN_HOUR:
        return True
    return mailed.filter(created_at__gt=at - A_DAY).count() >= MOST_A_DAY


def guests_over(at: datetime) -> "QuerySet[Guest]":
    """Return the guests whose time is over and who are not erased yet."""
    return Guest.objects.filter(ends_at__lte=at, erased_at=None).order_by("ends_at", "pk")
