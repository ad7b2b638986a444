"""Who looked at a person's data and who acted for them, from the audit trail, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from learningcity.core.actors import Channel, Right
from learningcity.core.audit.words import words_for
from learningcity.core.models import AuditLine
from learningcity.core.personal import Coded
from learningcity.people.models import (
    Correction,
    Guardianship,
    Lookup,
    Mandate,
    Membership,
    Organisation,
    Person,
)
from learningcity.people.queries.history_words import CHANNELS

LINES_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a person's history: what was done, by whom, for which reason, through which channel."""

    line_id: int
    at: datetime
    action: str
    what: object
    who: str
    is_other: bool
    organisation: str
    right: str
    channel: Coded
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """A part of a person's history, newest first; `next_before` continues it."""

    acts: Sequence[Act]
    next_before: int | None


def history(person: Person, *, before: int | None = None, size: int = LINES_A_PAGE) -> History:
    """Return the acts about a person, by them and for them, newest first; always as many questions."""
    lines = lines_about(person, before=before, size=size + 1)
    shown = lines[:size]
    return History(acts_of(person, shown), shown[-1].pk if len(lines) > size else None)


def whole_history(person: Person) -> list[Act]:
    """Return every act about a person, by them and for them, newest first."""
    return acts_of(person, lines_about(person, before=None, size=None))


def lines_about(person: Person, *, before: int | None, size: int | None) -> list[AuditLine]:
    """Return the newest lines about a person.

    Each way in which a line names the person has its index; asked at once, the database would read them all.
    """
    own = str(person.public_id)
    ways = (Q(on_behalf_of=own), Q(person=own), Q(about__in=subjects_of(person)))
    older = Q(pk__lt=before) if before is not None else Q()
    found = {
        line.pk: line for way in ways for line in AuditLine.objects.filter(way, older).order_by("-pk")[:size]
    }
    return [found[key] for key in sorted(found, reverse=True)[:size]]


def subjects_of(person: Person) -> list[str]:
    """Return how the trail names the person and the records that are about them."""
    children: list[tuple[str, QuerySet[Any, Any]]] = [
        ("people.membership", Membership.objects.filter(person=person).values_list("public_id", flat=True)),
        ("people.mandate", Mandate.objects.filter(person=person).values_list("public_id", flat=True)),
        (
            "people.guardianship",
            Guardianship.objects.filter(Q(child=person) | Q(guardian=person)).values_list(
                "public_id", flat=True
            ),
        ),
        ("people.correction", Correction.objects.filter(person=person).values_list("public_id", flat=True)),
    ]
    named = [f"{label}:{key}" for label, keys in children for key in keys]
    return [f"people.person:{person.public_id}", *named]


def acts_of(person: Person, lines: Sequence[AuditLine]) -> list[Act]:
    """Return lines in words."""
    names = organisation_names({line.organisation for line in lines})
    reasons = reasons_of(person, lines)
    return [act_of(person, line, names, reasons) for line in lines]


def act_of(
    person: Person, line: AuditLine, names: dict[str, str], reasons: dict[tuple[datetime, str], str]
) -> Act:
    """Return one line in words. Who acted is named by role and organisation, never by name."""
    organisation = names.get(line.organisation, "")
    return Act(
        line_id=line.pk,
        at=line.at,
        action=line.action,
        what=words_for(line.action),
        who=who_acted(person, line, organisation),
        is_other=line.person != str(person.public_id),
        organisation=organisation,
        right=line.right,
        channel=Coded(line.channel, CHANNELS.get(line.channel, line.channel)),
        reason=reasons.get((line.at, line.person), ""),
    )


def who_acted(person: Person, line: AuditLine, organisation: str) -> str:
    """Return who acted, as the person sees it."""
    own = str(person.public_id)
    if line.person == own:
        return yourself(line, own, organisation)
    named = {"organisation": organisation or _("an organisation that is no longer here")}
    if line.right == Right.GUARDIAN:
        return _("Your guardian")
    if line.right == Right.MANDATE:
        return _("A helper of %(organisation)s, under your mandate") % named
    if line.right == Right.STAFF:
        return _("A member of staff of %(organisation)s") % named
    if line.right == Right.PROVIDER:
        return _("A member of %(organisation)s") % named
    return in_general(line)


def yourself(line: AuditLine, own: str, organisation: str) -> str:
    """Return in which part the person acted."""
    if line.on_behalf_of not in ("", own):
        return _("You, for another person")
    if line.right in (Right.STAFF, Right.PROVIDER):
        return _("You, for %(organisation)s") % {"organisation": organisation or _("an organisation")}
    return _("You")


def in_general(line: AuditLine) -> str:
    """Return who acted where nobody is named."""
    if line.right == Right.OPERATOR:
        return _("The city, as planned") if line.channel == Channel.TASK else _("The operator of the city")
    return _("Somebody not signed in") if line.right == Right.VISITOR else _("Another person")


def organisation_names(public_ids: Iterable[str]) -> dict[str, str]:
    """Return the names of organisations by their opaque ids."""
    wanted = sorted(public_id for public_id in public_ids if is_id(public_id))
    rows = Organisation.objects.filter(public_id__in=wanted).values_list("public_id", "name")
    return {str(public_id): name for public_id, name in rows}


def is_id(word: str) -> bool:
    """Return whether a word of the trail is an opaque id."""
    try:
        UUID(word)
    except ValueError:
        return False
    return True


def reasons_of(person: Person, lines: Sequence[AuditLine]) -> dict[tuple[datetime, str], str]:
    """Return the reasons of look-ups by moment and by who looked; they are kept apart from the trail."""
    if not lines:
        return {}
    found = Lookup.objects.filter(person=person, at__lte=lines[0].at, at__gte=min(line.at for line in lines))
    return {(lookup.at, lookup.looked_by): reason_of(lookup) for lookup in found}


def reason_of(lookup: Lookup) -> str:
    """Return the reason of a look-up in words."""
    reason = str(lookup.get_reason_display())
    return f"{reason}: {lookup.words}" if lookup.words else reason
