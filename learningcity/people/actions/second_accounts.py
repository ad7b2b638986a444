"""A person says that another entry is theirs too, and proves it with a code sent to its contact.

Nothing in the answers, nor in their time, tells whether there is such an entry: the schedule looks for it.
"""

from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.messages import notify
from learningcity.people.models import Person, SecondAccount
from learningcity.people.permissions.duplicates import can_notice_duplicates, can_say_second_account
from learningcity.people.queries.codes import CODE_LASTS, CODE_TRIES, code_fits, digest_of_code
from learningcity.people.queries.contacts import Way
from learningcity.people.queries.likeness import owners_of_mail, owners_of_phone, phone_digits

MOST_A_DAY = 5


class ContactWrong(Refused):
    """This is neither an e-mail address nor a phone number."""

    code = "contact_wrong"


class AskedTooOften(Refused):
    """More codes were asked for in a day than one person needs."""

    code = "asked_too_often"


class CodeWrong(Refused):
    """The code does not fit, is over, or was tried too often."""

    code = "code_wrong"


@transaction.atomic
def say_second_account(person: Person, *, contact: str, by: Actor, at: datetime) -> SecondAccount:
    """Note that a person says they have a second account with this address or number.

    Raises PermissionDenied, ContactWrong or AskedTooOften.
    """
    if not can_say_second_account(by, person, at):
        raise PermissionDenied
    channel = channel_of(contact)
    # Two clicks at the same moment must not both find room for one more.
    locked = Person.objects.select_for_update().get(pk=person.pk)
    if locked.second_accounts.filter(asked_at__gt=at - timedelta(days=1)).count() >= MOST_A_DAY:
        raise AskedTooOften(
            _("You asked for %(number)s codes today. Try again tomorrow, or come to a desk of the city.")
            % {"number": MOST_A_DAY},
            field="contact",
        )
    said = SecondAccount.objects.create(
        public_id=uuid4(),
        person=locked,
        channel=channel,
        address=contact.strip(),
        asked_at=at,
        code_expires_at=at + CODE_LASTS,
    )
    record("people.second_account_said", by=by, about=said, at=at)
    return said


def channel_of(contact: str) -> str:
    """Return whether a contact is an e-mail address or a phone number; refuse what is neither."""
    if "@" not in contact and phone_digits(contact):
        return SecondAccount.Channel.SMS
    try:
        validate_email(contact.strip())
    except ValidationError:
        raise ContactWrong(
            _("Give an e-mail address like name@example.org, or a phone number."), field="contact"
        ) from None
    return SecondAccount.Channel.MAIL


@transaction.atomic
def answer_second_account(said: SecondAccount, *, code: str, by: Actor, at: datetime) -> None:
    """Look for the other entry and send the code to its confirmed contact, if there is exactly one.

    `code` is chance, passed in. Raises PermissionDenied for anybody but the schedule and the operator.
    """
    if not can_notice_duplicates(by):
        raise PermissionDenied
    waiting = (
        SecondAccount.objects.select_for_update(of=("self",)).filter(pk=said.pk, answered_at=None).first()
    )
    if waiting is None:
        return
    other = other_entry(waiting)
    waiting.other, waiting.address, waiting.answered_at = other, "", at
    # Found or not, the row looks the same to whoever downloads their data.
    waiting.code_digest = digest_of_code(code, about=waiting.public_id.hex)
    waiting.code_expires_at = at + CODE_LASTS
    if other is not None:
        send_code(waiting, other, code=code, by=by, at=at)
    waiting.save()
    record("people.second_account_looked_for", by=by, about=waiting, at=at)


def other_entry(said: SecondAccount) -> Person | None:
    """Return the one other living entry that confirmed the contact; none where there are several."""
    owners = owners_of_mail if said.channel == SecondAccount.Channel.MAIL else owners_of_phone
    found = list(owners(said.address).exclude(pk=said.person_id).select_related("contact")[:2])
    return found[0] if len(found) == 1 else None


def send_code(said: SecondAccount, other: Person, *, code: str, by: Actor, at: datetime) -> None:
    """Send the code to the contact of the other entry."""
    contact, by_mail = other.contact, said.channel == SecondAccount.Channel.MAIL
    notify(
        other,
        "people/messages/second_account_code",
        {"code": code, "minutes": int(CODE_LASTS.total_seconds() // 60)},
        key=f"people.second_account:{said.public_id}",
        to=Way(said.channel, contact.email if by_mail else contact.phone, contact.language, True),
        is_secret=True,
        by=by,
        at=at,
    )


def prove_second_account(said: SecondAccount, *, code: str, by: Actor, at: datetime) -> SecondAccount:
    """Prove with the code that the other entry is the person's; a wrong code counts as one of five tries.

    Raises PermissionDenied or CodeWrong.
    """
    if not can_say_second_account(by, said.person, at):
        raise PermissionDenied
    # The refusal must not take back the count of tries, so it comes after the transaction.
    proved = try_code(said, code=code, by=by, at=at)
    if proved is None:
        raise CodeWrong(
            _(
                "This code does not fit, or its time is over. Check it; after %(tries)s tries or "
                "%(minutes)s minutes, ask for a new one."
            )
            % {"tries": CODE_TRIES, "minutes": int(CODE_LASTS.total_seconds() // 60)},
            field="code",
        )
    return proved


@transaction.atomic
def try_code(said: SecondAccount, *, code: str, by: Actor, at: datetime) -> SecondAccount | None:
    """Count the try; return what was proved, None if the code does not fit."""
    held = SecondAccount.objects.select_for_update(of=("self",)).select_related("other").get(pk=said.pk)
    is_open = (
        held.other is not None
        and held.attempts < CODE_TRIES
        and at < held.code_expires_at
        and held.proved_at is None
    )
    SecondAccount.objects.filter(pk=held.pk).update(attempts=F("attempts") + 1)
    fits = code_fits(code, held.code_digest, about=held.public_id.hex)
    if not (is_open and fits):
        record("people.second_account_code_refused", by=by, about=held, at=at)
        return None
    held.proved_at = at
    held.save(update_fields=["proved_at"])
    record("people.second_account_proved", by=by, about=held, at=at)
    return held
