"""Periodic work about entries that are one person: notice them, answer who says so, close merges."""

import secrets
from datetime import datetime

from learningcity.core.actors import Channel, operator
from learningcity.core.schedule import every
from learningcity.people.actions.duplicates import note_likenesses
from learningcity.people.actions.second_accounts import answer_second_account
from learningcity.people.actions.unmerging import close_merge
from learningcity.people.queries.duplicates import merges_over, second_accounts_waiting
from learningcity.people.queries.likeness import likely_pairs


@every(minutes=24 * 60, name="people.notice_duplicates")
def notice_duplicates(at: datetime) -> None:
    """Look through all entries for those that may be one person, and close merges whose time is over."""
    by = operator(Channel.TASK)
    note_likenesses(list(likely_pairs()), by=by, at=at)
    for merge in merges_over(at=at):
        close_merge(merge, by=by, at=at)


@every(seconds=5, name="people.look_for_second_accounts")
def look_for_second_accounts(at: datetime) -> None:
    """Send a code to each second account that somebody named, if there is one."""
    by = operator(Channel.TASK)
    for said in second_accounts_waiting():
        answer_second_account(said, code=f"{secrets.randbelow(10**6):06d}", by=by, at=at)
