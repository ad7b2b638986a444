"""Questions about the message that says that a place is taken: to whom it is still owed, and what it says."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from learningcity.catalogue.models import Session
from learningcity.catalogue.queries.effective import EffectiveSession, effective_sessions, marked
from learningcity.enrolment.models import Enrolment
from learningcity.enrolment.queries.completion import NOT_HELD
from learningcity.enrolment.queries.receiving import Receiver
from learningcity.enrolment.queries.reminders import links, moment, name_in_message, place_words, room_of

AT_ONCE = 200


def to_confirm() -> "QuerySet[Enrolment]":
    """Return those who got a place and were not told so yet."""
    rows = Enrolment.objects.filter(state="enrolled", told_at=None, is_synthetic=False)
    return rows.select_related("person", "guest", "intake__series__offer").order_by("pk")


def dates_to_come(enrolments: Iterable[Enrolment], at: datetime) -> Mapping[int, Sequence[EffectiveSession]]:
    """Return the dates to come of enrolments, as they hold, by the key of the row; two questions at most."""
    whole = {one.intake.series_id for one in enrolments if one.intake.session_id is None}
    single = {one.intake.session_id for one in enrolments if one.intake.session_id is not None}
    rows = Session.objects.filter(Q(series__in=whole) | Q(pk__in=single))
    held = effective_sessions(list(marked(rows.select_related("venue", "series__venue"))), at)
    coming = [one for one in held if one.starts_at > at and one.status not in NOT_HELD]
    coming.sort(key=lambda one: (one.starts_at, one.session.pk))
    return {
        one.pk: [
            date
            for date in coming
            if one.intake.session_id in (None, date.session.pk)
            and date.session.series_id == one.intake.series_id
        ]
        for one in enrolments
    }


def words_of_confirmation(
    enrolment: Enrolment, dates: Sequence[EffectiveSession], receiver: Receiver
) -> dict[str, Any]:
    """Return what the message says: when and where first, how many dates follow, how to cancel."""
    first = dates[0]
    return {
        **links(enrolment),
        "name": name_in_message(enrolment, receiver),
        "when": moment(first.starts_at, first.ends_at, first.session.time_zone),
        "place": place_words(first.venue or first.session.series.venue, room_of(first), first.is_online),
        "more": len(dates) - 1,
    }
