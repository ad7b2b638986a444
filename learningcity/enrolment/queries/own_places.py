"""The places of a person and of those they stand for, as "My places" shows them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from learningcity.catalogue.models import Series
from learningcity.catalogue.queries.offer_page import SessionFact, sessions_of
from learningcity.core.actors import Channel, Right
from learningcity.enrolment.models import LIVING, Enrolment, Intake, StatusChange
from learningcity.people.models import Person
from learningcity.people.queries.ages import city_day
from learningcity.people.queries.history import organisation_names

State = Enrolment.State
BY_LINK = "by link"
MOST = 200
"""So many enrolments are shown, the newest; the rest is in the download of one's data."""


class Group(StrEnum):
    """Where an enrolment stands on the page."""

    OFFERED = "offered"
    COMING = "coming"
    WAITING = "waiting"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class Turn:
    """Where somebody stands in a list: the how manieth of how many."""

    number: int
    of: int


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """One enrolment with its dates; `next` is the next one, `turn` where the person stands in the list."""

    enrolment: Enrolment
    dates: Sequence[SessionFact]
    next: SessionFact | None
    group: Group
    turn: Turn | None = None

    @property
    def title(self) -> str:
        """What is learned."""
        return self.enrolment.intake.series.offer.title

    @property
    def language(self) -> str:
        """The language of the title."""
        return self.enrolment.intake.series.offer.language


def places_of_persons(persons: Iterable[Person], *, at: datetime) -> list[OwnPlace]:
    """Return the enrolments of persons, what comes first at the top; asks the database three times.

    The caller has asked `can_take_places` for each of them.
    """
    rows = list(whole(Enrolment.objects.filter(person__in=list(persons))).order_by("-asked_at", "-pk")[:MOST])
    return in_order(shown(rows, at=at))


def place_of(enrolment: Enrolment, *, at: datetime) -> OwnPlace:
    """Return one enrolment as its page shows it."""
    return shown([enrolment], at=at)[0]


def whole(enrolments: "QuerySet[Enrolment]") -> "QuerySet[Enrolment]":
    """Return enrolments with all that their pages name."""
    return enrolments.select_related(
        "person", "guest", "party", "intake__series__offer__provider__organisation", "intake__session"
    )


def shown(rows: Sequence[Enrolment], *, at: datetime) -> list[OwnPlace]:
    """Return enrolments with their dates and turns."""
    series = {row.intake.series_id: row.intake.series for row in rows}
    dates = sessions_of(list(series.values()), at) if series else {}
    turns = turns_of(rows)
    return [own_place(row, dates.get(row.intake.series_id, []), turns.get(row.pk), at) for row in rows]


def dates_of(intake: Intake, *, at: datetime) -> list[SessionFact]:
    """Return the dates of an intake that are still to come."""
    found = sessions_of([intake.series], at).get(intake.series_id, [])
    return [
        one for one in found if not one.is_past and (intake.session_id is None or one.pk == intake.session_id)
    ]


def own_place(row: Enrolment, dates: Sequence[SessionFact], turn: Turn | None, at: datetime) -> OwnPlace:
    """Return one enrolment with its dates."""
    if row.intake.session_id is not None:
        dates = [one for one in dates if one.pk == row.intake.session_id]
    following = next((one for one in dates if not one.is_past and one.status != "cancelled"), None)
    return OwnPlace(row, dates, following, group_of(row, dates, following, at), turn)


def group_of(
    row: Enrolment, dates: Sequence[SessionFact], following: SessionFact | None, at: datetime
) -> Group:
    """Return where an enrolment stands on the page."""
    if row.state not in LIVING or is_over(row.intake.series, dates, following, at):
        return Group.PAST
    if row.state in (State.OFFERED, State.HELD):
        is_late = row.until_at is not None and row.until_at <= at
        return Group.PAST if is_late else Group.OFFERED
    return Group.COMING if row.state == State.ENROLLED else Group.WAITING


def is_over(
    series: Series, dates: Sequence[SessionFact], following: SessionFact | None, at: datetime
) -> bool:
    """Return whether nothing comes any more; a run without dates ends with its last day."""
    if dates:
        return following is None
    return series.runs_until_on is not None and series.runs_until_on < city_day(at)


def turns_of(rows: Iterable[Enrolment]) -> dict[int, Turn]:
    """Return where those who wait stand in their lists, by the id of the row; one question for all."""
    waiting = [row.pk for row in rows if row.state == State.WAITING and row.turn is not None]
    if not waiting:
        return {}
    line = Enrolment.objects.filter(intake=OuterRef("intake"), state=State.WAITING).order_by()
    found = (
        Enrolment.objects.filter(pk__in=waiting)
        .annotate(
            ahead=number_of(line.filter(turn__lt=OuterRef("turn"))),
            among=number_of(line),
        )
        .values_list("pk", "ahead", "among")
    )
    return {pk: Turn((ahead or 0) + 1, among or 1) for pk, ahead, among in found}


def number_of(line: "QuerySet[Enrolment]") -> Subquery:
    """Return the question how many stand in a line."""
    return Subquery(line.values("intake").annotate(number=Count("pk")).values("number"))


def in_order(places: Iterable[OwnPlace]) -> list[OwnPlace]:
    """Return what has to be answered first, then what comes soonest, what waits, what is past."""
    order = list(Group)

    def key(one: OwnPlace) -> tuple[int, float]:
        if one.group is Group.PAST:
            return order.index(one.group), -one.enrolment.changed_at.timestamp()
        return order.index(one.group), one.next.starts_at.timestamp() if one.next else 0.0

    return sorted(places, key=key)


def steps_of(enrolment: Enrolment) -> list[tuple[StatusChange, str]]:
    """Return every change of an enrolment, the first one first, with who made it in words."""
    changes = list(StatusChange.objects.filter(enrolment=enrolment).order_by("pk"))
    names = organisation_names({one.organisation for one in changes})
    # Who has no account is known by the link alone.
    person = str(enrolment.person.public_id) if enrolment.person else BY_LINK
    return [(one, who_changed(one, names.get(one.organisation, ""), person=person)) for one in changes]


def who_changed(change: StatusChange, organisation: str, *, person: str) -> str:
    """Return who gave an enrolment its state, as the person whose it is reads it.

    Whoever acts in a role is named by role and organisation, never by name.
    """
    named = {"organisation": organisation or _("an organisation that is no longer here")}
    if change.author and change.author == person:
        return _("you")
    if person == BY_LINK and change.channel == Channel.WEB and not change.author:
        return _("you, by the link in the message")
    if change.right in (Right.SELF, Right.GUARDIAN):
        return _("your guardian") if change.author else _("you")
    words = {
        Right.MANDATE: _("a helper of %(organisation)s for you"),
        Right.STAFF: _("a member of staff of %(organisation)s"),
        Right.PROVIDER: _("the organiser, %(organisation)s"),
    }
    said = words.get(Right(change.right))
    return said % named if said else _("the city, by the published rules")
