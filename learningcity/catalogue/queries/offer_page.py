"""One offer whole, as its page and its calendar file show it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch

from learningcity.catalogue.models import (
    FieldOrigin,
    Offer,
    OfferAccess,
    OfferPrice,
    OfferText,
    Series,
    Session,
    Skill,
    SkillTaught,
    Source,
)
from learningcity.catalogue.queries.duplicates import Origin, origins_of
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions, marked
from learningcity.catalogue.queries.offers import Price, is_stale, zone
from learningcity.catalogue.queries.skills import skills_of
from learningcity.city.models import Venue
from learningcity.people.models import Organisation

MOST_SESSIONS = 1000
MOST_PAST = 5


@dataclass(frozen=True, slots=True)
class SessionFact:
    """One date as it holds; start and end in the zone in which it was planned.

    `venue` is None online or if not known; `room` is empty where it is that of the run. `is_overlaid`: for
    now it differs from its plan, for this `reason`.
    """

    pk: int
    public_id: UUID
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    is_online: bool
    is_past: bool
    status: str
    reason: str
    venue: Venue | None
    room: str
    trainer: str
    is_overlaid: bool
    is_full: bool


@dataclass(frozen=True, slots=True)
class SeriesFact:
    """One run: what is still to come first, then the last few dates that are past."""

    pk: int
    public_id: UUID
    name: str
    venue: Venue | None
    room: str
    places: int | None
    enrol_from_on: date | None
    enrol_until_on: date | None
    runs_from_on: date | None
    runs_until_on: date | None
    coming: list[SessionFact]
    past: list[SessionFact]

    @property
    def sessions(self) -> list[SessionFact]:
        """All dates, in the order in which they are shown."""
        return [*self.coming, *self.past]


@dataclass(frozen=True, slots=True)
class AccessFact:
    """One access fact; `answer` is yes, no or unknown."""

    feature: str
    label: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class Text:
    """The words of an offer in one language."""

    language: str
    title: str
    summary: str
    description: str
    is_machine_made: bool


@dataclass(frozen=True, slots=True)
class OfferPage:
    """Everything that is known of an offer. `text` is in the reader's language where there is such a text.

    `others` are its texts in other languages. An offer that is withdrawn is still there, not `is_published`.
    """

    pk: int
    public_id: UUID
    text: Text
    others: list[Text]
    provider: Organisation
    provider_summary: str
    source: Source
    form: str
    field: str
    level: str
    mode: str
    audience: str
    age_from: int | None
    age_to: int | None
    hours: int | None
    taught_in: list[str]
    website: str
    prices: list[Price]
    access: list[AccessFact]
    skills: list[str]
    skills_taught: list[Skill]
    series: list[SeriesFact]
    is_synthetic: bool
    is_published: bool
    confirmed_on: date
    is_stale: bool
    vouched_by: object
    created_at: datetime
    changed_at: datetime
    origins: list[Origin]

    @property
    def coming(self) -> list[SessionFact]:
        """All dates still to come, the soonest first."""
        return sorted(
            (session for series in self.series for session in series.coming),
            key=lambda session: (session.starts_at, session.pk),
        )


def offer_page(
    public_id: UUID, *, at: datetime, language: str, with_drafts: bool = False
) -> OfferPage | None:
    """Return everything of an offer in seven database queries; None if there never was one.

    While layers are over sessions, it takes one or two more; one more where skills are confirmed.

    Dates to come are all there (1,000 at most), the latest five past ones of each run too. A draft
    is there for those who write it only (`with_drafts`).
    """
    offer = (
        Offer.objects.filter(public_id=public_id)
        .select_related("provider__organisation", "source", "freshness")
        .annotate(has_origins=Exists(FieldOrigin.objects.filter(offer=OuterRef("pk"))))
        .annotate(has_skills=Exists(SkillTaught.objects.filter(offer=OuterRef("pk"))))
        .prefetch_related("texts", "prices", "access", "skills")
        .prefetch_related(Prefetch("series", queryset=Series.objects.select_related("venue").order_by("pk")))
        .first()
    )
    if offer is None or (offer.is_draft and not with_drafts):
        return None
    text, others = texts_for(offer, language)
    organisation = offer.provider.organisation
    return OfferPage(
        pk=offer.pk,
        public_id=offer.public_id,
        text=text,
        others=others,
        provider=organisation,
        provider_summary=offer.provider.summary,
        source=offer.source,
        form=offer.form,
        field=offer.field,
        level=offer.level,
        mode=offer.mode,
        audience=offer.audience,
        age_from=offer.age_from,
        age_to=offer.age_to,
        hours=offer.hours,
        taught_in=offer.taught_in,
        website=offer.website,
        prices=prices_in_order(offer.prices.all()),
        access=access_facts(offer.access.all()),
        skills=[skill.words for skill in sorted(offer.skills.all(), key=lambda skill: skill.position)],
        skills_taught=skills_of([offer.pk])[offer.pk] if offer.has_skills else [],
        series=series_facts(list(offer.series.all()), at),
        is_synthetic=offer.source.is_synthetic or organisation.is_synthetic,
        is_published=offer.is_published,
        confirmed_on=offer.confirmed_on,
        is_stale=is_stale(offer.confirmed_on, at),
        vouched_by=vouched_by(offer),
        created_at=offer.created_at,
        changed_at=offer.changed_at,
        origins=origins_of(offer.pk) if offer.has_origins else [],
    )


def vouched_by(offer: Offer) -> object:
    """Return who confirmed an offer last, in words."""
    freshness = getattr(offer, "freshness", None)
    if freshness and freshness.vouched_by:
        return freshness.get_vouched_by_display()
    return offer.provider.organisation.name


def texts_for(offer: Offer, language: str) -> tuple[Text, list[Text]]:
    """Return the text for a reader of this language, and the others; the offer's own text where none fits."""
    own = Text(offer.language, offer.title, offer.summary, offer.description, is_machine_made=False)
    all_texts = [own, *map(text_of, sorted(offer.texts.all(), key=lambda text: text.language))]
    base = language.partition("-")[0]
    chosen = next((text for text in all_texts if text.language.partition("-")[0] == base), own)
    return chosen, [text for text in all_texts if text is not chosen]


def text_of(row: OfferText) -> Text:
    """Return the words of a row."""
    return Text(row.language, row.title, row.summary, row.description, row.is_machine_made)


def prices_in_order(rows: Iterable[OfferPrice]) -> list[Price]:
    """Return the prices, in the order of the groups."""
    order = {group: place for place, group in enumerate(OfferPrice.Group.values)}
    ordered = sorted(rows, key=lambda price: order[price.group])
    return [Price(price.group, price.cents, price.currency) for price in ordered]


def access_facts(rows: Iterable[OfferAccess]) -> list[AccessFact]:
    """Return every access fact of the list; not known where there is no answer."""
    said = {fact.feature: fact for fact in rows}
    return [
        AccessFact(feature, str(label), "yes" if said[feature].is_there else "no", said[feature].note)
        if feature in said
        else AccessFact(feature, str(label), "unknown", "")
        for feature, label in OfferAccess.Feature.choices
    ]


def series_facts(rows: Sequence[Series], at: datetime) -> list[SeriesFact]:
    """Return the runs of an offer: those that come next first, those that are over last."""
    sessions = sessions_of(rows, at)
    facts = [
        SeriesFact(
            pk=one.pk,
            public_id=one.public_id,
            name=one.name,
            venue=one.venue,
            room=one.room,
            places=one.places,
            enrol_from_on=one.enrol_from_on,
            enrol_until_on=one.enrol_until_on,
            runs_from_on=one.runs_from_on,
            runs_until_on=one.runs_until_on,
            coming=[session for session in sessions.get(one.pk, []) if not session.is_past],
            past=[session for session in sessions.get(one.pk, []) if session.is_past][-MOST_PAST:],
        )
        for one in rows
    ]
    return sorted(facts, key=lambda one: (not one.coming, one.coming[0].starts_at if one.coming else at))


def sessions_of(rows: Sequence[Series], at: datetime) -> dict[int, list[SessionFact]]:
    """Return the dates of runs in their order, by run."""
    found: dict[int, list[SessionFact]] = {}
    # The latest first, so that a limit cuts off what is long past.
    dates = marked(Session.objects.filter(series__in=rows).select_related("venue"))
    latest = dates.order_by("-starts_at", "-pk")
    held = effective_sessions(list(latest[:MOST_SESSIONS]), at)
    for one in sorted(held, key=lambda one: (one.starts_at, one.session.pk)):
        found.setdefault(one.session.series_id, []).append(session_fact(one, at))
    return found


def session_fact(held: EffectiveSession, at: datetime) -> SessionFact:
    """Return one date, in the zone in which it was planned."""
    row = held.session
    local = zone(row.time_zone)
    return SessionFact(
        pk=row.pk,
        public_id=row.public_id,
        starts_at=held.starts_at.astimezone(local),
        ends_at=held.ends_at.astimezone(local),
        time_zone=row.time_zone,
        is_online=held.is_online,
        is_past=held.ends_at <= at,
        status=held.status,
        reason=held.reason,
        venue=held.venue,
        room=held.room,
        trainer=row.trainer,
        is_overlaid=held.is_overlaid,
        is_full=row.is_full,
    )
