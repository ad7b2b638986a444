"""The filters of a search, as the API names them."""

from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field, StringConstraints

from learningcity.catalogue.models import Offer, OfferAccess
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.core.wire import AreaName, Day, Words

Language = Annotated[str, StringConstraints(min_length=2, max_length=12, pattern=r"^[A-Za-z0-9-]+$")]


class Searched(Schema):
    """What is searched for."""

    q: Words = Field("", description="Words in any language.")
    form: list[Offer.LearningForm] = Field([], max_length=3)
    field: list[Offer.Field] = Field([], max_length=12, description="Broad fields of ISCED-F 2013.")
    mode: list[Offer.Mode] = Field([], max_length=3)
    level: list[Offer.Level] = Field([], max_length=4)
    audience: list[Offer.Audience] = Field([], max_length=6)
    taught_in: list[Language] = Field([], max_length=10, description="Languages of instruction.")
    access: list[OfferAccess.Feature] = Field([], max_length=8, description="Known to be there.")
    free: bool = Field(False, description="Only offers that cost nobody anything.")
    with_places: bool = Field(False, description="Only where places are counted, and some are left.")
    provider: UUID | None = None
    venue: UUID | None = None
    area: AreaName | None = Field(None, description="Key of a set and code of an area: wards:W05000001.")
    from_on: Day | None = Field(None, description="With a session on or after this day.")
    to_on: Day | None = Field(None, description="With a session on or before this day.")


def criteria_of(filters: Searched, *, size: int, sort: str = "best") -> Criteria:
    """Return the search that the filters mean."""
    return Criteria(
        words=filters.q,
        forms=tuple(filters.form),
        fields=tuple(filters.field),
        modes=tuple(filters.mode),
        levels=tuple(filters.level),
        audiences=tuple(filters.audience),
        taught_in=tuple(filters.taught_in),
        access=tuple(filters.access),
        free=filters.free,
        with_places=filters.with_places,
        provider=filters.provider,
        venue=filters.venue,
        area=filters.area or "",
        from_on=filters.from_on,
        to_on=filters.to_on,
        sort=sort,
        size=size,
    )
