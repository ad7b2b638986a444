"""Which offers nobody has confirmed for long, and what comes next for them.

After a year an offer is marked as not confirmed (`queries.offers.is_stale`). A month before, its provider is
reminded; two weeks after the mark warned, two weeks later warned again, and two weeks after that the offer is
hidden until somebody confirms it. What a feed brings is vouched for by its source, as long as it is read.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.signing import BadSignature, Signer
from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from learningcity.catalogue.models import ImportRun, Offer, OfferMerge
from learningcity.catalogue.queries.offers import STALE_AFTER
from learningcity.people.models import Organisation
from learningcity.people.queries.organisations import organisation_with_id

REMINDED_AFTER = STALE_AFTER - timedelta(days=30)
WARNED_AFTER = STALE_AFTER + timedelta(days=14)
BETWEEN = timedelta(days=14)
"""From the first warning to the second, and from the second to hiding."""
CONFIRM_FIRST = ("hidden_first", "confirmed_on")
LINK_LASTS = timedelta(days=60)
FEED_VOUCHES = timedelta(days=45)
SIGNER = Signer(salt="catalogue.freshness")


@dataclass(frozen=True, slots=True)
class Stage:
    """One step: the column that it writes, and which offers have come to it on a day."""

    column: str
    due: Q


def stages(today: date) -> tuple[Stage, ...]:
    """Return the steps with what is due today, the last one first, so that nobody takes two in a day."""
    unvouched = Q(confirmed_on__lt=today - WARNED_AFTER)
    return (
        Stage("hidden_on", unvouched & done("warned_again_on", by=today - BETWEEN)),
        Stage(
            "warned_again_on",
            unvouched & done("warned_on", by=today - BETWEEN) & not_done("warned_again_on"),
        ),
        Stage(
            "warned_on",
            unvouched & done("reminded_on", by=today - timedelta(days=1)) & not_done("warned_on"),
        ),
        Stage("reminded_on", Q(confirmed_on__lt=today - REMINDED_AFTER) & not_done("reminded_on")),
    )


def done(column: str, *, by: date) -> Q:
    """Return the condition that a step was taken by a day, and since somebody last confirmed the offer."""
    return Q(**{f"freshness__{column}__lte": by, f"freshness__{column}__gt": F("confirmed_on")})


def not_done(column: str) -> Q:
    """Return the condition that a step was not taken since somebody last confirmed the offer.

    Whoever changes or publishes an offer confirms it, too: what was done before counts no more.
    """
    before = Q(**{f"freshness__{column}__lte": F("confirmed_on")})
    return Q(freshness=None) | Q(**{f"freshness__{column}": None}) | before


def kept_by_hand(today: date) -> "QuerySet[Offer]":
    """Return the published offers that no feed vouches for."""
    read = ImportRun.objects.filter(
        source=OuterRef("source"),
        source__rhythm__gt=0,
        source__is_paused=False,
        state=ImportRun.State.DONE,
        imported_at__date__gt=today - FEED_VOUCHES,
    )
    return Offer.objects.filter(~Exists(read), is_published=True)


def organisations_to_ask(today: date) -> "QuerySet[Organisation]":
    """Return the organisations of which an offer has come to its next step."""
    due = Q()
    for stage in stages(today):
        due |= stage.due
    offers = kept_by_hand(today).filter(due)
    ids = offers.order_by().values("provider__organisation")
    return Organisation.objects.filter(pk__in=ids).order_by("pk")


def offers_to_confirm(organisation: Organisation, today: date) -> "QuerySet[Offer]":
    """Return the offers of an organisation that somebody should look at, hidden ones first.

    What was withdrawn by hand, or became one with another offer, is not among them.
    """
    old = Q(confirmed_on__lt=today - REMINDED_AFTER)
    hidden = Q(is_published=False, freshness__hidden_on__gt=F("confirmed_on"))
    offers = Offer.objects.filter(old & Q(is_published=True) | hidden, provider__organisation=organisation)
    merged_away = OfferMerge.objects.filter(dropped=OuterRef("pk"), undone_at=None)
    offers = offers.filter(~Exists(merged_away))
    # Those that are not hidden stand behind all that are.
    first = Coalesce("freshness__hidden_on", Value(date.max, DateField()))
    return offers.select_related("freshness").annotate(hidden_first=first).order_by(*CONFIRM_FIRST, "pk")


def link_token(organisation: Organisation, on: date) -> str:
    """Return the secret part of the link by which an organisation confirms; it holds no secret to keep."""
    return SIGNER.sign_object([str(organisation.public_id), on.isoformat()])


def organisation_of_link(token: str, today: date) -> Organisation | None:
    """Return whose link this is; None if it is forged, torn or too old."""
    try:
        public_id, on = SIGNER.unsign_object(token)
    except (BadSignature, ValueError):
        return None
    if date.fromisoformat(on) + LINK_LASTS < today:
        return None
    return organisation_with_id(public_id)
