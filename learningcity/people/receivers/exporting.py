"""What people, core and the libraries answer when a person asks for their data."""

from datetime import datetime

from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from learningcity.core.personal import Coded, ExportPart
from learningcity.people.models import Person
from learningcity.people.queries.field_words import FIELD_WORDS, RIGHTS
from learningcity.people.queries.history import Act, whole_history
from learningcity.people.queries.holding import concerned, part_of
from learningcity.people.queries.holdings import HOLDINGS
from learningcity.people.queries.holdings_outside import holdings_outside
from learningcity.people.signals import person_exported


@receiver(person_exported, dispatch_uid="people.exporting")
def tell_own(sender: object, *, person: Person, at: datetime, **more: object) -> list[ExportPart]:
    """Return what people, core and the libraries hold about a person."""
    who = concerned(person)
    parts = [part_of(holding, who) for holding in (*HOLDINGS, *holdings_outside()) if holding.is_shown]
    return [*parts, history_part(person)]


def history_part(person: Person) -> ExportPart:
    """Return who looked and who acted."""
    rows = [row_of(act) for act in whole_history(person)]
    return ExportPart(
        "history", _("Who looked and who acted"), rows, labels=FIELD_WORDS, change="people:history"
    )


def row_of(act: Act) -> dict[str, object]:
    """Return one act as plain values."""
    return {
        "at": act.at,
        "action": Coded(act.action, act.what),
        "who": act.who,
        "organisation": act.organisation,
        "right": Coded(act.right, RIGHTS.get(act.right, act.right)),
        "channel": act.channel,
        "reason": act.reason,
    }
