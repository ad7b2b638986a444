"""Which forms were printed, for whom, until when, and which came back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.forms import BaseForm
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from learningcity.core.actors import Actor
from learningcity.core.audit import record
from learningcity.core.models import PaperForm
from learningcity.core.paper.codes import tidy_code
from learningcity.core.refusals import Refused

LASTS = timedelta(days=90)
KEPT_AFTER = timedelta(days=30)
"""How long a code is known after its end, so that the desk can say what became of it."""
FORM_TEMPLATE = "core/paper/form.html"
BRING_IT = gettext_lazy("Bring it to any desk of the city, or hand it to the person who gave it to you.")


@dataclass(frozen=True, slots=True)
class PaperTwin:
    """The paper twin of a form.

    `entry_url_name` is the page on which the form is entered; it takes what `entry_takes` names (`owner`,
    `subject`) as arguments, and the code as `?paper=`. `form` makes an empty form: its questions are printed.
    `purpose` is the code of what one must be allowed to do for the owner; "" leaves the rule to that page.
    """

    key: str
    label: object
    template: str
    entry_url_name: str
    form: Callable[[], BaseForm] | None = None
    purpose: str = ""
    entry_takes: tuple[str, ...] = ()
    intro: object = ""
    bring_it: object = BRING_IT
    lasts: timedelta = LASTS

    def entry_address(self, form: PaperForm) -> str:
        """Return the address of the page on which a printed form is entered."""
        page = reverse(self.entry_url_name, args=[getattr(form, name) for name in self.entry_takes])
        return f"{page}?paper={form.code}"


class CodeUnknown(Refused):
    """No printed form has this code."""

    code = "paper_code_unknown"


class CodeExpired(Refused):
    """The time in which the form could be brought back is over."""

    code = "paper_code_expired"


class AlreadyEntered(Refused):
    """The form came back before; `form` holds when and by whom."""

    code = "paper_already_entered"

    def __init__(self, form: PaperForm, *, by_name: str = "") -> None:
        told = {"moment": moment_words(form.entered_at or form.printed_at), "name": by_name}
        if by_name:
            sentence = _("%(name)s entered this form on %(moment)s already. It counts once.")
        else:
            sentence = _("This form was entered on %(moment)s already. It counts once.")
        super().__init__(sentence % told, field="code")
        self.form = form


_twins: dict[str, PaperTwin] = {}


def register(twin: PaperTwin) -> PaperTwin:
    """Register the paper twin of a form, and return it. The same key again replaces it."""
    _twins[twin.key] = twin
    return twin


def twin_named(key: str) -> PaperTwin | None:
    """Return the twin of a key, if a room brings it."""
    return _twins.get(key)


@transaction.atomic
def print_form(key: str, *, owner: str, subject: str = "", code: str, by: Actor, at: datetime) -> PaperForm:
    """Enter that a form is printed under a fresh code; without an owner, for whoever takes it.

    The caller has asked whether the actor may. KeyError for a form without a twin is a mistake in the code.
    """
    form = PaperForm.objects.create(
        code=tidy_code(code),
        form=_twins[key].key,
        owner=owner,
        subject=subject,
        printed_by=by.person,
        printed_at=at,
        expires_at=at + _twins[key].lasts,
    )
    record("core.paper_printed", by=by, about=form, at=at)
    return form


def paper_form(code: str, *, at: datetime) -> PaperForm:
    """Return the printed form of a code. Raises CodeMistyped, CodeUnknown or CodeExpired."""
    form = PaperForm.objects.filter(code=tidy_code(code)).first()
    if form is None or form.form not in _twins:
        raise CodeUnknown(
            _("No printed form has this code. Compare it with the paper; if it fits, fill in a new form."),
            field="code",
        )
    check_lasts(form, at)
    return form


@transaction.atomic
def mark_entered(form: PaperForm, *, by: Actor, at: datetime) -> PaperForm:
    """Note that a form came back, in one transaction with what it asks for.

    Raises AlreadyEntered or CodeExpired.
    """
    # Two desks may hold copies of one form; it counts once.
    fresh = PaperForm.objects.select_for_update().get(pk=form.pk)
    if fresh.entered_at:
        raise AlreadyEntered(fresh)
    check_lasts(fresh, at)
    fresh.entered_at, fresh.entered_by = at, by.person
    fresh.save(update_fields=["entered_at", "entered_by"])
    record("core.paper_entered", by=by, about=fresh, at=at)
    return fresh


def check_lasts(form: PaperForm, at: datetime) -> None:
    """Raise CodeExpired if the form can no longer be entered."""
    if form.expires_at <= at:
        raise CodeExpired(
            _("This form could be entered until %(moment)s. Print a new one and fill it in again.")
            % {"moment": moment_words(form.expires_at)},
            field="code",
        )


def moment_words(moment: datetime) -> str:
    """Return a moment as sentences name it."""
    return date_format(
        localtime(moment), pgettext("a moment in words, as a Django date format", "j F Y, H:i")
    )


def drop_expired_paper(*, at: datetime) -> int:
    """Forget the forms that can no longer be entered; return how many."""
    return PaperForm.objects.filter(expires_at__lte=at - KEPT_AFTER).delete()[0]


def erase_paper(owner: str) -> int:
    """Forget the forms printed for one person; return how many."""
    return PaperForm.objects.filter(owner=owner).delete()[0]


def hand_over_paper(owner: str, *, to: str) -> list[int]:
    """Give the forms printed for one person to another; return the ids moved."""
    forms = PaperForm.objects.filter(owner=owner)
    moved = list(forms.values_list("pk", flat=True))
    forms.update(owner=to)
    return moved
