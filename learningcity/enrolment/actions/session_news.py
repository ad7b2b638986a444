"""Tell people what changed about their dates: noted with the change, told once, in parts that run again."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.catalogue.models import Overlay, Session
from learningcity.core.actors import Actor
from learningcity.core.piecework import each
from learningcity.enrolment.actions.moves import change_of
from learningcity.enrolment.actions.reminders import send
from learningcity.enrolment.models import Enrolment, SessionNews, StatusChange
from learningcity.enrolment.queries.receiving import Receiver, receivers_of
from learningcity.enrolment.queries.reminders import AT_ONCE, keys_sent
from learningcity.enrolment.queries.session_news import (
    PLANNED,
    TOLD_OTHERWISE,
    Change,
    change_of_plan,
    changes_by_layer,
    concerned_by,
    news_to_tell,
    noted_at,
    told_of,
    words_of_news,
)

NEWS = "enrolment/messages/session_news"
Key = tuple[int | None, int]
"""The rows of the date (None: all of a run) and of the run of an enrolment."""


@transaction.atomic
def note_session_news(
    session: Session, *, before: Mapping[str, Any], by: Actor, at: datetime
) -> SessionNews | None:
    """Note that something about a date changed: in the history of everybody concerned, and to be told.

    Called when the catalogue says so: whoever changed the date had the right to. None for what concerns
    nobody.
    """
    if not set(PLANNED) & before.keys() or not concerned_by([session]).exists():
        return None
    return next(iter(note([change_of_plan(session, before, at)], by=by, at=at)), None)


@transaction.atomic
def note_overlay_news(overlay: Overlay, sessions: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Note what a layer over dates that was laid, changed or lifted means for people; return how many news.

    Called when the catalogue says so. What concerns nobody is noted, too: the layer may be changed when
    somebody is there, who then has to hear what is different.
    """
    return sum(
        len(note(changes_by_layer(overlay, sessions[start : start + AT_ONCE], at), by=by, at=at))
        for start in range(0, len(sessions), AT_ONCE)
    )


def note(changes: Sequence[Change], *, by: Actor, at: datetime) -> list[SessionNews]:
    """Write news, and a line into the history of everybody whom they concern."""
    real = [one for one in changes if one.what]
    if not real:
        return []
    concerned = by_date_or_run(concerned_by(one.session for one in real))
    pairs = [(one, who_is_told(concerned, one.session)) for one in real]
    StatusChange.objects.bulk_create(lines_of(pairs, by=by, at=at), batch_size=AT_ONCE)
    # Whom nothing has to be told is not looked for again.
    rows = [
        SessionNews(
            session=one.session,
            what=one.what,
            before=one.before,
            after=one.after,
            at=at,
            told_at=None if told else at,
        )
        for one, told in pairs
    ]
    return SessionNews.objects.bulk_create(rows, batch_size=AT_ONCE)


def by_date_or_run(enrolments: Iterable[Enrolment]) -> Mapping[Key, Sequence[Enrolment]]:
    """Return enrolments by the date, or the run, for which they are."""
    found: dict[Key, list[Enrolment]] = {}
    for one in enrolments:
        found.setdefault((one.intake.session_id, one.intake.series_id), []).append(one)
    return found


def who_is_told(concerned: Mapping[Key, Sequence[Enrolment]], session: Session) -> list[Enrolment]:
    """Return whom news of a date concern."""
    keys = ((session.pk, session.series_id), (None, session.series_id))
    return [who for key in keys for who in concerned.get(key, ())]


def lines_of(
    pairs: Sequence[tuple[Change, Sequence[Enrolment]]], *, by: Actor, at: datetime
) -> list[StatusChange]:
    """Return the lines of the histories: of many dates changed in one act, each kind of news once."""
    wanted = {(who.pk, one.what): who for one, told in pairs for who in told}
    there = noted_at(sorted({pk for pk, _what in wanted}), at)
    otherwise = {pk for pk, reason in there if reason == TOLD_OTHERWISE}
    return [
        change_of(who, reason=what, by=by, at=at)
        for (pk, what), who in wanted.items()
        if (pk, what) not in there and pk not in otherwise
    ]


def tell_news(*, by: Actor, at: datetime) -> int:
    """Tell everybody concerned what changed about their dates; return how many messages were meant.

    One message for all that was changed of a run in one act. It can be stopped and run again: nobody is told
    twice. Raises PermissionDenied for anybody but the schedule and the operator.
    """
    if not by.is_operator:
        raise PermissionDenied
    return sum(each(news_to_tell(), partial(tell_act, by=by, at=at), about=itemgetter(0)))


def tell_act(act: Sequence[SessionNews], *, by: Actor, at: datetime) -> int:
    """Tell everybody concerned by one act, then note that it was told; return how many messages were meant.

    Where one message fails, the others are posted, and the act is looked at again.
    """
    messages, is_told = 0, True
    for part in told_of(act):
        receivers = receivers_of([enrolment for enrolment, _news in part], at)
        wanted = [(one, news, to) for one, news in part if news for to in receivers[one.pk]]
        sent = keys_sent([key_of_news(one, act, to) for one, _news, to in wanted])
        owed = [told for told in wanted if key_of_news(told[0], act, told[2]) not in sent]

        def tell_one(told: tuple[Enrolment, list[SessionNews], Receiver]) -> None:
            one, news, to = told
            send(to, NEWS, words_of_news(one, news, to), key=key_of_news(one, act, to), by=by, at=at)

        done = len(each(owed, tell_one, about=itemgetter(0)))
        messages, is_told = messages + done, is_told and done == len(owed)
    if is_told:
        SessionNews.objects.filter(pk__in=[one.pk for one in act]).update(told_at=at)
    return messages


def key_of_news(enrolment: Enrolment, act: Sequence[SessionNews], receiver: Receiver) -> str:
    """Return the key under which an act is told once: those of its moment."""
    stamp = f"{act[0].at:%Y%m%d%H%M%S%f}"
    return f"enrolment.session_news:{enrolment.public_id}:{stamp}:{receiver.key}"
