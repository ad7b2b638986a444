"""What the tables of people and core do when two entries become one, and when they are parted again.

TABLES lists every column of people and core that names a person; rooms above enter theirs in
`queries.followed`. A row whose place is taken at the kept entry (a constraint allows one only) stays with the
dropped one; whatever is left there goes when the merge is closed.
"""

from collections.abc import Iterator, Mapping

from django.db.models import Exists, OuterRef, Q, UniqueConstraint
from django.dispatch import receiver

from learningcity.core.models import Draft, Message, PaperForm
from learningcity.core.personal import ErasedPart
from learningcity.people.models import (
    Acting,
    Characteristic,
    Consent,
    Contact,
    Correction,
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Likeness,
    Login,
    Lookup,
    Mandate,
    Membership,
    Person,
    Pseudonym,
    SecondAccount,
)
from learningcity.people.queries.followed import Table, followed, rename
from learningcity.people.signals import person_erased, person_merged, person_unmerged


def opaque_id(person: Person) -> str:
    """Return the id by which core knows a person."""
    return str(person.public_id)


def login_id(person: Person) -> int | None:
    """Return the key of the person's log-in, if there is one."""
    return Login.objects.filter(person=person).values_list("pk", flat=True).first()


def pseudonym(person: Person) -> object:
    """Return the key under which a person's characteristics are kept, if there is one."""
    return Pseudonym.objects.filter(person=person).values_list("key", flat=True).first()


TABLES = (
    # What hangs on a log-in or a pseudonym of its own moves first: only if the kept entry has one, too.
    Table(Acting, "login", login_id),
    Table(Characteristic, "key", pseudonym),
    Table(Login, "person"),
    Table(Pseudonym, "person"),
    Table(Contact, "person"),
    Table(Membership, "person"),
    Table(Guardianship, "child"),
    Table(Guardianship, "guardian"),
    Table(GuardianLimit, "child"),
    Table(GuardianConsent, "child"),
    Table(GuardianInvitation, "child"),
    Table(Mandate, "person"),
    Table(Acting, "person"),
    Table(Lookup, "person"),
    Table(Consent, "person"),
    Table(Correction, "person"),
    Table(Message, "recipient", opaque_id),
    Table(Draft, "owner", opaque_id),
    Table(PaperForm, "owner", opaque_id),
)

LEFT_ALONE = {
    "people.likeness": "is about two entries, and goes with one of them",
    "people.merge": "is what merging writes itself",
    "people.person": "is the entry itself; one that was merged into it leads on",
    "people.secondaccount": "is the proof of a merge, of use for an hour",
}
"""Tables that name persons and are not moved, and why."""


@receiver(person_merged, dispatch_uid="people.merging")
def move_rows(sender: object, *, kept: Person, dropped: Person, **more: object) -> dict[str, list[int]]:
    """Move what names the dropped entry to the kept one."""
    return {table.label: moved(table, kept, dropped) for table in tables()}


def tables() -> tuple[Table, ...]:
    """Return every column that names a person, of all rooms."""
    return (*TABLES, *followed())


def moved(table: Table, kept: Person, dropped: Person) -> list[int]:
    """Move the rows of one table; return the ids of those whose place was free."""
    new, old = table.name_of(kept), table.name_of(dropped)
    if new is None or old is None:
        return []
    rows = table.rows(old)
    for condition, others in places(table):
        twins = table.rows(new).filter(condition, **{other: OuterRef(other) for other in others})
        rows = rows.exclude(condition & Q(Exists(twins)))
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rename(table, ids, old, new)
    return ids


def places(table: Table) -> Iterator[tuple[Q, list[str]]]:
    """Yield what may stand once only for a person: under which condition, together with which columns."""
    if table.model._meta.get_field(table.column).unique:  # type: ignore[union-attr]
        yield Q(), []
    for constraint in table.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and table.column in constraint.fields:
            others = [name for name in constraint.fields if name != table.column]
            yield constraint.condition or Q(), others


@receiver(person_unmerged, dispatch_uid="people.merging")
def move_rows_back(
    sender: object, *, kept: Person, dropped: Person, moved: Mapping[str, list[int]], **more: object
) -> None:
    """Hand the rows back that a merge moved, as far as they are still with the kept entry."""
    for table in reversed(tables()):
        ids = moved.get(table.label, [])
        if not ids:
            continue
        new, old = table.name_of(kept), table.name_of(dropped)
        rename(table, ids, new, old)


@receiver(person_erased, dispatch_uid="people.merging")
def forget_merges(sender: object, *, person: Person, **more: object) -> list[ErasedPart]:
    """Forget what says that a person may have two entries; empty one that was merged away."""
    SecondAccount.objects.filter(Q(person=person) | Q(other=person)).delete()
    Likeness.objects.filter(Q(first=person) | Q(second=person)).delete()
    if person.state == Person.State.MERGED:
        for table in tables():
            name = table.name_of(person)
            if name is not None:
                table.rows(name).delete()
    return []
