"""Questions of the desk: who is meant, who was looked up, what was done for a person today."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower

from learningcity.core.models import AuditLine, PaperForm
from learningcity.core.paper import tidy_code
from learningcity.people.models import Lookup, Mandate, Person
from learningcity.people.queries.history import subjects_of
from learningcity.people.queries.mandates import holding

LOOKUP_OPENS = timedelta(hours=2)
"""How long a look-up with its reason opens the page of a person."""
MOST_HITS = 10
MOST_LOOKUPS = 60
"""How many entries one helper is shown in an hour; a search that finds nobody counts as one."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a helper looks for: by name (and date of birth), by contact or by the code of a paper."""

    name: str = ""
    born_on: date | None = None
    contact: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """What a helper sees of somebody found: just enough to ask "is this you?"."""

    person: Person
    masked_contact: str

    @property
    def birth_year(self) -> int | None:
        """The year of birth, if known."""
        return self.person.born_on.year if self.person.born_on else None


def persons_meant(wanted: Wanted, *, only_of: str, at: datetime) -> list[Person]:
    """Return at most ten persons who are meant.

    `only_of` is the id of an organisation: then only persons with a mandate to it are found, or whoever
    brought the code of their own paper. "" finds everybody.
    """
    everybody = Person.objects.filter(state=Person.State.ACTIVE).select_related("contact", "login")
    if wanted.code:
        return list(everybody.filter(public_id__in=owners_of_paper(wanted.code, at=at)))
    if only_of:
        given = Mandate.objects.filter(holding(at), organisation__public_id=only_of)
        everybody = everybody.filter(pk__in=given.values("person"))
    if wanted.contact:
        return list(by_contact(everybody, wanted.contact)[:MOST_HITS])
    if wanted.born_on is None:
        return list(by_whole_name(everybody, wanted.name)[:MOST_HITS])
    return by_birth_and_name(everybody, wanted.born_on, wanted.name)[:MOST_HITS]


def owners_of_paper(code: str, *, at: datetime) -> list[str]:
    """Return to whom a form on paper belongs, while its code holds. Raises CodeMistyped."""
    papers = PaperForm.objects.filter(code=tidy_code(code), expires_at__gt=at).exclude(owner="")
    return list(papers.values_list("owner", flat=True))


def by_contact(persons: "QuerySet[Person]", contact: str) -> "QuerySet[Person]":
    """Return the persons whom exactly this e-mail address or phone number reaches."""
    if "@" in contact:
        address = contact.strip().lower()
        mails = persons.annotate(mail=Lower("contact__email"))
        return mails.filter(Q(mail=address) | Q(login__email=address)).order_by("pk")
    phone = tidy_phone(contact)
    return persons.filter(contact__phone=phone).order_by("pk") if phone else persons.none()


def by_whole_name(persons: "QuerySet[Person]", name: str) -> "QuerySet[Person]":
    """Return the persons of exactly this name, whatever its case."""
    tidy = " ".join(name.split())
    named = persons.annotate(small=Lower(F("name"))).filter(small=Lower(Value(tidy)))
    return named.order_by("born_on", "pk") if tidy else persons.none()


def by_birth_and_name(persons: "QuerySet[Person]", born_on: date, name: str) -> list[Person]:
    """Return the persons born on a day with a name that begins like the words typed, accents left aside."""
    typed = folded(name).split()
    born = persons.filter(born_on=born_on).order_by("pk")
    return [person for person in born if typed and name_begins(folded(person.name).split(), typed)]


def name_begins(words: list[str], typed: list[str]) -> bool:
    """Return whether each typed word begins a word of the name."""
    return all(any(word.startswith(part) for word in words) for part in typed)


def folded(name: str) -> str:
    """Return a name in small letters without accents.

    >>> folded("Áine  O’Brien")
    'aine  o’brien'
    """
    parts = unicodedata.normalize("NFKD", name.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def tidy_phone(number: str) -> str:
    """Return a phone number without the spaces and signs between its figures; "" for what is none.

    >>> tidy_phone("+44 (1633) 496-0123"), tidy_phone("٠١٦٣٣"), tidy_phone("call 01633")
    ('+4416334960123', '01633', '')
    """
    if any(sign.isalpha() for sign in number):
        return ""
    figures = "".join(str(unicodedata.decimal(sign)) for sign in number if sign.isdecimal())
    return ("+" if number.strip().startswith("+") else "") + figures if figures else ""


def hit(person: Person) -> Hit:
    """Return what a helper sees of somebody found."""
    contact = getattr(person, "contact", None)
    return Hit(person, masked(contact.email, contact.phone) if contact else "")


def masked(email: str, phone: str) -> str:
    """Return just enough of an address to ask for the rest of it.

    >>> masked("rosa@example.org", ""), masked("", "01633 496012"), masked("", "")
    ('r…@example.org', '…012', '')
    """
    if "@" in email:
        return f"{email[0]}…@{email.rsplit('@', 1)[1]}"
    return f"…{phone[-3:]}" if phone else ""


def lookups_in_the_last_hour(looked_by: str, *, at: datetime) -> int:
    """Return how many entries a helper was shown, or guessed at, in the last hour."""
    return Lookup.objects.filter(looked_by=looked_by, at__gt=at - timedelta(hours=1)).count()


def open_lookup(person: Person, *, looked_by: str, organisation: str, at: datetime) -> Lookup | None:
    """Return the look-up with which a helper has a person's page open."""
    found = Lookup.objects.filter(
        person=person,
        looked_by=looked_by,
        organisation__public_id=organisation,
        at__gt=at - LOOKUP_OPENS,
        at__lte=at,
    )
    return found.order_by("-at", "-pk").first()


def has_mandate_to(person: Person, organisation: str, *, at: datetime) -> bool:
    """Return whether a person has given a mandate to an organisation that holds."""
    return Mandate.objects.filter(holding(at), person=person, organisation__public_id=organisation).exists()


def has_similar(name: str, born_on: date | None) -> bool:
    """Return whether an entry with this name, and this or no date of birth, may be there already."""
    active = Person.objects.filter(state=Person.State.ACTIVE)
    same_name = by_whole_name(active, name)
    if born_on is None:
        return same_name.exists()
    return same_name.filter(Q(born_on=None) | Q(born_on=born_on)).exists() or any(
        folded(person.name).split() == folded(name).split() for person in active.filter(born_on=born_on)
    )


def done_for(person: Person, *, helper: str, since: datetime) -> list[AuditLine]:
    """Return what a helper did for a person, or with their entry, since a moment, the oldest first."""
    lines = AuditLine.objects.filter(
        Q(on_behalf_of=str(person.public_id)) | Q(about__in=subjects_of(person)),
        person=helper,
        at__gte=since,
    )
    return list(lines.order_by("-pk")[:100])[::-1]
