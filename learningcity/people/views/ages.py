"""Pages of the ages from which a child may do what."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.core.charts import Column, Row, Table
from learningcity.core.refusals import Refused
from learningcity.people.actions.ages import publish_ages
from learningcity.people.forms.guardians import AgesForm
from learningcity.people.middleware import own_actor
from learningcity.people.permissions.guardians import can_publish_ages
from learningcity.people.queries.ages import Ages, ages_changed_at, published_ages


@require_safe
def ages(request: HttpRequest) -> HttpResponse:
    """Say to everybody from which age a child may do what."""
    found = published_ages()
    context = {
        "ages": found,
        "table": table_of(found),
        "changed_at": ages_changed_at(),
        "can_change": can_publish_ages(own_actor(request), now()),
    }
    return render(request, "people/ages.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def change_ages(request: HttpRequest) -> HttpResponse:
    """Let an officer of the city publish other ages."""
    by, at = own_actor(request), now()
    if not can_publish_ages(by, at):
        raise PermissionDenied
    form = AgesForm(published_ages(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = publish_ages(form.ages(), by=by, at=at)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(
                request, _("The ages are published.") if changed else _("The ages are as they were.")
            )
            return redirect("people:ages")
    return render(request, "people/ages_change.html", {"form": form}, status=400 if form.errors else 200)


def table_of(found: list[Ages]) -> Table:
    """Return the ages as a table."""
    columns = [
        Column(_("What")),
        Column(_("With consent, from the age of"), True),
        Column(_("Alone, from the age of"), True),
    ]
    rows = [Row(one.purpose.label, [one.with_consent_from, one.alone_from]) for one in found]
    return Table(_("From which age"), columns, rows)
