"""What can be done with half-filled forms: keep one, drop it, send it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from learningcity.core.actors import Actor, Channel, Right
from learningcity.core.audit import record
from learningcity.core.drafts import drop_draft, form_named, keep_draft
from learningcity.core.models import Draft
from learningcity.people.actions.acting import hold_right
from learningcity.people.actions.paper import take_back_paper
from learningcity.people.models import Person
from learningcity.people.permissions.drafts import can_continue

DESK_RIGHTS = (Right.MANDATE, Right.STAFF, Right.PROVIDER)


@transaction.atomic
def keep_form(
    person: Person,
    key: str,
    data: Mapping[str, Sequence[str]],
    *,
    subject: str = "",
    version: str = "",
    by: Actor,
    at: datetime,
) -> Draft:
    """Keep what was typed in a form about a person, for them and for whoever may act for them.

    `version` is that of the draft from which the page was filled. Raises PermissionDenied, NewerDraft or
    DraftTooLarge.
    """
    hold_right(by)
    form = form_named(key)
    if form is None or not can_continue(by, person, form, at):
        raise PermissionDenied
    return keep_draft(form, data, owner=str(person.public_id), subject=subject, version=version, by=by, at=at)


@transaction.atomic
def drop_form(person: Person, draft: Draft, *, by: Actor, at: datetime) -> None:
    """Throw away a half-filled form about a person. Raises PermissionDenied."""
    form = form_named(draft.form)
    is_theirs = draft.owner == str(person.public_id)
    if form is None or not is_theirs or not can_continue(by, person, form, at):
        raise PermissionDenied
    record("core.draft_dropped", by=by, about=draft, at=at)
    drop_draft(form, owner=draft.owner, subject=draft.subject)


@contextmanager
def sending(
    key: str, person: Person, *, subject: str = "", paper: str = "", by: Actor, at: datetime
) -> Iterator[Actor]:
    """Do what a form asks for in one transaction with forgetting its draft and marking its paper.

    Yields the actor to act with: by the channel paper where a desk enters a form that came back. `paper` is
    its code, "" for a form filled in on a screen. What the form asks for checks its own permission. Raises
    PermissionDenied for a paper of another form or person, and what `take_back_paper` raises.
    """
    with transaction.atomic():
        hold_right(by)
        if paper:
            take_back_paper(paper, key=key, person=person, subject=subject, by=by, at=at)
        yield on_paper(by) if paper and by.right in DESK_RIGHTS else by
        if form_named(key):
            drop_draft(key, owner=str(person.public_id), subject=subject)


def on_paper(by: Actor) -> Actor:
    """Return the same actor by the channel paper."""
    return Actor(
        right=by.right,
        channel=Channel.PAPER,
        person=by.person,
        on_behalf_of=by.on_behalf_of,
        organisation=by.organisation,
    )
