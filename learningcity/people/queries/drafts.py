"""Questions about half-filled forms."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from learningcity.core.actors import Actor
from learningcity.core.drafts import DraftForm, draft_of, drafts_of, form_named
from learningcity.core.models import Draft
from learningcity.people.models import Person


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A half-filled form as its page shows it: who kept it ("" for the reader), and where it goes on."""

    draft: Draft
    label: object
    kept_by: str
    is_own: bool
    address: str


def draft_for(person: Person, key: str, *, subject: str = "", at: datetime) -> Draft | None:
    """Return what was kept of a form about a person; its page has checked the right to it."""
    return draft_of(key, owner=str(person.public_id), subject=subject, at=at)


def forms_with_drafts(person: Person, *, at: datetime) -> list[DraftForm]:
    """Return the forms about a person of which something is kept, newest first, each once."""
    keys = dict.fromkeys(draft.form for draft in drafts_of(str(person.public_id), at=at))
    return [form for key in keys if (form := form_named(key))]


def kept_forms(person: Person, keys: Collection[str], *, by: Actor, at: datetime) -> list[KeptForm]:
    """Return the half-filled forms about a person among those of these keys, newest first."""
    drafts = [draft for draft in drafts_of(str(person.public_id), at=at) if draft.form in keys]
    names = names_of({draft.kept_by for draft in drafts})
    return [kept_form(draft, names, by) for draft in drafts]


def kept_form(draft: Draft, names: dict[str, str], by: Actor) -> KeptForm:
    """Return one half-filled form as its page shows it."""
    form = form_named(draft.form)
    if form is None:
        raise LookupError(draft.form)
    name = names.get(draft.kept_by, "")
    return KeptForm(draft, form.label, name, draft.kept_by == by.person, form.address(draft.subject))


def names_of(ids: Collection[str]) -> dict[str, str]:
    """Return the names of those who kept forms, by their opaque ids."""
    wanted = [UUID(one) for one in ids if one]
    found = Person.objects.filter(public_id__in=wanted).values_list("public_id", "name")
    return {str(public_id): name for public_id, name in found}


def kept_draft(person: Person, public_id: str | UUID, *, at: datetime) -> Draft | None:
    """Return one draft about a person by its opaque id."""
    wanted = str(public_id)
    return next(
        (draft for draft in drafts_of(str(person.public_id), at=at) if str(draft.public_id) == wanted), None
    )


def is_draft_of_another(person: Person, public_id: str | UUID) -> bool:
    """Return whether a form is kept about somebody else."""
    return Draft.objects.filter(public_id=public_id).exclude(owner=str(person.public_id)).exists()
