"""Intakes and enrolments for tests: a default that is valid, changed where a test says so."""

from datetime import timedelta

from learningcity.enrolment.models import LIVING, TAKING, Enrolment, Guest, Intake
from tests.catalogue.factories import MONDAY, OfferFactory, ProviderFactory, SeriesFactory, SessionFactory
from tests.people.factories import AT, person


def series_of(organisation, *, sessions=2, at=MONDAY, **fields):
    """Make a run of an offer of this organisation, with dates a week apart, the first a week from `at`."""
    offer = OfferFactory(provider=ProviderFactory(organisation=organisation))
    series = SeriesFactory(offer=offer, **fields)
    for week in range(1, sessions + 1):
        SessionFactory(series=series, starts_at=at + timedelta(weeks=week))
    return series


def intake(series=None, *, places=10, at=AT, **fields):
    """Make the places of a run."""
    series = series or SeriesFactory()
    return Intake.objects.create(series=series, places=places, created_at=at, changed_at=at, **fields)


def enrolment(of=None, who=None, *, state="enrolled", at=AT, **fields):
    """Make an enrolment and keep the count of its intake right."""
    of = of or intake()
    of.refresh_from_db()
    of.last_number += 1
    made = Enrolment(
        intake=of,
        person=None if "guest" in fields else (who or person()),
        state=state,
        number=of.last_number,
        asked_at=at,
        changed_at=at,
        **fields,
    )
    if state in ("held", "offered") and made.until_at is None:
        made.until_at = at + timedelta(hours=48)
    if made.state in TAKING:
        of.taken += made.places
    of.save(update_fields=["last_number", "taken"])
    made.save()
    return made


def guest(name="Gwen Guest", email="gwen@example.org", at=AT, **fields):
    """Make somebody without an account; the digest of the link is not that of a real link."""
    return Guest.objects.create(
        name=name,
        email=email,
        link_digest=fields.pop("link_digest", f"{Guest.objects.count():064d}"),
        asked_at=at,
        ends_at=at + timedelta(days=400),
        **fields,
    )


__all__ = ["LIVING", "TAKING", "enrolment", "guest", "intake", "series_of"]
