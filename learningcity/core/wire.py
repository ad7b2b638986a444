"""What every router of the API shares: errors, sources, the size of a list, moments with their zone."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from ninja import Schema
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

LARGEST_SIZE = 100


class Wire(BaseModel):
    """A record as it goes over the wire, read from plain values or from a query's dataclass."""

    model_config = ConfigDict(from_attributes=True)


class FieldErrorOut(Wire):
    """What is wrong with one input."""

    field: str
    text: str


class ErrorBodyOut(Wire):
    """Why the answer is no: a stable code, a sentence, the input to change, and every input that is wrong."""

    code: str
    text: str
    field: str | None
    details: list[FieldErrorOut]


class ErrorOut(Wire):
    """The one form of every error."""

    error: ErrorBodyOut


class SourceOut(Wire):
    """Where records come from, and what has to be said when they are used."""

    key: str
    name: str
    licence: str
    attribution: str
    url: str


class PointOut(Wire):
    """A point on earth, WGS 84."""

    lat: float
    lon: float


def _refuse_numbers(value: Any) -> Any:
    # Otherwise "20261123" would be read as seconds since 1970: a wrong moment instead of an error.
    if isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdigit():
        raise ValueError("write a date as 2026-11-23 and a moment as 2026-11-23T09:00:00Z")
    return value


EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def _within_reach(moment: datetime) -> datetime:
    # Nothing lies beyond, and a moment at the very ends of the calendar cannot be told in another zone.
    return min(max(moment, EARLIEST), LATEST)


def _day_within_reach(day: date) -> date:
    return min(max(day, EARLIEST.date()), LATEST.date())


Day = Annotated[date, BeforeValidator(_refuse_numbers), AfterValidator(_day_within_reach)]
Moment = Annotated[AwareDatetime, BeforeValidator(_refuse_numbers), AfterValidator(_within_reach)]
Words = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z0-9._-]+$")]
AreaName = Annotated[str, StringConstraints(max_length=81, pattern=r"^[A-Za-z0-9._-]+:[A-Za-z0-9._-]+$")]


class ListFilters(Schema):
    """How much of a list, and from where on."""

    after: str = Field("", max_length=600, description="The `next` marker of the part before.")
    size: int = Field(20, ge=1, le=LARGEST_SIZE, description="How many records at most.")


def answers(model: Any, *refusals: int) -> dict[int, Any]:
    """Return the documented answers of an operation: its model, and one form for every refusal."""
    return {200: model, **dict.fromkeys((400, 404, 405, 409, 422, *refusals), ErrorOut)}


def in_zone(moment: datetime, time_zone: str) -> datetime:
    """Return a moment with the offset of its zone, so that it reads as the clock on the wall."""
    return moment.astimezone(ZoneInfo(time_zone))
