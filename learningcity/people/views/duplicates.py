"""Pages of the desk about entries that are one person: which may be, two of them, a merge and its undo."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.core.charts import Column, Row, Table
from learningcity.core.markers import BadMarker, marker, values_of
from learningcity.core.refusals import Refused
from learningcity.people.actions.duplicates import call_two_people
from learningcity.people.actions.merging import look_at_two, merge_persons
from learningcity.people.actions.unmerging import undo_merge
from learningcity.people.forms.duplicates import MergeForm, both_words
from learningcity.people.middleware import own_actor
from learningcity.people.models import Merge, Person
from learningcity.people.permissions.duplicates import can_see_duplicates, can_undo_merge
from learningcity.people.queries.duplicates import (
    DROPPED,
    MergePreview,
    masked_name,
    merge_with_id,
    open_likenesses,
    recent_merges,
)
from learningcity.people.queries.persons import person_with_id

SIZE = 20
LIST = "people.duplicates"


@never_cache
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Show the desk which entries may be one person: no names, until somebody opens a pair."""
    by, at = own_actor(request), now()
    if not can_see_duplicates(by, at):
        raise PermissionDenied
    refusal, before = None, None
    if after := request.GET.get("after", ""):
        try:
            [before] = values_of(after, LIST, int)
        except BadMarker as bad:
            refusal = bad
    found = list(open_likenesses(before=before)[: SIZE + 1])
    shown, more = found[:SIZE], found[SIZE:]
    context = {
        "pairs": [(pair, masked_name(pair.first), masked_name(pair.second)) for pair in shown],
        "next": marker(LIST, shown[-1].pk) if more else "",
        "is_first": before is None,
        "merges": [(merge, masked_name(merge.kept)) for merge in recent_merges(at=at)[:SIZE]],
        "refusal": refusal,
    }
    return render(request, "people/duplicates.html", context, status=400 if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def duplicate(request: HttpRequest, kept_id: UUID, dropped_id: UUID) -> HttpResponse:
    """Show what a merge of two entries would do; merge them with a choice for each conflict and proof."""
    by, at = own_actor(request), now()
    kept, dropped = pair_of(request, kept_id, dropped_id)
    preview = preview_or_404(request, kept, dropped)
    form = MergeForm(request.POST or None, preview=preview, is_at_desk=True)
    if request.method == "POST" and form.is_valid():
        try:
            merge = merge_persons(kept, dropped, choices=form.choices(), proofs=form.proofs(), by=by, at=at)
        except Refused as refusal:
            note_refusal(form, refusal)
        else:
            messages.success(request, _("The two entries are one now."))
            return redirect("people:merge_detail", merge.public_id)
    context = {"form": form, "preview": preview, **tables_of(preview, is_at_desk=True)}
    return render(request, "people/duplicate.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
def two_people(request: HttpRequest, kept_id: UUID, dropped_id: UUID) -> HttpResponse:
    """Take a pair from the list for good: they are two people."""
    try:
        call_two_people(*pair_of(request, kept_id, dropped_id), by=own_actor(request), at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Noted: these are two people. The pair is not shown again."))
    return redirect("people:duplicates")


@never_cache
@require_safe
def merge_detail(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Show what a merge did, and until when it can be undone."""
    merge = merge_or_404(request, merge_id)
    moved = sum(len(ids) for ids in merge.moved.values())
    context = {"merge": merge, "moved": moved, "is_open": is_open(merge)}
    return render(request, "people/merge_detail.html", context)


@never_cache
@require_POST
def merge_undo(request: HttpRequest, merge_id: UUID) -> HttpResponse:
    """Part two entries again."""
    merge = merge_or_404(request, merge_id)
    try:
        undo_merge(merge, by=own_actor(request), at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The two entries are apart again, each with what it had."))
    return redirect("people:merge_detail", merge.public_id)


def pair_of(request: HttpRequest, kept_id: UUID, dropped_id: UUID) -> tuple[Person, Person]:
    """Return two living entries for staff of the desk; anybody else learns nothing of them."""
    if not can_see_duplicates(own_actor(request), now()):
        raise PermissionDenied
    kept, dropped = person_with_id(kept_id), person_with_id(dropped_id)
    if kept is None or dropped is None:
        raise Http404(_("One of these entries is not there any more. Go back to the list."))
    return kept, dropped


def preview_or_404(request: HttpRequest, kept: Person, dropped: Person) -> MergePreview:
    """Return what a merge would do; the look is written down."""
    try:
        return look_at_two(kept, dropped, by=own_actor(request), at=now())
    except Refused as refusal:
        raise Http404(str(refusal)) from None


def merge_or_404(request: HttpRequest, merge_id: UUID) -> Merge:
    """Return a merge for staff who may undo it."""
    by, at = own_actor(request), now()
    if not can_see_duplicates(by, at):
        raise PermissionDenied
    merge = merge_with_id(merge_id)
    if merge is None:
        raise Http404(_("The time to undo this merge is over. Go back to the list."))
    if not can_undo_merge(by, merge, at):
        raise PermissionDenied
    return merge


def is_open(merge: Merge) -> bool:
    """Return whether a merge can still be undone."""
    return merge.undone_at is None and now() < merge.undo_until


def note_refusal(form: Form, refusal: Refused) -> None:
    """Show a refusal at its field, or above the form."""
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))


def tables_of(preview: MergePreview, *, is_at_desk: bool) -> dict[str, Table | None]:
    """Return what settles itself, and how many records each room holds of the two entries."""
    settled = [
        Row(one.label, [*both_words(one, is_at_desk=is_at_desk), stands(one.settled)])
        for one in preview.settled
    ]
    rows = [Row(label, [ours, theirs]) for label, ours, theirs in preview.rows]
    goes, stays = _("Entry that goes"), _("Entry that stays")
    return {
        "settled": Table(
            _("What needs no choice"),
            [Column(_("What")), Column(stays), Column(goes), Column(_("What stands"))],
            settled,
        )
        if settled
        else None,
        "rows": Table(
            _("Records of the two entries"),
            [Column(_("What")), Column(stays, is_number=True), Column(goes, is_number=True)],
            rows,
        )
        if rows
        else None,
    }


def stands(side: str) -> str:
    """Return in words whose value stands."""
    return _("what the entry that goes says") if side == DROPPED else _("what the entry that stays says")
