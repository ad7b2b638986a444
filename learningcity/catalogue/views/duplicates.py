"""Pages of the city's staff about offers that may be one: the queue, a pair, what was decided, ranks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.catalogue.actions.duplicates_deciding import Decision, ask_again, compare_two, decide_pair
from learningcity.catalogue.actions.duplicates_fields import rank_source
from learningcity.catalogue.actions.duplicates_merging import undo_merge
from learningcity.catalogue.forms.duplicates import FIELD_LABELS, RankForm, TwoOffersForm
from learningcity.catalogue.models import DuplicatePair, OfferMerge
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.duplicates import (
    decided_pairs,
    is_latest,
    merge_with_id,
    open_pairs,
    pair_with_id,
    ranks,
    standing_merges,
)
from learningcity.catalogue.queries.duplicates_sides import sides_of
from learningcity.catalogue.views.duplicates_sheet import reasons_table, sides_table
from learningcity.core.charts import Column, Row, Table
from learningcity.core.markers import BadMarker, marker, values_of
from learningcity.core.refusals import Refused

SIZE = 20


def staff_only(request: HttpRequest) -> None:
    """Let only the city's staff through."""
    if not can_import(request.actor):
        raise PermissionDenied


@never_cache
@require_safe
def duplicates(request: HttpRequest) -> HttpResponse:
    """Show which pairs wait for a decision, the likeliest first."""
    staff_only(request)
    return listed(request, "catalogue/duplicates.html", open_pairs(), BY_WEIGHT)


@never_cache
@require_safe
def duplicates_different(request: HttpRequest) -> HttpResponse:
    """Show which pairs somebody called different."""
    staff_only(request)
    return listed(request, "catalogue/duplicates_different.html", decided_pairs(), BY_DECISION)


@never_cache
@require_safe
def offer_merges(request: HttpRequest) -> HttpResponse:
    """Show which offers were made one and can be parted again."""
    staff_only(request)
    return listed(request, "catalogue/offer_merges.html", standing_merges(at=now()), BY_MERGE)


@dataclass(frozen=True)
class Order:
    """How a list goes down: a value and the row; markers hold both."""

    column: str
    kind: type

    def place(self, row: Any) -> tuple[Any, int]:
        """Return where a row stands."""
        return getattr(row, self.column), row.pk

    def after(self, rows: "QuerySet[Any]", word: str, template: str) -> "QuerySet[Any]":
        """Return what follows a marker. Raises BadMarker."""
        value, pk = values_of(word, template, self.kind, int)
        same = Q(**{self.column: value}, pk__lt=pk)
        return rows.filter(Q(**{f"{self.column}__lt": value}) | same)


BY_WEIGHT = Order("weight", int)
BY_DECISION = Order("decided_at", datetime)
BY_MERGE = Order("merged_at", datetime)


def listed(request: HttpRequest, template: str, rows: "QuerySet[Any]", order: Order) -> HttpResponse:
    """Show one part of a list, from where its marker says."""
    refusal, after = None, request.GET.get("after", "")
    if after:
        try:
            rows = order.after(rows, after, template)
        except BadMarker as bad:
            refusal = bad
    found = list(rows[: SIZE + 1])
    shown, more = found[:SIZE], found[SIZE:]
    context = {
        "rows": shown,
        "next": marker(template, *order.place(shown[-1])) if more else "",
        "is_first": not after,
        "refusal": refusal,
    }
    return render(request, template, context, status=400 if refusal else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show two offers side by side, with the reasons; take the decision."""
    staff_only(request)
    pair = pair_or_404(public_id)
    if request.method == "POST":
        return decided(request, pair)
    at = now()
    context = {
        "pair": pair,
        "sides": sides_table(sides_of([pair.first_id, pair.second_id], at=at)),
        "reasons": reasons_table(pair),
    }
    return render(request, "catalogue/duplicate.html", context)


def decided(request: HttpRequest, pair: DuplicatePair) -> HttpResponse:
    """Take the decision on a pair."""
    word = request.POST.get("decision", "")
    if word not in list(Decision):
        messages.error(request, _("Choose which offer stays, or that these are two."))
        return redirect("catalogue:duplicate", pair.public_id)
    try:
        merge = decide_pair(pair, Decision(word), by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("catalogue:duplicates")
    if merge is None:
        messages.success(request, _("Noted: these are two. The pair comes back only when both have changed."))
        return redirect("catalogue:duplicates")
    messages.success(request, _("The two offers are one now."))
    return redirect("catalogue:offer_merge", merge.public_id)


@never_cache
@require_POST
def duplicate_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put a pair back into the queue."""
    staff_only(request)
    pair = pair_or_404(public_id)
    try:
        ask_again(pair, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("catalogue:duplicates_different")
    messages.success(request, _("The pair waits for a decision again."))
    return redirect("catalogue:duplicate", pair.public_id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_merge(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show what a merge did; undo it."""
    staff_only(request)
    merge = merge_with_id(public_id)
    if merge is None:
        raise Http404(_("There is no merge at this address. Go back to the list."))
    at = now()
    if request.method == "POST":
        return undone(request, merge)
    context = {
        "merge": merge,
        "is_open": merge.undone_at is None and at < merge.undo_until,
        "is_latest": is_latest(merge),
        "counts": counts_of(merge),
    }
    return render(request, "catalogue/offer_merge.html", context)


def undone(request: HttpRequest, merge: OfferMerge) -> HttpResponse:
    """Part two offers again."""
    try:
        undo_merge(merge, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The two offers are apart again, each with what it had."))
    return redirect("catalogue:offer_merge", merge.public_id)


def counts_of(merge: OfferMerge) -> list[tuple[str, int]]:
    """Return how many series and dates were joined or came over."""
    return [
        (_("Series that are the same"), merge.joined_series.count()),
        (_("Series that came over"), merge.moved_series.count()),
        (_("Dates that are the same"), merge.joined_sessions.count()),
        (_("Dates that came over"), merge.moved_sessions.count()),
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def duplicates_by_hand(request: HttpRequest) -> HttpResponse:
    """Compare two offers that nobody proposed."""
    staff_only(request)
    form = TwoOffersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pair = compare_two(**form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return redirect("catalogue:duplicate", pair.public_id)
    context = {"form": form}
    return render(request, "catalogue/duplicates_by_hand.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def source_ranks(request: HttpRequest) -> HttpResponse:
    """Show and set whose word counts in which field."""
    staff_only(request)
    form = RankForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        rank_source(said["source"], said["rank"], field=said["field"], by=request.actor, at=now())
        messages.success(request, _("Noted. Offers that were made one follow the new ranks."))
        return redirect("catalogue:source_ranks")
    rows = [Row(row.source.name, [FIELD_LABELS.get(row.field, _("all others")), row.rank]) for row in ranks()]
    columns = [Column(_("Source")), Column(_("Field")), Column(_("Rank"), is_number=True)]
    table = Table(_("Whose word counts"), columns, rows) if rows else None
    context = {"form": form, "table": table}
    return render(request, "catalogue/source_ranks.html", context, status=400 if form.errors else 200)


def pair_or_404(public_id: UUID) -> DuplicatePair:
    """Return a pair."""
    pair = pair_with_id(public_id)
    if pair is None:
        raise Http404(_("This pair is not in the list any more. Go back to the list."))
    return pair
