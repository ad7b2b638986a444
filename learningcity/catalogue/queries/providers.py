"""Providers, and how much there is to learn."""

from dataclasses import dataclass
from uuid import UUID

from django.core.cache import caches
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Offer, OfferPrice, Provider
from learningcity.core.markers import BadMarker, marker, values_of
from learningcity.people.models import Organisation

KEEP_COUNTS_SECONDS = 3600
LIST = "providers"


@dataclass(frozen=True, slots=True)
class ProviderLine:
    """One provider in a list, with how much it offers."""

    public_id: UUID
    name: str
    kind: str
    summary: str
    language: str
    is_synthetic: bool
    offers: int


@dataclass(frozen=True, slots=True)
class ProviderList:
    """A part of the list of providers by name; `next` is the marker of the next part, or empty."""

    providers: list[ProviderLine]
    next: str


@dataclass(frozen=True, slots=True)
class ProviderPage:
    """Everything that is public of a provider; `pk` is its row, for `offers_of_provider`."""

    pk: int
    public_id: UUID
    name: str
    kind: str
    kind_label: str
    summary: str
    language: str
    email: str
    phone: str
    website: str
    source_name: str
    is_synthetic: bool
    offers: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is: published offers, those that are free for everyone, and who offers them."""

    offers: int
    free: int
    providers: int


def providers(*, after: str = "", size: int = 50) -> ProviderList:
    """Return providers by name, from a marker on. Raises BadMarker for a marker that was changed."""
    rows = Provider.objects.select_related("organisation", "source").annotate(
        offer_count=Count("offers", filter=Q(offers__is_published=True))
    )
    if after:
        rows = rows.filter(behind(after))
    found = list(rows.order_by("organisation__name", "pk")[: size + 1])
    is_more = len(found) > size
    shown = found[:size]
    lines = [
        ProviderLine(
            public_id=row.organisation.public_id,
            name=row.organisation.name,
            kind=row.organisation.kind,
            summary=row.summary,
            language=row.language,
            is_synthetic=row.organisation.is_synthetic or row.source.is_synthetic,
            offers=row.offer_count,
        )
        for row in shown
    ]
    return ProviderList(lines, marker(LIST, shown[-1].pk) if is_more else "")


def behind(after: str) -> Q:
    """Return what stands behind the provider that a marker names. Raises BadMarker."""
    [pk] = values_of(after, LIST, int)
    name = Provider.objects.filter(pk=pk).values_list("organisation__name", flat=True).first()
    if name is None:
        raise BadMarker(
            _("This list cannot be continued from here: the provider is gone. Start the list again."),
            field="after",
        )
    return Q(organisation__name__gt=name) | Q(organisation__name=name, pk__gt=pk)


def provider_page(public_id: UUID) -> ProviderPage | None:
    """Return a provider by the public identifier of its organisation; None if there is none."""
    row = (
        Provider.objects.filter(organisation__public_id=public_id)
        .select_related("organisation", "source")
        .annotate(offer_count=Count("offers", filter=Q(offers__is_published=True)))
        .first()
    )
    if row is None:
        return None
    organisation = row.organisation
    return ProviderPage(
        pk=row.pk,
        public_id=organisation.public_id,
        name=organisation.name,
        kind=organisation.kind,
        kind_label=str(Organisation.Kind(organisation.kind).label),
        summary=row.summary,
        language=row.language,
        email=organisation.email,
        phone=organisation.phone,
        website=organisation.website,
        source_name=row.source.name,
        is_synthetic=organisation.is_synthetic or row.source.is_synthetic,
        offers=row.offer_count,
    )


def counts() -> Counts:
    """Return how much there is to learn; counted anew only after an offer was published or changed."""
    latest = Offer.objects.order_by("-changed_at", "-pk").values_list("changed_at", "pk").first()
    if latest is None:
        return Counts(offers=0, free=0, providers=0)
    changed_at, pk = latest
    key = f"catalogue.counts.{changed_at.timestamp()}.{pk}"
    kept: Counts | None = caches["process"].get(key)
    if kept is None:
        kept = counted()
        caches["process"].set(key, kept, KEEP_COUNTS_SECONDS)
    return kept


def counted() -> Counts:
    """Count what is published."""
    published = Offer.objects.filter(is_published=True)
    free = OfferPrice.objects.filter(group=OfferPrice.Group.EVERYONE, cents=0, offer__is_published=True)
    return Counts(
        offers=published.count(),
        free=free.count(),
        providers=published.values("provider").distinct().count(),
    )
