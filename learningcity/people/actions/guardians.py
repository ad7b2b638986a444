"""What can be done about who stands for whom: enter a child or a guardian, and end a guardianship."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.messages import notify
from learningcity.people.actions.names import checked_name
from learningcity.people.models import (
    Acting,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Person,
    Source,
)
from learningcity.people.permissions.desk import can_open_person
from learningcity.people.permissions.guardians import (
    as_guardian,
    can_enter_child,
    can_keep_guardians,
    can_leave_child,
)
from learningcity.people.queries.ages import MAJORITY, city_day, is_of_age, open_consents, years_old
from learningcity.people.queries.guardians import guardianships_of, has_other_guardian, held_guardianships

OWN_STATEMENT = Source.SELF
"""The proof of a guardianship that the guardian entered."""
MOST_CHILDREN = 12
LONGEST_PROOF = 200
Role = Guardianship.Role
Ending = Guardianship.Ending


class BirthDateWrong(Refused):
    """Nobody who is a child now was born on this day."""

    code = "birth_date_wrong"


class ChildEntered(Refused):
    """The guardian has entered this child already, or very many children."""

    code = "child_entered"


class ProofMissing(Refused):
    """The desk enters nothing about guardians without having seen a proof."""

    code = "proof_missing"


class GuardianUnfit(Refused):
    """This person cannot stand for that one in this role."""

    code = "guardian_unfit"


class GuardianshipOver(Refused):
    """The guardianship has ended already."""

    code = "guardianship_over"


class LastGuardian(Refused):
    """A child would be left without anybody who stands for it."""

    code = "last_guardian"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a guardian is to stand for somebody: in which role, shown by what, until when at most."""

    role: str
    proof: str
    until_on: date | None = None


@transaction.atomic
def enter_child(guardian: Person, *, name: str, born_on: date, by: Actor, at: datetime) -> Guardianship:
    """Enter a child of one's own, as a parent and by own statement.

    Raises PermissionDenied, NameMissing, BirthDateWrong or ChildEntered.
    """
    # Two clicks at the same moment must not enter the child twice.
    guardian = Person.objects.select_for_update().get(pk=guardian.pk)
    if not can_enter_child(by, guardian, at):
        raise PermissionDenied
    tidy = checked_name(name)
    day = city_day(at)
    checked_birth_date(born_on, day)
    checked_children(guardian, tidy, born_on, at)
    child = Person.objects.create(
        name=tidy,
        name_source=Source.HELPER,
        born_on=born_on,
        born_source=Source.HELPER,
        created_at=at,
        last_active_on=day,
    )
    guardianship = Guardianship.objects.create(
        child=child,
        guardian=guardian,
        role=Role.PARENT,
        proof=OWN_STATEMENT,
        from_on=day,
        created_at=at,
    )
    record("people.child_entered", by=as_guardian(by, child), about=child, at=at)
    return guardianship


@transaction.atomic
def enter_guardianship(
    child: Person, guardian: Person, standing: Standing, *, by: Actor, at: datetime
) -> Guardianship:
    """Enter at the desk that one person stands for another, with the proof that was seen.

    Raises PermissionDenied unless both entries are open at the desk for a reason, ProofMissing or
    GuardianUnfit.
    """
    child = locked_child(child)
    if not (can_keep_guardians(by, child, at) and can_open_person(by, guardian, at)):
        raise PermissionDenied
    proof = checked_proof(standing.proof)
    checked_fit(child, guardian, standing, by=by, at=at)
    guardianship = stand(child, guardian, role=standing.role, proof=proof, until_on=standing.until_on, at=at)
    record("people.guardianship_entered", by=by, about=guardianship, at=at)
    tell_guardians(guardianship, "guardian_joined", by=by, at=at)
    return guardianship


@transaction.atomic
def end_guardianship(guardianship: Guardianship, *, proof: str = "", by: Actor, at: datetime) -> Guardianship:
    """End a guardianship: the guardian their own, or the desk with the proof of a court.

    The last guardian of a child cannot leave by themselves, and an official representative leaves at the
    desk. Raises PermissionDenied, GuardianshipOver, LastGuardian or ProofMissing.
    """
    held = locked_guardianship(guardianship)
    if can_leave_child(by, held):
        by, ending, end_proof = as_guardian(by, held.child), Ending.ENDED, ""
        checked_leaving(held, at=at)
    elif can_keep_guardians(by, held.child, at):
        ending, end_proof = Ending.COURT, checked_proof(proof)
    else:
        raise PermissionDenied
    if held.ended_at is not None:
        raise GuardianshipOver(_("This guardianship has ended already. Nothing was changed."))
    close_guardianship(held, ending, end_proof=end_proof, at=at)
    record("people.guardianship_ended", by=by, about=held, at=at)
    tell_guardians(held, "guardian_left", by=by, at=at)
    return held


def locked_child(child: Person) -> Person:
    """Return a child's entry, locked: guardians join, leave and decide one after the other."""
    return Person.objects.select_for_update().get(pk=child.pk)


def locked_guardianship(guardianship: Guardianship) -> Guardianship:
    """Return a guardianship and then its child, locked in the order in which every action locks them."""
    rows = Guardianship.objects.select_for_update(of=("self",)).select_related("child", "guardian")
    held = rows.get(pk=guardianship.pk)
    held.child = locked_child(held.child)
    return held


def checked_birth_date(born_on: date, day: date) -> None:
    """Refuse a day on which nobody who is a child now was born."""
    if born_on > day:
        raise BirthDateWrong(_("This day is in the future. Give the date of birth."), field="born_on")
    if years_old(born_on, day) >= MAJORITY:
        raise BirthDateWrong(
            _("Who is of age stands for themselves. Only a desk can enter an official representative."),
            field="born_on",
        )


def checked_children(guardian: Person, name: str, born_on: date, at: datetime) -> None:
    """Refuse to enter a child twice, or more children than a family has."""
    mine = held_guardianships(at=at).filter(guardian=guardian, child__state=Person.State.ACTIVE)
    if mine.filter(child__name__iexact=name, child__born_on=born_on).exists():
        raise ChildEntered(_("You have entered this child already. It is in your list."), field="name")
    if mine.filter(proof=OWN_STATEMENT).count() >= MOST_CHILDREN:
        raise ChildEntered(
            _("You can enter %(most)s children here. Ask at a desk to enter more.") % {"most": MOST_CHILDREN}
        )


def checked_proof(proof: str) -> str:
    """Return a proof without stray space; refuse to act without one."""
    tidy = " ".join(proof.split())[:LONGEST_PROOF]
    if not tidy:
        raise ProofMissing(
            _("Write which paper you saw: its kind, its date and who issued it."), field="proof"
        )
    return tidy


def checked_fit(child: Person, guardian: Person, standing: Standing, *, by: Actor, at: datetime) -> None:
    """Refuse a guardian, a role or an end that does not fit the two persons."""
    if by.person in (str(child.public_id), str(guardian.public_id)):
        raise GuardianUnfit(_("This is your own family. Ask a colleague to enter it."))
    checked_role(child, guardian, standing.role, at)
    checked_pair(child, guardian, at)
    if standing.until_on and standing.until_on < city_day(at):
        raise GuardianUnfit(_("This day is over. Give a later day, or none."), field="until_on")


def checked_role(child: Person, guardian: Person, role: str, at: datetime) -> None:
    """Refuse a role that does not fit the ages."""
    if role not in Role.values:
        raise GuardianUnfit(_("Choose parent, carer or official representative."), field="role")
    if role != Role.REPRESENTATIVE and child.born_on is None:
        raise GuardianUnfit(
            _("The date of birth is not known. Enter it first: only a child has parents or carers here."),
            field="role",
        )
    if role != Role.REPRESENTATIVE and is_of_age(child, at):
        raise GuardianUnfit(
            _("This person is of age. Only an official representative can stand for them."), field="role"
        )
    if role != Role.PARENT and not is_of_age(guardian, at):
        raise GuardianUnfit(
            _("This guardian is not of age. Only a parent of the child may be so young."), field="role"
        )


def checked_pair(child: Person, guardian: Person, at: datetime) -> None:
    """Refuse somebody who is the child, stands for the child already, or whom the child stands for."""
    if child.pk == guardian.pk:
        raise GuardianUnfit(_("Nobody stands for themselves. Choose another person."), field="guardian")
    mine = Guardianship.objects.filter(child=child, guardian=guardian, ended_at=None)
    if mine.exclude(until_on__lt=city_day(at)).exists():
        raise GuardianUnfit(_("This person is entered as a guardian already."), field="guardian")
    if held_guardianships(at=at).filter(child=guardian, guardian=child).exists():
        raise GuardianUnfit(
            _("These two would stand for each other. End the other guardianship first."), field="guardian"
        )


def checked_leaving(guardianship: Guardianship, *, at: datetime) -> None:
    """Refuse to leave where only a desk can end it."""
    if guardianship.role == Role.REPRESENTATIVE:
        raise LastGuardian(
            _("An authority named you. Bring its paper that ends this to a desk; the staff there enter it.")
        )
    if not is_of_age(guardianship.child, at) and not has_other_guardian(guardianship, at=at):
        raise LastGuardian(
            _("Nobody else stands for this child. Invite another guardian first, or go to a desk.")
        )


def stand(
    child: Person, guardian: Person, *, role: str, proof: str, until_on: date | None = None, at: datetime
) -> Guardianship:
    """Write that one person stands for another from today. Called when the right and the fit were checked."""
    day = city_day(at)
    # One whose last day is over, and which the schedule has not yet closed, makes room for the new one.
    for over in Guardianship.objects.filter(child=child, guardian=guardian, ended_at=None, until_on__lt=day):
        close_guardianship(over, Ending.ENDED, at=at)
    return Guardianship.objects.create(
        child=child,
        guardian=guardian,
        role=role,
        proof=proof,
        from_on=day,
        until_on=until_on,
        created_at=at,
    )


def close_guardianship(
    guardianship: Guardianship, ending: Guardianship.Ending, *, end_proof: str = "", at: datetime
) -> None:
    """Write that a guardianship is over, and all that hangs on it. Called when the right was checked.

    Whoever acts under it stops. What the guardian decided for the child ends too, where a court ended it;
    what anybody decided ends when nobody stands for the child any longer.
    """
    guardianship.ended_at, guardianship.ending, guardianship.end_proof = at, ending, end_proof
    guardianship.save(update_fields=["ended_at", "ending", "end_proof"])
    Acting.objects.filter(guardianship=guardianship, ended_at=None).update(ended_at=at)
    own = str(guardianship.guardian.public_id)
    GuardianInvitation.objects.filter(child_id=guardianship.child_id, invited_by=own).delete()
    if not has_other_guardian(guardianship, at=at):
        end_decisions(guardianship.child, at=at)
    elif ending == Ending.COURT:
        end_decisions(guardianship.child, of=own, at=at)


def end_decisions(child: Person, *, of: str = "", purposes: Collection[str] = (), at: datetime) -> None:
    """End what guardians agreed to or blocked: those of one guardian or of all, for some purposes or all."""
    consents = open_consents(child)
    blocks = GuardianLimit.objects.filter(child=child, kind=GuardianLimit.Kind.BLOCK, lifted_at=None)
    if of:
        consents, blocks = consents.filter(given_by=of), blocks.filter(set_by=of)
    if purposes:
        consents, blocks = consents.filter(purpose__in=purposes), blocks.filter(purpose__in=purposes)
    consents.update(ended_at=at)
    blocks.update(lifted_at=at)


def tell_guardians(guardianship: Guardianship, what: str, *, by: Actor, at: datetime) -> None:
    """Tell everybody whom it concerns, but not whoever did it, who stands for the child or no longer does."""
    child, guardian = guardianship.child, guardianship.guardian
    others = [row.guardian for row in guardianships_of(child, at=at)]
    words = {"child": child.name, "guardian": guardian.name, "role": guardianship.get_role_display()}
    for person in {one.pk: one for one in (child, guardian, *others)}.values():
        if str(person.public_id) != by.person:
            notify(
                person,
                f"people/messages/{what}",
                words,
                key=f"people.{what}:{guardianship.public_id}:{person.public_id}",
                by=by,
                at=at,
            )
