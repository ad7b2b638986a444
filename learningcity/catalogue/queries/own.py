"""What belongs to the organisation for which somebody acts, and the list of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from learningcity.catalogue.models import Offer, Provider, Session
from learningcity.core.markers import marker, values_of
from learningcity.people.models import Organisation

SIZE = 25
MOST_WORDS = 8
STATES = ("draft", "published", "withdrawn")


@dataclass(frozen=True, slots=True)
class OwnOffer:
    """One offer in the list of those who keep it; `next_at` is in UTC, None if no date is to come."""

    public_id: UUID
    title: str
    language: str
    state: str
    provider: str
    changed_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnOffers:
    """A part of the list, the last changed first, and where the next part starts."""

    offers: list[OwnOffer]
    next: str


def provider_of(organisation: str) -> Provider | None:
    """Return the public face of an organisation by its opaque id; none for what offers nothing."""
    try:
        wanted = UUID(organisation)
    except ValueError:
        return None
    return Provider.objects.filter(organisation__public_id=wanted).select_related("organisation").first()


def state_of(offer: Offer) -> str:
    """Return whether an offer is a draft, published, or withdrawn."""
    if offer.is_published:
        return "published"
    return "draft" if offer.is_draft else "withdrawn"


def offers_of(
    organisation: Organisation | None, *, words: str = "", state: str = "", after: str = "", at: datetime
) -> OwnOffers:
    """Return a part of what an organisation offers, or of everything, in three queries.

    Raises BadMarker for a marker of another list.
    """
    found = Offer.objects.all() if organisation is None else offered_by(organisation)
    if state in STATES:
        found = found.filter(is_published=state == "published", is_draft=state == "draft")
    for word in words.split()[:MOST_WORDS]:
        found = found.filter(title__icontains=word)
    if after:
        changed_at, pk = values_of(after, "own", datetime, int)
        found = found.filter(changed_at__lte=changed_at).exclude(changed_at=changed_at, pk__gte=pk)
    coming = Session.objects.filter(
        series__offer=OuterRef("pk"), ends_at__gt=at, status__in=("planned", "moved")
    ).order_by("starts_at")
    # The next date is looked up for the rows that are shown, not for all that are sorted.
    shown = list(found.order_by("-changed_at", "-pk").values_list("pk", flat=True)[: SIZE + 1])
    rows = list(
        Offer.objects.filter(pk__in=shown)
        .annotate(next_at=Subquery(coming.values("starts_at")[:1]))
        .select_related("provider__organisation")
        .order_by("-changed_at", "-pk")
    )
    last = rows[SIZE - 1] if len(rows) > SIZE else None
    return OwnOffers(
        [line_of(row) for row in rows[:SIZE]], marker("own", last.changed_at, last.pk) if last else ""
    )


def offered_by(organisation: Organisation) -> "QuerySet[Offer]":
    """Return what an organisation offers, also what was never published."""
    provider = Provider.objects.filter(organisation=organisation).first()
    return Offer.objects.filter(provider=provider) if provider else Offer.objects.none()


def line_of(row: Offer) -> OwnOffer:
    """Return one row of the list."""
    return OwnOffer(
        public_id=row.public_id,
        title=row.title,
        language=row.language,
        state=state_of(row),
        provider=row.provider.organisation.name,
        changed_at=row.changed_at,
        next_at=getattr(row, "next_at", None),
    )
