"""Questions about guardians and children: who stands for whom, within which limits, who comes of age."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min, Q, QuerySet

from learningcity.people.models import (
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Person,
    Purpose,
)
from learningcity.people.queries.ages import (
    DAY,
    MAJORITY,
    Alone,
    Answer,
    age_at,
    city_day,
    city_zone,
    comes_of_age_on,
    in_force,
    is_of_age,
    open_blocks,
    open_consents,
    what_alone,
)

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ward:
    """One guardianship as the guardian sees it: for whom, and what a court forbids the guardian."""

    guardianship: Guardianship
    limits: Sequence[GuardianLimit]
    age: int | None

    @property
    def child(self) -> Person:
        """The person whom the guardian stands for."""
        return self.guardianship.child

    @property
    def forbidden(self) -> list[Purpose]:
        """What the guardian may not do for the child."""
        named = {limit.purpose for limit in self.limits}
        return [purpose for purpose in Purpose if "" in named or purpose in named]

    @property
    def is_unlimited(self) -> bool:
        """Whether no court limits the guardian."""
        return not self.limits

    @property
    def may_act(self) -> bool:
        """Whether anything is left that the guardian may do."""
        return len(self.forbidden) < len(Purpose)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A child as its guardians manage it: who stands for it, blocks, consents and open invitations."""

    child: Person
    guardianships: Sequence[Guardianship]
    blocks: Sequence[GuardianLimit]
    consents: Sequence[GuardianConsent]
    invitations: Sequence[GuardianInvitation]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a child may do alone in one kind of act, and what a guardian can decide about it.

    `is_blocked_itself`: this kind alone is blocked, and not only every kind.
    """

    alone: Alone
    is_forbidden: bool
    is_blocked_itself: bool
    is_young: bool

    @property
    def can_agree(self) -> bool:
        """Whether an agreement of the guardian would change anything."""
        return self.alone.answer is Answer.WITH_CONSENT and not self.is_forbidden

    @property
    def can_take_back(self) -> bool:
        """Whether there is an agreement that the guardian can end."""
        return self.alone.has_consent and not self.is_forbidden

    @property
    def can_block(self) -> bool:
        """Whether a block of the guardian would change anything."""
        return not (self.alone.is_blocked or self.is_forbidden or self.is_young)

    @property
    def can_lift(self) -> bool:
        """Whether there is a block of this kind that the guardian can end."""
        return self.is_blocked_itself and not self.is_forbidden


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A guardianship as the desk sees it, with the limits of courts that hold."""

    guardianship: Guardianship
    limits: Sequence[GuardianLimit]


def held_guardianships(*, at: datetime) -> "QuerySet[Guardianship]":
    """Return the guardianships that were not ended and whose days include this one.

    A parent of somebody who has come of age may still be among them, until the schedule has passed.
    """
    day = city_day(at)
    return Guardianship.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day), ended_at=None, from_on__lte=day
    )


def guardianships_of(person: Person, *, at: datetime) -> list[Guardianship]:
    """Return who stands for a person now, in the order in which they were entered."""
    held = held_guardianships(at=at).filter(child=person, guardian__state=Person.State.ACTIVE)
    if is_of_age(person, at):
        held = held.filter(role=Guardianship.Role.REPRESENTATIVE)
    return list(held.select_related("guardian").order_by("created_at", "pk"))


def wards_of(person: Person, *, at: datetime) -> list[Ward]:
    """Return for whom a person stands now, the youngest last; asks the database twice."""
    held = held_guardianships(at=at).filter(guardian=person, child__state=Person.State.ACTIVE)
    rows = [row for row in held.select_related("child") if holds_at_age(row, at)]
    limits = court_limits(rows, at=at)
    rows.sort(key=lambda row: (row.child.born_on or date.min, row.pk))
    return [ward(row, limits.get(row.child_id, []), at) for row in rows]


def ward_of(person: Person, public_id: UUID, *, at: datetime) -> Ward | None:
    """Return one guardianship of a person, while it holds."""
    held = held_guardianships(at=at).filter(
        guardian=person, public_id=public_id, child__state=Person.State.ACTIVE
    )
    row = held.select_related("child", "guardian").first()
    if row is None or not holds_at_age(row, at):
        return None
    return ward(row, court_limits([row], at=at).get(row.child_id, []), at)


def ward(row: Guardianship, limits: Sequence[GuardianLimit], at: datetime) -> Ward:
    """Return a guardianship with its limits and the age of the child."""
    born_on = row.child.born_on
    return Ward(row, limits, age_at(born_on, at) if born_on else None)


def holds_at_age(guardianship: Guardianship, at: datetime) -> bool:
    """Return whether a guardianship still holds at the age of the person it is for."""
    return guardianship.role == Guardianship.Role.REPRESENTATIVE or not is_of_age(guardianship.child, at)


def court_limits(rows: Iterable[Guardianship], *, at: datetime) -> dict[int, list[GuardianLimit]]:
    """Return the court limits of one guardian, or of several for one child, by the child.

    A limit holds against the guardian, whichever of their guardianships it was set on.
    """
    rows = list(rows)
    limits = GuardianLimit.objects.filter(
        in_force(city_day(at)),
        kind=GuardianLimit.Kind.COURT,
        guardianship__child__in={row.child_id for row in rows},
        guardianship__guardian__in={row.guardian_id for row in rows},
    )
    found: dict[int, list[GuardianLimit]] = {}
    for limit in limits.select_related("guardianship").order_by("pk"):
        found.setdefault(limit.guardianship.child_id, []).append(limit)  # type: ignore[union-attr]
    return found


def guarded(child: Person, *, at: datetime) -> Guarded:
    """Return a child as its guardians manage it."""
    return Guarded(
        child=child,
        guardianships=guardianships_of(child, at=at),
        blocks=list(open_blocks(child, city_day(at)).order_by("pk")),
        consents=list(open_consents(child).order_by("pk")),
        invitations=list(open_invitations(child, at=at)),
    )


def choices(family: Guarded, ward: Ward, *, at: datetime) -> list[Choice]:
    """Return for every kind of act what the child may do alone, and what this guardian can decide."""
    own = {limit.purpose for limit in family.blocks}
    return [
        Choice(
            alone,
            is_forbidden=alone.purpose in ward.forbidden,
            is_blocked_itself=alone.purpose in own,
            is_young=ward.age is not None and ward.age < alone.ages.with_consent_from,
        )
        for alone in what_alone(family.child, at=at)
    ]


def open_invitations(child: Person, *, at: datetime) -> "QuerySet[GuardianInvitation]":
    """Return the invitations to stand for a child that wait for an answer."""
    return GuardianInvitation.objects.filter(child=child, expires_at__gt=at).order_by("pk")


def invitation_of_code(digest: str, *, at: datetime) -> "QuerySet[GuardianInvitation]":
    """Return the open invitation of a code, none or one."""
    return GuardianInvitation.objects.filter(digest=digest, expires_at__gt=at)


def open_guardianships_of(person: Person) -> "QuerySet[Guardianship]":
    """Return who stands for a person and was not ended, for the desk."""
    return Guardianship.objects.filter(child=person, ended_at=None).select_related("guardian", "child")


def court_limits_of(person: Person) -> "QuerySet[GuardianLimit]":
    """Return the limits of courts on the guardians of a person that nobody has lifted, for the desk."""
    limits = GuardianLimit.objects.filter(
        guardianship__child=person, kind=GuardianLimit.Kind.COURT, lifted_at=None
    )
    return limits.select_related("guardianship__guardian", "guardianship__child").order_by("pk")


def desk_guardianships_of(person: Person, *, at: datetime) -> list[DeskRow]:
    """Return all who stand or stood for a person, those who stand first, with the limits of courts."""
    limits: dict[int, list[GuardianLimit]] = {}
    for limit in court_limits_of(person).filter(in_force(city_day(at))):
        limits.setdefault(limit.guardianship.guardian_id, []).append(limit)  # type: ignore[union-attr]
    rows = Guardianship.objects.filter(child=person).select_related("guardian").order_by("-pk")
    found = [DeskRow(row, [] if row.ended_at else limits.get(row.guardian_id, [])) for row in rows]
    return sorted(found, key=lambda row: row.guardianship.ended_at is not None)


def was_ended_by_court(child: Person, guardian: Person) -> bool:
    """Return whether a court has ended that one stands for the other."""
    return Guardianship.objects.filter(
        child=child, guardian=guardian, ending=Guardianship.Ending.COURT
    ).exists()


def has_other_guardian(guardianship: Guardianship, *, at: datetime) -> bool:
    """Return whether somebody else stands for the child, too."""
    others = held_guardianships(at=at).filter(
        child_id=guardianship.child_id, guardian__state=Person.State.ACTIVE
    )
    return others.exclude(pk=guardianship.pk).exists()


def guardianships_over(*, at: datetime) -> "QuerySet[Guardianship]":
    """Return the guardianships whose last day is over and that nobody has closed."""
    return Guardianship.objects.filter(ended_at=None, until_on__lt=city_day(at)).order_by("pk")


def birthday_midnight(born_on: date) -> datetime:
    """Return the moment at which somebody comes of age, on the city's clock."""
    return datetime.combine(comes_of_age_on(born_on), time.min, city_zone())


def persons_who_came_of_age(*, at: datetime) -> Iterator[int]:
    """Yield whoever came of age and was not handed over: ids of rows, in small parts.

    These are those who were entered before their eighteenth birthday, and those for whom others still stand
    or decide as for a child, as after a birth date was corrected.
    """
    latest = latest_birthday(MAJORITY, city_day(at))
    yield from persons_entered_as_minors(latest)
    yield from persons_still_decided_for(latest)


def latest_birthday(age: int, day: date) -> date:
    """Return the latest birth date of whoever has this age on a day.

    >>> latest_birthday(18, date(2026, 2, 28)), latest_birthday(18, date(2028, 2, 29))
    (datetime.date(2008, 2, 28), datetime.date(2010, 2, 28))
    """
    if (day.month, day.day) == (2, 29):
        day -= DAY
    return day.replace(year=day.year - age)


def persons_entered_as_minors(latest: date) -> Iterator[int]:
    """Yield those born until a day who were entered before they came of age and not handed over since.

    Nobody who was of age when the city entered its first person can be among them.
    """
    first = Person.objects.aggregate(first=Min("created_at"))["first"]
    if first is None:
        return
    zone = city_zone()
    born_after = latest_birthday(MAJORITY, first.astimezone(zone).date())
    persons = Person.objects.filter(
        state=Person.State.ACTIVE, born_on__gt=born_after, born_on__lte=latest
    ).order_by("born_on", "pk")
    after = Q()
    while True:
        rows = list(
            persons.filter(after).values_list("pk", "born_on", "created_at", "came_of_age_at")[:AT_ONCE]
        )
        for pk, born_on, created_at, came_of_age_at in rows:
            if born_on and is_due(born_on, created_at, came_of_age_at, zone=zone):
                yield pk
        if len(rows) < AT_ONCE:
            return
        last, day = rows[-1][:2]
        after = Q(born_on__gt=day) | Q(born_on=day, pk__gt=last)


def is_due(born_on: date, created_at: datetime, came_of_age_at: datetime | None, *, zone: ZoneInfo) -> bool:
    """Return whether somebody of age was entered as a minor and was not handed over since."""
    of_age_on = comes_of_age_on(born_on)
    if created_at.astimezone(zone).date() >= of_age_on:
        return False
    return came_of_age_at is None or came_of_age_at.astimezone(zone).date() < of_age_on


def persons_still_decided_for(latest: date) -> Iterator[int]:
    """Yield those born until a day for whom others still stand or decide as for a child."""
    child = Q(child__state=Person.State.ACTIVE, child__born_on__lte=latest)
    as_guardian = Guardianship.objects.filter(child, ended_at=None).exclude(
        role=Guardianship.Role.REPRESENTATIVE
    )
    blocks = GuardianLimit.objects.filter(child, kind=GuardianLimit.Kind.BLOCK, lifted_at=None)
    consents = GuardianConsent.objects.filter(child, ended_at=None)
    for rows in (as_guardian, blocks, consents):
        yield from rows.order_by("child_id").values_list("child_id", flat=True).distinct()
