"""What can be done with a person's name and the ways to reach them."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor, Right
from learningcity.core.audit import record
from learningcity.core.refusals import Refused
from learningcity.people.actions.acting import hold_right
from learningcity.people.actions.logins import checked_address
from learningcity.people.actions.messages import notify
from learningcity.people.actions.names import checked_name
from learningcity.people.models import Contact, Person, Purpose, Source
from learningcity.people.permissions.acting import can_act_for
from learningcity.people.queries.codes import CODE_LASTS, CODE_TRIES, code_fits, digest_of_code
from learningcity.people.queries.contacts import Way
from learningcity.people.queries.lookups import tidy_phone

SHORTEST_PHONE, LONGEST_PHONE = 5, 16
PAUSE = timedelta(minutes=1)
SOURCES = {Right.SELF: Source.SELF, Right.GUARDIAN: Source.HELPER, Right.MANDATE: Source.HELPER}


class NameConfirmed(Refused):
    """An authority confirmed the name."""

    code = "name_confirmed"


class ContactWrong(Refused):
    """A way to reach the person is not complete."""

    code = "contact_wrong"


class NoCodeSent(Refused):
    """There is no code to enter, or it is used up."""

    code = "no_code_sent"


class CodeWrong(Refused):
    """Another code was sent."""

    code = "code_wrong"


class CodeSentJustNow(Refused):
    """A code was sent a moment ago."""

    code = "code_sent_just_now"


@dataclass(frozen=True, slots=True)
class Particulars:
    """How a person wants to be reached, as it was typed."""

    email: str = ""
    phone: str = ""
    address: str = ""
    channel: str = Contact.Channel.NONE
    language: str = "en"
    good_to_know: str = ""

    def fields(self) -> dict[str, str]:
        """Return the values by the names of the table."""
        return asdict(self)


def tidy_particulars(particulars: Particulars) -> Particulars:
    """Return the ways to reach somebody as they are kept."""
    return replace(
        particulars,
        email=particulars.email.strip().lower(),
        phone=tidy_phone(particulars.phone) or particulars.phone.strip(),
        address=particulars.address.strip(),
        good_to_know=particulars.good_to_know.strip(),
    )


def checked_particulars(particulars: Particulars) -> None:
    """Refuse what reaches nobody: a wrong address, or a channel without its address. Raises ContactWrong."""
    if particulars.email:
        checked_address(particulars.email)
    figures = particulars.phone.lstrip("+")
    if figures and not (figures.isdecimal() and SHORTEST_PHONE <= len(figures) <= LONGEST_PHONE):
        raise ContactWrong(
            _("This is not a phone number. Give figures only, with + and the country code if abroad."),
            field="phone",
        )
    needs = {
        Contact.Channel.MAIL: ("email", particulars.email, _("Give the e-mail address for the messages.")),
        Contact.Channel.SMS: ("phone", particulars.phone, _("Give the phone number for the messages.")),
        Contact.Channel.LETTER: ("address", particulars.address, _("Give the address for the letters.")),
    }
    field, value, sentence = needs.get(Contact.Channel(particulars.channel), ("", "none needed", ""))
    if not value:
        raise ContactWrong(sentence, field=field)


@transaction.atomic
def change_contact(
    person: Person, *, name: str, particulars: Particulars, code: str = "", by: Actor, at: datetime
) -> Contact:
    """Change a person's name and the ways to reach them.

    A new e-mail address or phone number counts as confirmed only when the person has told the `code` that is
    sent to it; one that was sent within the last minute must do, and they ask for the next themselves. The
    address that was confirmed before is told that it was replaced.
    Raises PermissionDenied, NameMissing, NameConfirmed or ContactWrong.
    """
    hold_right(by)
    if not can_act_for(by, person, Purpose.CONTACT, at):
        raise PermissionDenied
    kept = tidy_particulars(particulars)
    checked_particulars(kept)
    change_name(person, checked_name(name), by=by, at=at)
    contact = contact_locked(person, at=at)
    before = replace(Particulars(), **{key: getattr(contact, key) for key in kept.fields()})
    if before == kept:
        return contact
    tell_former_addresses(contact, kept, by=by, at=at)
    for key, value in kept.fields().items():
        setattr(contact, key, value)
    if before.email != kept.email:
        contact.email_confirmed_at = None
    if before.phone != kept.phone:
        contact.phone_confirmed_at = None
    contact.changed_at = at
    contact.save()
    record("people.contact_changed", by=by, about=person, at=at)
    new = [which for which in ("email", "phone") if getattr(kept, which) not in ("", getattr(before, which))]
    if code and new and not was_sent_just_now(contact, at):
        send_code(
            contact, "phone" if kept.channel == "sms" and "phone" in new else new[0], code, by=by, at=at
        )
    return contact


def change_name(person: Person, name: str, *, by: Actor, at: datetime) -> None:
    """Write a new name, with who said so. Raises NameConfirmed."""
    kept = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if kept.name == name:
        return
    if kept.name_source == Source.AUTHORITY:
        raise NameConfirmed(
            _("An authority confirmed this name, so it cannot be typed over. Ask at a desk to correct it."),
            field="name",
        )
    kept.name, kept.name_source = name, SOURCES.get(by.right, Source.DESK)
    kept.save(update_fields=["name", "name_source"])
    person.name, person.name_source = kept.name, kept.name_source
    record("people.name_changed", by=by, about=person, at=at)


def contact_locked(person: Person, *, at: datetime) -> Contact:
    """Return the contact of a person for writing; one without any gets an empty one."""
    contact, _new = Contact.objects.select_for_update(of=("self",)).get_or_create(
        person=person, defaults={"changed_at": at}
    )
    return contact


def tell_former_addresses(contact: Contact, new: Particulars, *, by: Actor, at: datetime) -> None:
    """Tell a confirmed address that it was replaced: that may not be the owner's wish."""
    former = [
        (Contact.Channel.MAIL, contact.email, new.email, contact.email_confirmed_at),
        (Contact.Channel.SMS, contact.phone, new.phone, contact.phone_confirmed_at),
    ]
    for channel, old, now_given, confirmed_at in former:
        if confirmed_at and old != now_given:
            notify(
                contact.person,
                "people/messages/contact_changed",
                {},
                key=f"people.contact_changed:{contact.person.public_id}:{channel}:{at:%Y%m%d%H%M%S%f}",
                to=Way(channel, old, contact.language, is_confirmed=True),
                by=by,
                at=at,
            )


@transaction.atomic
def send_contact_code(person: Person, which: str, *, code: str, by: Actor, at: datetime) -> None:
    """Send a code (chance, passed in) to the e-mail address or phone number that is to be confirmed.

    Raises PermissionDenied, ContactWrong without such an address, or CodeSentJustNow.
    """
    hold_right(by)
    if not can_act_for(by, person, Purpose.CONTACT, at):
        raise PermissionDenied
    contact = contact_locked(person, at=at)
    if which not in ("email", "phone") or not getattr(contact, which):
        raise ContactWrong(
            _("There is no such address yet. Give it first, then ask for a code."), field=which
        )
    if was_sent_just_now(contact, at):
        raise CodeSentJustNow(_("A code was sent a moment ago. Look for it, or ask again in a minute."))
    send_code(contact, which, code, by=by, at=at)
    record("people.contact_code_sent", by=by, about=person, at=at)


def was_sent_just_now(contact: Contact, at: datetime) -> bool:
    """Return whether a code was sent within the last minute: more would flood whoever gets them."""
    return bool(contact.code_expires_at and contact.code_expires_at - CODE_LASTS + PAUSE > at)


def send_code(contact: Contact, which: str, code: str, *, by: Actor, at: datetime) -> None:
    """Keep the digest of a code and send the code; called with the contact locked."""
    contact.confirming = which
    contact.code_digest = digest_of_code(code, about=code_subject(contact))
    contact.code_expires_at = at + CODE_LASTS
    contact.code_attempts = 0
    contact.save(update_fields=["confirming", "code_digest", "code_expires_at", "code_attempts"])
    channel = Contact.Channel.MAIL if which == "email" else Contact.Channel.SMS
    notify(
        contact.person,
        "people/messages/contact_code",
        {"code": code, "minutes": CODE_LASTS.seconds // 60},
        key=f"people.contact_code:{contact.person.public_id}:{at:%Y%m%d%H%M%S%f}",
        to=Way(channel, getattr(contact, which), contact.language),
        is_secret=True,
        by=by,
        at=at,
    )


def code_subject(contact: Contact) -> str:
    """Return what the code of a contact is about: the person and the very address."""
    return f"contact:{contact.person.public_id}:{getattr(contact, contact.confirming, '')}"


def confirm_contact(person: Person, code: str, *, by: Actor, at: datetime) -> Contact:
    """Confirm an address with the code that was sent to it.

    Raises PermissionDenied, NoCodeSent when none waits or it was tried too often, or CodeWrong. A wrong try
    is counted, so this is no single transaction.
    """
    with transaction.atomic():
        hold_right(by)
        if not can_act_for(by, person, Purpose.CONTACT, at):
            raise PermissionDenied
        contact = contact_locked(person, at=at)
        waits = (
            contact.code_expires_at and at < contact.code_expires_at and contact.code_attempts < CODE_TRIES
        )
        fits = bool(waits) and code_fits(code, contact.code_digest, about=code_subject(contact))
        if fits:
            setattr(contact, f"{contact.confirming}_confirmed_at", at)
            contact.confirming, contact.code_digest, contact.code_expires_at = "", "", None
            record("people.contact_confirmed", by=by, about=person, at=at)
        elif waits:
            contact.code_attempts += 1
        contact.save()
    if not waits:
        raise NoCodeSent(_("No code waits any more. Ask for a new one."), field="code")
    if not fits:
        raise CodeWrong(_("This is not the code that was sent. Read it again."), field="code")
    return contact
