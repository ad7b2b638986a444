"""What can be done with accounts when somebody signs up, signs in, or an authority says who they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.messages import post
from learningcity.people.actions.logins import open_login
from learningcity.people.actions.names import checked_name
from learningcity.people.models import Attempt, Contact, Login, Person, Source
from learningcity.people.permissions.acting import is_own
from learningcity.people.permissions.logins import can_confirm_particulars, can_open_account
from learningcity.people.queries.codes import CODE_LASTS


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What an authority confirmed of a person; empty for what it did not."""

    name: str = ""
    born_on: date | None = None


@transaction.atomic
def open_account(
    *, name: str, email: str, language: str, is_confirmed: bool = False, by: Actor, at: datetime
) -> Login:
    """Make a person with a log-in that has no password yet: they sign in by mail.

    `is_confirmed` says that somebody trusted has shown the address to be theirs. Raises PermissionDenied,
    NameMissing, AddressTaken, or Refused for what is no address.
    """
    if not can_open_account(by):
        raise PermissionDenied
    login = open_login(email=email, name=name, password=None, is_confirmed=is_confirmed, at=at)
    Contact.objects.create(
        person=login.person,
        email=login.email,
        email_confirmed_at=at if is_confirmed else None,
        channel=Contact.Channel.MAIL,
        language=language,
        changed_at=at,
    )
    record("people.account_opened", by=by, about=login.person, at=at)
    return login


def note_sign_in(login: Login, *, at: datetime) -> None:
    """Keep the day on which somebody was here last; warnings about a long rest are over."""
    day = at.date()
    stale = ~Q(last_active_on__gte=day) | Q(last_active_on=None) | Q(idle_warnings__gt=0)
    Person.objects.filter(stale, pk=login.person_id).update(
        last_active_on=day, idle_warnings=0, idle_warned_on=None
    )


@transaction.atomic
def confirm_address(login: Login, email: str, *, former: Sequence[str], by: Actor, at: datetime) -> None:
    """Keep that somebody showed an address to be theirs; messages go to it if they went to a former one.

    Raises PermissionDenied for anybody but the person themselves, proven by the link or the code.
    """
    if not is_own(by, login.person):
        raise PermissionDenied
    Contact.objects.filter(person=login.person_id, email__in=former).update(
        email=email, email_confirmed_at=at, changed_at=at
    )
    record("people.address_confirmed", by=by, about=login.person, at=at)


@transaction.atomic
def confirm_particulars(person: Person, confirmed: Confirmed, *, by: Actor, at: datetime) -> None:
    """Write down what an authority confirmed; nobody can type over it.

    Raises PermissionDenied for anybody but the person themselves, whose proven sign-in brings it, and the
    operator.
    """
    if not can_confirm_particulars(by, person):
        raise PermissionDenied
    kept = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    changed: dict[str, object] = {}
    if confirmed.name:
        changed |= {"name": checked_name(confirmed.name)[:200], "name_source": Source.AUTHORITY}
    if confirmed.born_on and confirmed.born_on <= at.date():
        changed |= {"born_on": confirmed.born_on, "born_source": Source.AUTHORITY}
    if all(getattr(kept, key) == value for key, value in changed.items()):
        return
    for key, value in changed.items():
        setattr(kept, key, value)
        setattr(person, key, value)
    kept.save(update_fields=list(changed))
    record("people.particulars_confirmed", by=by, about=person, at=at)


@transaction.atomic
def send_own_code(login: Login, code: str, *, number: str, language: str, by: Actor, at: datetime) -> None:
    """Send somebody who is signed in a code to prove again that it is them; chance is passed in.

    Raises PermissionDenied for anybody else.
    """
    if by.person != str(login.person.public_id):
        raise PermissionDenied
    post(
        "people/messages/sign_in_ask",
        {"code": f"{code[:4]}-{code[4:]}", "minutes": CODE_LASTS.seconds // 60},
        key=f"people.asking:{number}",
        channel="mail",
        address=login.email,
        language=language,
        recipient=by.person,
        is_secret=True,
        at=at,
    )


@transaction.atomic
def note_change(login: Login, what: str, *, by: Actor, at: datetime) -> None:
    """Write into the audit trail that somebody changed how they sign in ("people.password_changed").

    Raises PermissionDenied for anybody but the person themselves.
    """
    if not is_own(by, login.person):
        raise PermissionDenied
    record(what, by=by, about=login.person, at=at)


@transaction.atomic
def clear_attempts(*, by: Actor, at: datetime) -> None:
    """Delete counters of attempts that no longer count. Raises PermissionDenied unless the schedule asks."""
    if not by.is_operator:
        raise PermissionDenied
    Attempt.objects.filter(expires__lt=at).delete()
