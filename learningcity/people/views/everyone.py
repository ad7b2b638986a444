"""The page of everyone's rights, and its download."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learningcity.core.markers import BadMarker
from learningcity.core.refusals import Refused
from learningcity.core.sheets import as_xlsx, csv_pieces
from learningcity.people.actions.roles import note_roles_downloaded
from learningcity.people.forms.roles import RoleFilterForm
from learningcity.people.models import Membership
from learningcity.people.permissions.roles import can_see_everyones_roles
from learningcity.people.queries.organisations import organisation_with_id
from learningcity.people.queries.roles import Filters, all_rows, everyones_roles, found_roles

MOST_IN_A_WORKBOOK = 50_000
CSV, XLSX = "csv", "xlsx"


class FiltersWrong(Refused):
    """The address of a download names a filter that cannot be read."""

    code = "filters_wrong"


class TooManyRows(Refused):
    """A workbook of this size takes too long to write."""

    code = "too_many_rows"


@never_cache
@require_safe
def role_list(request: HttpRequest) -> HttpResponse:
    """Show administrators of the city who has which role where."""
    if not can_see_everyones_roles(request.actor, now()):
        raise PermissionDenied
    form, filters = asked(request)
    refusal = None
    try:
        shown = everyones_roles(filters, after=request.GET.get("after", ""), at=now())
    except BadMarker as bad:
        refusal, shown = bad, everyones_roles(filters, at=now())
    one = organisation_with_id(filters.organisation) if filters.organisation else None
    context = {"form": form, "shown": shown, "refusal": refusal, "organisation": one}
    return render(request, "people/role_list.html", context, status=400 if refusal else 200)


@never_cache
@require_safe
def role_download(request: HttpRequest, form: str) -> HttpResponseBase:
    """Give administrators of the city the roles of the list as a table for spreadsheets."""
    by, at = request.actor, now()
    if not can_see_everyones_roles(by, at):
        raise PermissionDenied
    filter_form, filters = asked(request)
    if filter_form.errors:
        raise FiltersWrong(_("A filter of this address cannot be read. Start again from the list of roles."))
    if form == XLSX and found_roles(filters, at=at)[MOST_IN_A_WORKBOOK:].exists():
        raise TooManyRows(
            _("A workbook holds up to %(most)s rows here. Choose an organisation or a role, or take CSV.")
            % {"most": MOST_IN_A_WORKBOOK}
        )
    note_roles_downloaded(by=by, at=at)
    head = [_("Person"), _("Name"), _("Role"), _("Organisation"), _("From"), _("Until"), _("Last used")]
    rows = lines(filters, at=at)
    if form == XLSX:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response: HttpResponseBase = HttpResponse(as_xlsx(_("Roles"), head, rows), content_type=kind)
    else:
        response = StreamingHttpResponse(
            together(csv_pieces(head, rows)), content_type="text/csv; charset=utf-8"
        )
    response["Content-Disposition"] = f'attachment; filename="roles-{at:%Y-%m-%d}.{form}"'
    return response


def asked(request: HttpRequest) -> tuple[RoleFilterForm, Filters]:
    """Return the form of the filters, and the filters that are right in it."""
    form = RoleFilterForm(request.GET)
    form.full_clean()
    said = form.cleaned_data
    return form, Filters(said.get("q", ""), said.get("organisation"), said.get("role", ""))


def lines(filters: Filters, **more: Any) -> Iterator[list[object]]:
    """Yield the rows of the table."""
    labels = {role.value: str(role.label) for role in Membership.Role}
    for row in all_rows(filters, **more):
        yield [*row._replace(role=labels[row.role])]


def together(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield pieces many at a time: each one that is sent alone costs as much as a thousand."""
    while some := b"".join(islice(pieces, 1000)):
        yield some
