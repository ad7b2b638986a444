"""Drafts: a half-filled form is kept, to be continued on another device or by who may act for its owner.

Rooms register their forms; `core.forms.Continued` fills a form from its draft. Core knows no person and does
not decide who may: the caller has asked before (`people.actions.drafts`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.models import Draft
from learningcity.core.refusals import Refused

KEPT_FOR = timedelta(days=90)
LARGEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A form that can be kept: its key, its label (lazy), the page on which it is filled in.

    `purpose` is the code of what one must be allowed to do for the owner; "" means the owner alone.
    The page of a form about something (`subject`) takes the subject as its argument.
    """

    key: str
    label: object
    url_name: str
    purpose: str = ""

    def address(self, subject: str = "") -> str:
        """Return the address of the page on which the form is continued."""
        return reverse(self.url_name, args=[subject] if subject else None)


class NewerDraft(Refused):
    """Somebody kept the form after this page was opened; `draft` is what they kept."""

    code = "newer_draft"

    def __init__(self, sentence: object, *, draft: Draft | None = None) -> None:
        super().__init__(sentence)
        self.draft = draft


class DraftTooLarge(Refused):
    """More was typed than a draft can hold."""

    code = "draft_too_large"


_forms: dict[str, DraftForm] = {}


def register_form(form: DraftForm) -> DraftForm:
    """Register a form that can be kept, and return it. The same key again replaces it."""
    _forms[form.key] = form
    return form


def form_named(key: str) -> DraftForm | None:
    """Return the form of a key, if a room brings it."""
    return _forms.get(key)


@transaction.atomic
def keep_draft(
    form: str | DraftForm,
    data: Mapping[str, Sequence[str]],
    *,
    owner: str,
    subject: str = "",
    version: str = "",
    by: Actor,
    at: datetime,
) -> Draft:
    """Keep what was typed, in the place of the draft that the page was filled from (`version`; "" for none).

    Raises NewerDraft if another draft was kept since, DraftTooLarge, and ValueError for what is no text.
    The same text kept twice by the same person is kept once.
    """
    key = registered(form).key
    texts = checked_texts(data)
    # Two keepings at the same moment must not both find the draft that they know.
    there = Draft.objects.select_for_update().filter(owner=owner, form=key, subject=subject).first()
    if there and there.expires_at > at:
        if there.data == texts and there.kept_by == by.person:
            return there
        if there.version != version:
            raise newer(there)
    draft = there or Draft(owner=owner, form=key, subject=subject)
    draft.data, draft.kept_by, draft.kept_at, draft.expires_at = texts, by.person, at, at + KEPT_FOR
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise newer(Draft.objects.filter(owner=owner, form=key, subject=subject).first()) from None
    record("core.draft_kept", by=by, about=draft, at=at)
    return draft


def newer(draft: Draft | None) -> NewerDraft:
    """Return the refusal to overwrite a draft that the page does not know."""
    return NewerDraft(
        _("This form was kept again after you opened this page. Choose which of the two stays."), draft=draft
    )


def registered(form: str | DraftForm) -> DraftForm:
    """Return the registered form; KeyError is a mistake in the code."""
    return _forms[form if isinstance(form, str) else form.key]


def checked_texts(data: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return texts by name as they are kept. Raises DraftTooLarge or ValueError."""
    texts: dict[str, list[str]] = {}
    for name, values in data.items():
        # PostgreSQL keeps no NUL; nobody types one.
        texts[name] = [
            value.replace("\x00", "") for value in ([values] if isinstance(values, str) else values)
        ]
    if len(json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")) > LARGEST:
        raise DraftTooLarge(
            _("This is too long to keep for later. Go back and shorten the longest text, or send the form.")
        )
    if any("\ud800" <= sign <= "\udfff" for values in texts.values() for text in values for sign in text):
        raise ValueError("a draft holds text only")
    return texts


def draft_of(form: str | DraftForm, *, owner: str, subject: str = "", at: datetime) -> Draft | None:
    """Return the draft of a form, while it is kept."""
    key = registered(form).key
    return Draft.objects.filter(owner=owner, form=key, subject=subject, expires_at__gt=at).first()


def drafts_of(owner: str, *, at: datetime) -> list[Draft]:
    """Return the drafts about one person whose form is still there, newest first."""
    drafts = Draft.objects.filter(owner=owner, form__in=_forms, expires_at__gt=at)
    return list(drafts.order_by("-kept_at", "-pk"))


def drop_draft(form: str | DraftForm, *, owner: str, subject: str = "") -> bool:
    """Drop the draft of a form that was sent or is not wanted; return whether there was one."""
    gone, _by_table = Draft.objects.filter(owner=owner, form=registered(form).key, subject=subject).delete()
    return gone > 0


def drop_expired_drafts(*, at: datetime) -> int:
    """Drop the drafts whose time is over; return how many."""
    return Draft.objects.filter(expires_at__lte=at).delete()[0]


def erase_drafts(owner: str) -> int:
    """Drop all drafts about one person; return how many."""
    return Draft.objects.filter(owner=owner).delete()[0]


def hand_over_drafts(owner: str, *, to: str) -> list[int]:
    """Move drafts to another owner, where that owner has none for the same form; return the ids moved."""
    taken = set(Draft.objects.filter(owner=to).values_list("form", "subject"))
    moved = [
        draft.pk for draft in Draft.objects.filter(owner=owner) if (draft.form, draft.subject) not in taken
    ]
    Draft.objects.filter(pk__in=moved).update(owner=to)
    return moved
