"""Which entries may be one person: names compared with care, never every entry with every other.

Only entries with the same birth date, or with the same confirmed contact, are compared. Staff of the desk ask
these questions; nobody else learns that another entry exists.
"""

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet
from django.db.models.functions import Lower

from learningcity.people.models import Contact, Likeness, Person

# A slip of the pen in a word of three letters is more often another name: Tim and Tom are twins.
SHORTEST_WITH_A_SLIP = 4
ROWS_AT_ONCE = 2000

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries (ids of rows, the lower first) and why they may be one person."""

    first: int
    second: int
    why: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Another entry that may be the same person, and why."""

    person: Person
    why: Likeness.Why


def name_words(name: str) -> Words:
    """Return the words of a name without case, accents and signs, in the order of the alphabet.

    >>> name_words("O'Brien-Núñez, Máire") == name_words("maire obrien nunez")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return tuple(sorted("".join(map(_letter, plain)).split()))


def _letter(sign: str) -> str:
    if sign.isalnum() or (unicodedata.category(sign)[0] == "M" and not unicodedata.combining(sign)):
        return sign
    return "" if unicodedata.combining(sign) or sign in "'’ʼ`" else " "


def is_similar(one: Words, other: Words) -> bool:
    """Return whether two names are the same but for order and one slip of the pen in one word.

    >>> is_similar(name_words("Rosa Rivers"), name_words("Rivers, Roza"))
    True
    >>> is_similar(name_words("Tim Rivers"), name_words("Tom Rivers"))
    False
    """
    if not one or len(one) != len(other):
        return False
    left, right = list(one), list(other)
    for word in one:
        if word in right:
            left.remove(word)
            right.remove(word)
    return not left or (len(left) == 1 and has_one_slip(left[0], right[0]))


def has_one_slip(one: str, other: str) -> bool:
    """Return whether two words differ by one letter: another, missing, added, or two that changed places."""
    if min(len(one), len(other)) < SHORTEST_WITH_A_SLIP or abs(len(one) - len(other)) > 1:
        return False
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def near_names(words: Words) -> Iterator[Words]:
    """Yield keys of which two similar names share one: the words, and each with a letter left out."""
    yield words
    for place, word in enumerate(words):
        rest = words[:place] + words[place + 1 :]
        if len(word) >= SHORTEST_WITH_A_SLIP:
            for letter in range(len(word)):
                yield tuple(sorted((*rest, word[:letter] + word[letter + 1 :])))


def phone_digits(phone: str) -> str:
    """Return what tells two spellings of a phone number alike: its last nine digits, or nothing.

    >>> phone_digits("+44 1633 656 656") == phone_digits("(01633) 656656")
    True
    """
    digits = "".join(sign for sign in phone if sign.isdecimal())
    return digits[-9:] if len(digits) >= 7 else ""


def likely_same(person: Person) -> list[Alike]:
    """Return other living entries that may be the same person, for staff of the desk."""
    found: dict[int, Alike] = {}
    words = name_words(person.name)
    if person.born_on is not None:
        for other in others_than(person).filter(born_on=person.born_on).iterator(ROWS_AT_ONCE):
            if is_similar(words, name_words(other.name)):
                found[other.pk] = Alike(other, Likeness.Why.NAME)
    contact = Contact.objects.filter(person=person).first()
    for other, why in same_contact(person, contact) if contact else ():
        found.setdefault(other.pk, Alike(other, why))
    return [found[pk] for pk in sorted(found)]


def same_contact(person: Person, contact: Contact) -> Iterator[tuple[Person, Likeness.Why]]:
    """Yield others with the same confirmed address or number."""
    if contact.email and contact.email_confirmed_at:
        for other in owners_of_mail(contact.email).exclude(pk=person.pk):
            yield other, Likeness.Why.MAIL
    if contact.phone and contact.phone_confirmed_at:
        for other in owners_of_phone(contact.phone).exclude(pk=person.pk):
            yield other, Likeness.Why.PHONE


def others_than(person: Person) -> "QuerySet[Person]":
    """Return the other living entries."""
    return Person.objects.filter(state=Person.State.ACTIVE).exclude(pk=person.pk)


def owners_of_mail(address: str) -> "QuerySet[Person]":
    """Return the living entries that confirmed this address as theirs."""
    confirmed = Contact.objects.annotate(plain=Lower("email")).filter(
        plain=address.strip().lower(), email_confirmed_at__isnull=False
    )
    return Person.objects.filter(state=Person.State.ACTIVE, contact__in=confirmed).order_by("pk")


def owners_of_phone(phone: str) -> "QuerySet[Person]":
    """Return the living entries that confirmed this number as theirs, however each of them is written."""
    wanted = phone_digits(phone)
    # Numbers are kept as they were typed: the end is compared in the index, the rest here.
    confirmed = Contact.objects.filter(phone__endswith=wanted[-2:], phone_confirmed_at__isnull=False)
    same = [pk for pk, kept in confirmed.values_list("person_id", "phone") if phone_digits(kept) == wanted]
    return Person.objects.filter(state=Person.State.ACTIVE, pk__in=same if wanted else []).order_by("pk")


def likely_pairs() -> Iterator[Pair]:
    """Yield pairs of living entries that may be one person; of many alike, each with the first of them.

    One pass over the birth dates and one over each kind of contact.
    """
    yield from pairs_of_names()
    yield from pairs_of_contacts("email", Likeness.Why.MAIL, str.lower)
    yield from pairs_of_contacts("phone", Likeness.Why.PHONE, phone_digits)


def pairs_of_contacts(kind: str, why: Likeness.Why, key_of: Callable[[str], str]) -> Iterator[Pair]:
    """Yield pairs with the same confirmed address or number."""
    is_confirmed = {f"{kind}_confirmed_at__isnull": False, "person__state": Person.State.ACTIVE}
    rows = Contact.objects.filter(**is_confirmed).order_by("person").values_list("person", kind)
    first_with: dict[str, int] = {}
    for person, contact in rows.iterator(ROWS_AT_ONCE):
        key = key_of(contact)
        if key and first_with.setdefault(key, person) != person:
            yield Pair(first_with[key], person, why)


def pairs_of_names() -> Iterator[Pair]:
    """Yield pairs with the same birth date and similar names."""
    born = Person.objects.filter(state=Person.State.ACTIVE, born_on__isnull=False).order_by("born_on", "id")
    rows = born.values_list("born_on", "id", "name").iterator(ROWS_AT_ONCE)
    for _day, same_day in groupby(rows, key=lambda row: row[0]):
        known: dict[Words, tuple[int, Words]] = {}
        for _born_on, person, name in same_day:
            words = name_words(name)
            alike = {known[key] for key in near_names(words) if key in known}
            for first in sorted(pk for pk, other in alike if is_similar(words, other)):
                yield Pair(first, person, Likeness.Why.NAME)
            for key in near_names(words):
                known.setdefault(key, (person, words))
