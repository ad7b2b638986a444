"""Questions about entries that are one person: which pairs wait, in what they differ, what was merged."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Model, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from learningcity.people.models import (
    Characteristic,
    Contact,
    Guardianship,
    Likeness,
    Login,
    Mandate,
    Membership,
    Merge,
    Person,
    Pseudonym,
    Purpose,
    SecondAccount,
    Source,
)
from learningcity.people.queries.actors import held_memberships
from learningcity.people.signals import person_exported

KEPT, DROPPED = "kept", "dropped"
CONTACT_FIELDS = ("email", "phone", "address", "channel", "language", "good_to_know")
CHARACTERISTIC_FIELDS = ("value", "source", "confirmed_by", "use", "said_on")
LABELS = {
    "name": _("Name"),
    "born_on": _("Birth date"),
    "email": _("E-mail address"),
    "phone": _("Phone number"),
    "address": _("Postal address"),
    "channel": _("Messages come by"),
    "language": _("Language of messages"),
    "good_to_know": _("Good to know"),
}
CONFIRMED = (Source.DESK, Source.AUTHORITY)
PROOF_LASTS = timedelta(hours=1)


Value = tuple[Any, bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two entries say different things.

    `settled` names the entry whose value stands by itself: the other has none, or none that is confirmed; it
    is "" where somebody must choose. `take` are the values that `target` gets if the dropped entry's stand.
    What somebody said of themselves is shown to them only; staff see when it was said (`said_on`).
    """

    key: str
    label: object
    kept: str
    dropped: str
    settled: str
    target: Model
    take: Mapping[str, Any]
    said_on: tuple[date, date] | None = None

    @property
    def is_seen(self) -> bool:
        """Whether the two values read differently."""
        return self.kept != self.dropped


@dataclass(frozen=True, slots=True)
class HeldTwice:
    """A right that both entries hold; the one that does not stand is closed."""

    label: object
    stands: Membership | Guardianship
    closes: Membership | Guardianship


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What a merge of two entries would do."""

    kept: Person
    dropped: Person
    differences: list[Difference]
    held_twice: list[HeldTwice]
    closes_login: bool
    hindrance: str = ""
    rows: list[tuple[object, int, int]] = field(default_factory=list)

    @property
    def conflicts(self) -> list[Difference]:
        """The differences that somebody must settle."""
        return [difference for difference in self.differences if not difference.settled]

    @property
    def settled(self) -> list[Difference]:
        """The differences that settle themselves and change something to see."""
        return [difference for difference in self.differences if difference.settled and difference.is_seen]


def open_likenesses(*, before: int | None = None) -> "QuerySet[Likeness]":
    """Return pairs of living entries that staff have not looked at yet, newest first."""
    living = Q(first__state=Person.State.ACTIVE, second__state=Person.State.ACTIVE, parted_at=None)
    found = Likeness.objects.filter(living).select_related("first", "second").order_by("-pk")
    return found.filter(pk__lt=before) if before else found


def masked_name(person: Person) -> str:
    """Return just enough of an entry to find it in a list again: initials and year of birth.

    >>> masked_name(Person(name="Rosa Rivers", born_on=date(1980, 5, 17)))
    'R. R. 1980'
    """
    letters = [f"{word[0]}." for word in person.name.split()]
    return " ".join([*letters, str(person.born_on.year)] if person.born_on else letters) or "…"


def recent_merges(*, at: datetime) -> "QuerySet[Merge]":
    """Return merges that can still be undone, newest first."""
    open_still = Merge.objects.filter(undone_at=None, undo_until__gt=at)
    return open_still.select_related("kept", "dropped").order_by("-pk")


def merges_over(*, at: datetime) -> "QuerySet[Merge]":
    """Return the merges whose time to undo is over, the oldest first."""
    return Merge.objects.filter(undo_until__lte=at).order_by("undo_until", "pk")


def second_accounts_waiting() -> "QuerySet[SecondAccount]":
    """Return what nobody has looked for yet, the oldest first."""
    return SecondAccount.objects.filter(answered_at=None).order_by("pk")


def merges_into(person: Person, *, at: datetime) -> "QuerySet[Merge]":
    """Return the merges into one person's entry that can still be undone, newest first."""
    return recent_merges(at=at).filter(kept=person)


def merge_with_id(public_id: UUID) -> Merge | None:
    """Return a merge by its opaque id."""
    return Merge.objects.select_related("kept", "dropped").filter(public_id=public_id).first()


def second_account(public_id: UUID, person: Person) -> SecondAccount | None:
    """Return what somebody said of a second account of theirs, by its opaque id."""
    return SecondAccount.objects.filter(public_id=public_id, person=person).select_related("other").first()


def proved_second_account(person: Person, other: Person, *, at: datetime) -> SecondAccount | None:
    """Return the proof, not used and not old, that another entry is the person's too."""
    proved = SecondAccount.objects.filter(
        person=person, other=other, used_at=None, proved_at__gt=at - PROOF_LASTS, proved_at__lte=at
    )
    return proved.order_by("-proved_at").first()


def has_roles(*persons: Person, at: datetime) -> bool:
    """Return whether one of the entries holds a role in an organisation."""
    return held_memberships(at=at).filter(person__in=persons).exists()


def has_second_factor(person: Person) -> bool:
    """Return whether more than a message is needed to sign in to an entry."""
    factors = Authenticator.objects.filter(user__person=person)
    return factors.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


def was_proved_by_another(person: Person) -> bool:
    """Return whether an address of an entry was confirmed while a guardian or a helper could do so."""
    contact = Contact.objects.filter(person=person).first()
    stood = Guardianship.objects.filter(child=person)
    if contact is None:
        return False
    helped = Mandate.objects.filter(person=person, purposes__purpose=Purpose.CONTACT)
    for moment in (contact.email_confirmed_at, contact.phone_confirmed_at):
        open_then = Q(ended_at=None) | Q(ended_at__gte=moment)
        if moment and (
            stood.filter(open_then, created_at__lte=moment).exists()
            or helped.filter(open_then, given_at__lte=moment, ends_at__gte=moment).exists()
        ):
            return True
    return False


def removed_by_court(kept: Person, dropped: Person) -> Iterator[Guardianship]:
    """Yield guardianships of one entry with somebody from whom a court took the other entry's.

    They stand by a statement or an invitation only; what a desk entered with a paper it saw is another thing.
    """
    for side, other_side in (("child", "guardian"), ("guardian", "child")):
        held = Guardianship.objects.filter(ended_at=None, proof__in=(Source.SELF, Source.HELPER))
        for one, other in ((kept, dropped), (dropped, kept)):
            theirs = Guardianship.objects.filter(**{side: other})
            taken = theirs.filter(ending=Guardianship.Ending.COURT).values(other_side)
            given_back = theirs.filter(ended_at=None).values(other_side)
            again = held.filter(**{side: one, f"{other_side}__in": taken})
            yield from again.exclude(**{f"{other_side}__in": given_back}).order_by("pk")


def stand_for_each_other(one: Person, other: Person) -> bool:
    """Return whether one of two entries is or was the guardian of the other: then they are two people."""
    return Guardianship.objects.filter(Q(child=one, guardian=other) | Q(child=other, guardian=one)).exists()


def preview_of(kept: Person, dropped: Person) -> MergePreview:
    """Return in what two entries differ, and what a merge would close."""
    return MergePreview(
        kept=kept,
        dropped=dropped,
        differences=[
            *differences_of_identity(kept, dropped),
            *differences_of_contact(kept, dropped),
            *differences_of_characteristics(kept, dropped),
        ],
        held_twice=[*memberships_twice(kept, dropped), *guardianships_twice(kept, dropped)],
        closes_login=Login.objects.filter(person__in=(kept, dropped)).count() == 2,
    )


def settle(kept: Value, dropped: Value) -> str | None:
    """Return which of two values stands by itself, "" where somebody must choose, None for no difference.

    Each value comes with whether it is confirmed: what was confirmed stands against what was only said.
    """
    (ours, ours_sure), (theirs, theirs_sure) = kept, dropped
    if not theirs or (ours == theirs and ours_sure >= theirs_sure):
        return None
    if not ours or ours == theirs or theirs_sure > ours_sure:
        return DROPPED
    return KEPT if ours_sure > theirs_sure else ""


def rows_by_part(kept: Person, dropped: Person, *, at: datetime) -> list[tuple[object, int, int]]:
    """Return how many records every room holds of two entries: what they are called, and both numbers."""
    counts: dict[str, tuple[object, list[int]]] = {}
    for side, person in enumerate((kept, dropped)):
        answers: list[tuple[Any, Any]] = person_exported.send(Person, person=person, at=at)
        for part in (part for _receiver, parts in answers for part in parts or ()):
            counts.setdefault(part.key, (part.label, [0, 0]))[1][side] = len(part.rows)
    return [(label, ours, theirs) for label, (ours, theirs) in counts.values() if ours or theirs]


def differences_of_identity(kept: Person, dropped: Person) -> Iterator[Difference]:
    """Yield where name and birth date differ."""
    for key, source in (("name", "name_source"), ("born_on", "born_source")):
        ours, theirs = getattr(kept, key), getattr(dropped, key)
        sure = [getattr(each, source) in CONFIRMED for each in (kept, dropped)]
        settled = settle((ours, sure[0]), (theirs, sure[1]))
        if settled is not None:
            take = {name: getattr(dropped, name) for name in (key, source)}
            yield Difference(key, LABELS[key], plain(ours), plain(theirs), settled, kept, take)


def differences_of_contact(kept: Person, dropped: Person) -> Iterator[Difference]:
    """Yield where the two ways to be reached differ; none where only one entry has any."""
    contacts = {contact.person_id: contact for contact in Contact.objects.filter(person__in=(kept, dropped))}
    if len(contacts) < 2:
        return
    ours, theirs = contacts[kept.pk], contacts[dropped.pk]
    for key in CONTACT_FIELDS:
        sure = f"{key}_confirmed_at" if key in ("email", "phone") else ""
        values = [(getattr(each, key), bool(sure and getattr(each, sure))) for each in (ours, theirs)]
        settled = settle(values[0], values[1])
        if settled is not None:
            take = {name: getattr(theirs, name) for name in (key, sure) if name}
            words = [plain(choice_label(each, key)) for each in (ours, theirs)]
            yield Difference(f"contact_{key}", LABELS[key], words[0], words[1], settled, ours, take)


def differences_of_characteristics(kept: Person, dropped: Person) -> Iterator[Difference]:
    """Yield where both entries say something else of the same characteristic."""
    ours, theirs = characteristics_of(kept), characteristics_of(dropped)
    for kind in sorted(ours.keys() & theirs.keys()):
        one, other = ours[kind], theirs[kind]
        settled = settle((one.value, one.source in CONFIRMED), (other.value, other.source in CONFIRMED))
        if settled is not None:
            yield Difference(
                key=f"characteristic_{kind}",
                label=Characteristic.Kind(kind).label,
                kept=one.value,
                dropped=other.value,
                settled=settled,
                target=one,
                take={name: getattr(other, name) for name in CHARACTERISTIC_FIELDS},
                said_on=(one.said_on, other.said_on),
            )


def characteristics_of(person: Person) -> dict[str, Characteristic]:
    """Return what a person said of themselves, by kind."""
    key = Pseudonym.objects.filter(person=person).values("key")
    return {said.kind: said for said in Characteristic.objects.filter(key__in=key)}


def choice_label(record: Model, name: str) -> object:
    """Return the value of a field as people read it."""
    return getattr(record, f"get_{name}_display", lambda: getattr(record, name))()


def plain(value: object) -> str:
    """Return a value as words."""
    return date_format(value, "DATE_FORMAT") if isinstance(value, date) else str(value or "")


def memberships_twice(kept: Person, dropped: Person) -> Iterator[HeldTwice]:
    """Yield roles that both entries hold in the same organisation: that of the kept entry stands."""
    held = Membership.objects.filter(ended_at=None).select_related("organisation").order_by("pk")
    ours = {(role.organisation_id, role.role): role for role in held.filter(person=kept)}
    for role in held.filter(person=dropped):
        twin = ours.get((role.organisation_id, role.role))
        if twin:
            yield HeldTwice(f"{role.get_role_display()}, {role.organisation}", twin, role)


def guardianships_twice(kept: Person, dropped: Person) -> Iterator[HeldTwice]:
    """Yield guardianships that both entries have with the same third person."""
    for side, other_side, label in (
        ("child", "guardian", _("The same guardian")),
        ("guardian", "child", _("The same child")),
    ):
        held = Guardianship.objects.filter(ended_at=None).order_by("pk")
        ours = {getattr(one, f"{other_side}_id"): one for one in held.filter(**{side: kept})}
        for theirs in held.filter(**{side: dropped}):
            twin = ours.get(getattr(theirs, f"{other_side}_id"))
            if twin:
                yield HeldTwice(label, *stronger_first(twin, theirs))


def stronger_first(ours: Guardianship, theirs: Guardianship) -> tuple[Guardianship, Guardianship]:
    """Return two guardianships in the order of their strength: an official representative's lasts longer."""
    official = Guardianship.Role.REPRESENTATIVE
    return (theirs, ours) if theirs.role == official != ours.role else (ours, theirs)
