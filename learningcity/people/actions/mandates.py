"""What can be done with mandates: ask for one, give it in three ways, end it through any channel."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor, Channel
from learningcity.core.audit import record
from learningcity.core.paper import CodeMistyped, CodeUnknown, mark_entered, paper_form
from learningcity.core.refusals import Refused
from learningcity.core.uploads import CheckedFile
from learningcity.people.actions.contact import CodeWrong, NoCodeSent
from learningcity.people.actions.messages import notify
from learningcity.people.models import Acting, Mandate, MandatePurpose, MandateScan, Organisation, Person
from learningcity.people.permissions.mandates import (
    can_ask_for_mandate,
    can_end_mandate,
    can_enter_mandate,
    can_give_mandate,
    can_see_scan,
)
from learningcity.people.queries.codes import CODE_LASTS, CODE_TRIES, code_fits, digest_of_code
from learningcity.people.queries.contacts import Way
from learningcity.people.queries.mandates import ALLOWED, ASKING_LASTS, organisations_that_help, way_for_code
from learningcity.people.queries.mandates import waiting as waits

MANDATE_PAPER = "people.mandate"
"""The key of the printed form with which a mandate is given."""
MANDATE_END_PAPER = "people.mandate_end"
"""The key of the reply with whose code a mandate is ended on paper."""
MOST_WAITING = 5
ENDINGS = {
    Channel.WEB: Mandate.Ending.SCREEN,
    Channel.DESK: Mandate.Ending.DESK,
    Channel.PHONE: Mandate.Ending.PHONE,
    Channel.PAPER: Mandate.Ending.PAPER,
}


class MandateUnclear(Refused):
    """A mandate names what it allows, to whom, and for how long."""

    code = "mandate_unclear"


class MandateGone(Refused):
    """The mandate was answered, ended or has lapsed."""

    code = "mandate_gone"


class NoWayToSend(Refused):
    """No address of the person was confirmed, so no code can be sent."""

    code = "no_way_to_send"


class TooManyAsked(Refused):
    """The person was asked often enough and has not answered yet."""

    code = "too_many_asked"


@transaction.atomic
def give_mandate(
    person: Person,
    organisation: Organisation,
    *,
    purposes: Collection[str],
    days: int,
    by: Actor,
    at: datetime,
) -> Mandate:
    """Let an organisation act for a person, said by themselves on a screen.

    Raises PermissionDenied for anybody but the person or a child's guardian, or MandateUnclear.
    """
    if not can_give_mandate(by, person, set(purposes) & set(ALLOWED), at):
        raise PermissionDenied
    checked_terms(purposes, days)
    if not organisations_that_help(at=at).filter(pk=organisation.pk).exists():
        raise MandateUnclear(_("Nobody helps there at the moment. Choose another."), field="organisation")
    mandate = asked(person, organisation, purposes, days, Mandate.Way.SCREEN, by=by, at=at)
    return given(mandate, by=by, at=at)


@transaction.atomic
def ask_for_mandate(
    person: Person,
    organisation: Organisation,
    *,
    purposes: Collection[str],
    days: int,
    code: str = "",
    by: Actor,
    at: datetime,
) -> Mandate:
    """Ask a person for a mandate: they answer on their own page or, with a `code` (chance), tell it.

    The code goes only to an address that the person has confirmed. Raises PermissionDenied, MandateUnclear,
    TooManyAsked or NoWayToSend.
    """
    if not can_ask_for_mandate(by, person, organisation, at):
        raise PermissionDenied
    checked_terms(purposes, days)
    # Also those asked today and answered: ending and asking again must not give new tries at a code for ever.
    lately = waits(at) | Q(way=Mandate.Way.CODE, asked_at__gt=at - timedelta(days=1))
    if Mandate.objects.filter(lately, person=person, organisation=organisation).count() >= MOST_WAITING:
        raise TooManyAsked(_("The person was asked several times and has not answered. Wait for the answer."))
    if not code:
        mandate = asked(person, organisation, purposes, days, Mandate.Way.SCREEN, by=by, at=at)
        tell(mandate, "mandate_asked", by=by, at=at)
        return mandate
    way = way_for_code(person)
    if way is None:
        raise NoWayToSend(
            _("No e-mail address or phone number of this person is confirmed. Choose paper or a screen."),
            field="way",
        )
    mandate = asked(person, organisation, purposes, days, Mandate.Way.CODE, by=by, at=at)
    send_code(mandate, way, code, by=by, at=at)
    return mandate


@transaction.atomic
def give_on_paper(
    person: Person,
    organisation: Organisation,
    *,
    purposes: Collection[str],
    days: int,
    paper_number: str,
    scan: CheckedFile,
    by: Actor,
    at: datetime,
) -> Mandate:
    """Enter a mandate that a person signed on paper, with its scan; the person is told.

    Raises PermissionDenied or MandateUnclear.
    """
    if not can_ask_for_mandate(by, person, organisation, at):
        raise PermissionDenied
    checked_terms(purposes, days)
    number = checked_paper(person, paper_number, by=by, at=at)
    mandate = asked(
        person, organisation, purposes, days, Mandate.Way.PAPER, paper_number=number, by=by, at=at
    )
    given(mandate, by=by, at=at)
    tell(mandate, "mandate_given", by=by, at=at)
    # Last, so that no refusal leaves a file behind without its row.
    attached = MandateScan(
        mandate=mandate,
        content_type=scan.content_type,
        size=len(scan.content),
        digest=scan.digest,
        attached_at=at,
    )
    attached.file.save(f"{mandate.public_id}.{scan.extension}", ContentFile(scan.content), save=True)
    return mandate


@transaction.atomic
def accept_mandate(mandate: Mandate, *, by: Actor, at: datetime) -> Mandate:
    """Give a mandate that was asked for, on the person's own page. Raises PermissionDenied or MandateGone."""
    if not can_give_mandate(by, mandate.person, purposes_of(mandate), at):
        raise PermissionDenied
    return given(still_waiting(mandate, at=at), by=by, at=at)


def give_by_code(mandate: Mandate, code: str, *, by: Actor, at: datetime) -> Mandate:
    """Give a mandate with the code that the person read from their message and told the helper.

    Raises PermissionDenied, MandateGone, NoCodeSent when its time or its tries are over, or CodeWrong. A
    wrong try is counted, so this is no single transaction.
    """
    with transaction.atomic():
        if not can_enter_mandate(by, mandate, at):
            raise PermissionDenied
        locked = still_waiting(mandate, at=at)
        ends = locked.code_expires_at
        is_open = ends is not None and at < ends and locked.code_attempts < CODE_TRIES
        fits = is_open and code_fits(code, locked.code_digest, about=f"mandate:{locked.public_id}")
        if fits:
            given(locked, by=by, at=at)
        elif is_open:
            locked.code_attempts += 1
            locked.save(update_fields=["code_attempts"])
    if not is_open:
        raise NoCodeSent(_("This code holds no longer. Ask for the mandate again."), field="code")
    if not fits:
        raise CodeWrong(
            _("This is not the code that was sent. Ask the person to read it again."), field="code"
        )
    return locked


@transaction.atomic
def end_mandate(mandate: Mandate, *, by: Actor, at: datetime) -> Mandate:
    """End a mandate, or refuse one that was asked for, at once; whoever acts under it stops.

    The channel of the actor is that through which the person said so. Raises PermissionDenied or MandateGone.
    """
    if not can_end_mandate(by, mandate, at):
        raise PermissionDenied
    locked = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if locked.ended_at is not None:
        raise MandateGone(_("This mandate has ended already."))
    locked.ended_at = at
    through = ENDINGS.get(by.channel, Mandate.Ending.SCREEN)
    locked.ended_through = through if locked.given_at else Mandate.Ending.REFUSED
    locked.code_digest = ""
    locked.save(update_fields=["ended_at", "ended_through", "code_digest"])
    Acting.objects.filter(mandate=locked, ended_at=None).update(ended_at=at)
    record("people.mandate_ended", by=by, about=locked, at=at)
    if by.person != str(locked.person.public_id):
        tell(locked, "mandate_ended", by=by, at=at)
    return locked


@transaction.atomic
def lapse_mandates(*, by: Actor, at: datetime) -> int:
    """Close what was asked for and not answered in a week; return how many. Raises PermissionDenied."""
    if not by.is_operator:
        raise PermissionDenied
    unanswered = Mandate.objects.select_for_update(of=("self",)).filter(
        given_at=None, ended_at=None, asked_at__lte=at - ASKING_LASTS
    )
    lapsed = list(unanswered[:500])
    for mandate in lapsed:
        mandate.ended_at, mandate.ended_through, mandate.code_digest = at, Mandate.Ending.LAPSED, ""
        mandate.save(update_fields=["ended_at", "ended_through", "code_digest"])
        record("people.mandate_lapsed", by=by, about=mandate, at=at)
    return len(lapsed)


@transaction.atomic
def show_scan(mandate: Mandate, *, by: Actor, at: datetime) -> MandateScan | None:
    """Return the scan of a mandate on paper, and write down who looked. Raises PermissionDenied."""
    if not can_see_scan(by, mandate, at):
        raise PermissionDenied
    scan = MandateScan.objects.filter(mandate=mandate).first()
    if scan is not None:
        record("people.mandate_scan_seen", by=by, about=mandate, at=at)
    return scan


def checked_paper(person: Person, paper_number: str, *, by: Actor, at: datetime) -> str:
    """Return the number of a paper; one that we printed must be the person's, and counts once.

    Raises MandateUnclear or AlreadyEntered.
    """
    number = " ".join(paper_number.split())[:40]
    if not number:
        raise MandateUnclear(_("Give the number that is printed on the paper."), field="paper_number")
    try:
        printed = paper_form(number, at=at)
    except (CodeMistyped, CodeUnknown):
        # A paper of the organisation's own, with a number of its own.
        return number
    if printed.form != MANDATE_PAPER or printed.owner != str(person.public_id):
        raise MandateUnclear(
            _("This paper is not a mandate of this person. Compare its number."), field="paper_number"
        )
    mark_entered(printed, by=by, at=at)
    return printed.code


def checked_terms(purposes: Collection[str], days: int) -> None:
    """Refuse a mandate that allows nothing, or something nobody does for another, or has no known end."""
    if not purposes:
        raise MandateUnclear(_("Say what the helper may do: choose one or more."), field="purposes")
    if not set(purposes) <= set(ALLOWED):
        raise MandateUnclear(_("A helper cannot do this for another person."), field="purposes")
    if days not in Mandate.Days.values:
        raise MandateUnclear(_("Say for how long: choose one of the times."), field="days")


def asked(
    person: Person,
    organisation: Organisation,
    purposes: Collection[str],
    days: int,
    way: str,
    *,
    paper_number: str = "",
    by: Actor,
    at: datetime,
) -> Mandate:
    """Write a mandate that is not given yet; called when the right to do so was checked."""
    mandate = Mandate.objects.create(
        person=person,
        organisation=organisation,
        way=way,
        days=days,
        paper_number=paper_number,
        asked_by=by.person,
        asked_at=at,
    )
    MandatePurpose.objects.bulk_create(
        MandatePurpose(mandate=mandate, purpose=purpose) for purpose in sorted(set(purposes))
    )
    record("people.mandate_asked", by=by, about=mandate, at=at)
    return mandate


def still_waiting(mandate: Mandate, *, at: datetime) -> Mandate:
    """Return the mandate for writing, if it still waits for an answer. Raises MandateGone."""
    locked = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("person", "organisation")
        .filter(waits(at), pk=mandate.pk, person__state="active")
        .first()
    )
    if locked is None:
        raise MandateGone(_("This mandate was answered already, or its time is over. Ask for a new one."))
    return locked


def given(mandate: Mandate, *, by: Actor, at: datetime) -> Mandate:
    """Write that a mandate holds from now on."""
    mandate.given_at = at
    mandate.ends_at = at + timedelta(days=mandate.days)
    mandate.code_digest = ""
    mandate.save(update_fields=["given_at", "ends_at", "code_digest"])
    record("people.mandate_given", by=by, about=mandate, at=at)
    return mandate


def send_code(mandate: Mandate, way: Way, code: str, *, by: Actor, at: datetime) -> None:
    """Keep the digest of a code and send the code to the person."""
    mandate.code_digest = digest_of_code(code, about=f"mandate:{mandate.public_id}")
    mandate.code_expires_at = at + CODE_LASTS
    mandate.save(update_fields=["code_digest", "code_expires_at"])
    notify(
        mandate.person,
        "people/messages/mandate_code",
        {"code": code, **words_of(mandate)},
        key=f"people.mandate_code:{mandate.public_id}",
        to=way,
        is_secret=True,
        by=by,
        at=at,
    )


def tell(mandate: Mandate, what: str, *, by: Actor, at: datetime) -> None:
    """Tell the person what happened to a mandate in their name, by the channel they chose."""
    notify(
        mandate.person,
        f"people/messages/{what}",
        words_of(mandate),
        key=f"people.{what}:{mandate.public_id}",
        by=by,
        at=at,
    )


def words_of(mandate: Mandate) -> dict[str, object]:
    """Return what messages say of a mandate."""
    return {
        "organisation": mandate.organisation.name,
        "phone": mandate.organisation.phone,
        "purposes": [row.get_purpose_display() for row in mandate.purposes.all()],
        "days": mandate.get_days_display(),
        "minutes": CODE_LASTS.seconds // 60,
    }


def purposes_of(mandate: Mandate) -> list[str]:
    """Return what a mandate allows."""
    return [row.purpose for row in mandate.purposes.all()]
