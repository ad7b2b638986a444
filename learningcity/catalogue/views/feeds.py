"""Pages of feeds, for the city's staff: the list, one feed with its runs, a new one."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from learningcity.catalogue.actions.feeds import (
    FeedDraft,
    add_feed,
    ask_for_run,
    change_feed,
    let_pass,
    pause_feed,
)
from learningcity.catalogue.actions.field_corrections import settle_conflict
from learningcity.catalogue.actions.providers import open_source
from learningcity.catalogue.forms.feeds import FeedForm, OwnSourceForm
from learningcity.catalogue.forms.kept import CHANGED_FEED, NEW_FEED
from learningcity.catalogue.models import FieldCorrection, Source
from learningcity.catalogue.permissions import can_import
from learningcity.catalogue.queries.feeds import OWN_SOURCE, feed_lines, feed_page, feed_with_key
from learningcity.catalogue.views.feed_sheet import conflict_words, rows_table, runs_table
from learningcity.core.refusals import Refused
from learningcity.people.actions.drafts import sending
from learningcity.people.models import Person
from learningcity.people.queries.drafts import draft_for
from learningcity.people.queries.persons import person_acting
from learningcity.people.views.drafts import kept_for_later

OF_A_FEED = (
    "name",
    "address",
    "layout",
    "licence",
    "attribution",
    "rhythm",
    "most_gone",
    "language",
    "time_zone",
)


@never_cache
@require_safe
def feed_list(request: HttpRequest) -> HttpResponse:
    """Show the feeds with their last result."""
    if not can_import(request.actor):
        raise PermissionDenied
    return render(request, "catalogue/feed_list.html", {"lines": feed_lines()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed_new(request: HttpRequest) -> HttpResponse:
    """Enter a feed."""
    if not can_import(request.actor):
        raise PermissionDenied
    person, by, at = acting_person(request), request.actor, now()
    form = FeedForm(request.POST or None, draft=draft_for(person, NEW_FEED, at=at))
    if form.is_to_be_kept:
        return kept_for_later(request, form, person, NEW_FEED)
    if form.is_bound and form.is_valid():
        typed = dict(form.cleaned_data)
        try:
            with sending(NEW_FEED, person, by=by, at=at) as acting:
                source = add_feed(typed.pop("key"), FeedDraft(**typed), by=acting, at=at)
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("%(feed)s is entered. It is read soon.") % {"feed": source.name})
            return redirect(source)
    return render(request, "catalogue/feed_new.html", {"form": form}, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feed_change(request: HttpRequest, key: str) -> HttpResponse:
    """Change what is known of a feed."""
    source = feed_of(request, key)
    if key == OWN_SOURCE:
        return own_source_change(request, source)
    initial = {name: getattr(source, name) for name in OF_A_FEED} | {"owner": source.owner_words}
    person, by, at = acting_person(request), request.actor, now()
    kept = draft_for(person, CHANGED_FEED, subject=key, at=at)
    form = FeedForm(request.POST or None, initial=initial, with_key=False, draft=kept)
    if form.is_to_be_kept:
        return kept_for_later(request, form, person, CHANGED_FEED, subject=key)
    if form.is_bound and form.is_valid():
        try:
            with sending(CHANGED_FEED, person, subject=key, by=by, at=at) as acting:
                change_feed(source, FeedDraft(**form.cleaned_data), by=acting, at=at)
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect(source)
    context = {"form": form, "source": source}
    return render(request, "catalogue/feed_change.html", context, status=400 if form.errors else 200)


def own_source_change(request: HttpRequest, source: Source) -> HttpResponse:
    """Say under which licence what is entered in the workspaces may be passed on."""
    initial = {"licence": source.licence, "attribution": source.attribution}
    form = OwnSourceForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            open_source(source.key, **form.cleaned_data, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            messages.success(request, _("Your changes are kept."))
            return redirect(source)
    context = {"form": form, "source": source}
    return render(request, "catalogue/own_source_change.html", context, status=400 if form.errors else 200)


@never_cache
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """Show a feed: whose it is, its runs, what was rejected, what contradicts the city's words."""
    page = feed_page(feed_of(request, key))
    context = {
        "page": page,
        "source": page.source,
        "runs": runs_table(page.runs),
        "rows": rows_table(page.rows),
        "conflicts": [conflict_words(one) for one in page.conflicts],
    }
    return render(request, "catalogue/feed.html", context)


@never_cache
@require_POST
def feed_run(request: HttpRequest, key: str) -> HttpResponse:
    """Have a feed read next."""
    source = feed_of(request, key)
    done = _("The feed is read within a few minutes. Look at this page again.")
    return acted(request, source, lambda: ask_for_run(source, by=request.actor, at=now()), done)


@never_cache
@require_POST
def feed_pause(request: HttpRequest, key: str) -> HttpResponse:
    """Stop reading a feed in its rhythm, or begin again."""
    source = feed_of(request, key)
    is_paused = not source.is_paused
    done = _("The feed is paused.") if is_paused else _("The feed is read in its rhythm again.")
    return acted(
        request, source, lambda: pause_feed(source, is_paused=is_paused, by=request.actor, at=now()), done
    )


@never_cache
@require_POST
def feed_pass(request: HttpRequest, key: str, public_id: UUID) -> HttpResponse:
    """Let the offers go that the newest run would withdraw."""
    source = feed_of(request, key)
    run = get_object_or_404(source.imports, public_id=public_id)
    done = _("These offers may go. They are withdrawn when the feed is read next.")
    return acted(request, source, lambda: let_pass(run, by=request.actor, at=now()), done)


@never_cache
@require_POST
def feed_settle(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Decide which word holds where the city and the source differ."""
    source = feed_of(request, key)
    correction = FieldCorrection.objects.filter(pk=number, offer__source=source).first()
    if correction is None:
        messages.error(request, _("Somebody has settled this already. The offer says what was decided."))
        return redirect(source)
    with_ours = "ours" in request.POST
    done = _("The city's words stand again.") if with_ours else _("The words of the source stand.")
    return acted(
        request,
        source,
        lambda: settle_conflict(correction, with_ours=with_ours, by=request.actor, at=now()),
        done,
    )


def acting_person(request: HttpRequest) -> Person:
    """Return who of the staff is at work: half-filled forms are theirs."""
    person = person_acting(request.actor)
    if person is None:
        raise PermissionDenied
    return person


def feed_of(request: HttpRequest, key: str) -> Source:
    """Return a source for those who may keep it."""
    if not can_import(request.actor):
        raise PermissionDenied
    found = feed_with_key(key)
    if found is None:
        raise Http404(_("There is no feed at this address. All are in the list."))
    return found


def acted(request: HttpRequest, source: Source, act: Callable[[], object], done: str) -> HttpResponse:
    """Act and go back to the feed, with what was done or why not."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(source)


def field_of(form: FeedForm, refusal: Refused) -> str | None:
    """Return the field at which a refusal stands; the address for what concerns fetching."""
    field = "address" if refusal.code.startswith("fetch") else refusal.field
    field = "key" if field == "source" else field
    return field if field in form.fields else None
