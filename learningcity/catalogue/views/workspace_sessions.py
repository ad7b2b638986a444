"""Pages of a date for those who keep it: changed, cancelled, postponed, taken out of a draft."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from learningcity.catalogue.actions.workspace_full import fill_sessions, free_sessions, is_counted
from learningcity.catalogue.actions.workspace_looks import Seen
from learningcity.catalogue.actions.workspace_sessions import (
    cancel_sessions,
    change_sessions,
    drop_sessions,
    postpone_sessions,
)
from learningcity.catalogue.forms.workspace_dates import ScopeForm, SessionForm
from learningcity.catalogue.models import Session
from learningcity.catalogue.permissions import can_keep_offers
from learningcity.catalogue.queries.bookings import room_of
from learningcity.catalogue.queries.workspace import accepted_clashes, places_used_by
from learningcity.catalogue.views.workspace import answered, form_page, kept_session, seen_session


@never_cache
@require_safe
def session_workspace(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show one date, and what can be done with it."""
    session, at = seen_session(request, public_id), now()
    offer = session.series.offer
    is_living = session.ends_at > at and session.status != Session.Status.CANCELLED
    context = {
        "session": session,
        "held_in": room_of(session),
        "offer": offer,
        "clashes": accepted_clashes(session),
        "is_over": session.ends_at <= at,
        "may_fill": not is_counted(session),
        "may_keep": is_living and can_keep_offers(request.actor, offer.provider, at),
    }
    return render(request, "catalogue/session_workspace.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move a date, give it another room or trainer: this one, this and later ones, or all."""
    session = kept_session(request, public_id)
    offer = session.series.offer
    form = SessionForm(
        request.POST or None,
        initial=SessionForm.shown(session),
        is_single=is_single(session),
        is_draft=offer.is_draft,
    )
    changed: list[Session] = []

    def change(seen: Seen) -> None:
        changed.extend(
            change_sessions(
                session, form.change(), scope=form.chosen_scope, seen=seen, by=request.actor, at=now()
            )
        )

    look = None
    if form.is_bound and form.is_valid():
        answer = answered(request, form, change)
        look = answer.look
        if answer.is_done:
            sentence = ngettext("%(count)s date is changed.", "%(count)s dates are changed.", len(changed))
            messages.success(request, sentence % {"count": len(changed)})
            return redirect("catalogue:session_workspace", session.public_id)
    context = {"session": session, "offer": offer, "places": places_used_by(offer)}
    return form_page(request, form, "catalogue/session_change.html", context, look)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Cancel dates, with the reason."""
    return with_reason(request, kept_session(request, public_id), cancel_sessions, "session_cancel")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_postpone(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that dates will be later, with the reason."""
    return with_reason(request, kept_session(request, public_id), postpone_sessions, "session_postpone")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_full(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that dates are full, with the reason."""
    return with_reason(request, kept_session(request, public_id), fill_sessions, "session_full")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_free(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that there are places again."""
    return with_reason(
        request, kept_session(request, public_id), free_sessions, "session_free", asks_why=False
    )


def with_reason(
    request: HttpRequest,
    session: Session,
    act: Callable[..., list[Session]],
    page: str,
    *,
    asks_why: bool = True,
) -> HttpResponse:
    """Ask which dates are meant and why, and do it."""
    form = ScopeForm(
        request.POST or None,
        is_single=is_single(session),
        is_draft=session.series.offer.is_draft or not asks_why,
    )
    done: list[Session] = []

    def give(_seen: Seen) -> None:
        why = {"reason": form.given_reason} if asks_why else {}
        done.extend(act(session, scope=form.chosen_scope, **why, by=request.actor, at=now()))

    if request.method == "POST" and form.is_valid() and answered(request, form, give).is_done:
        sentence = ngettext("%(count)s date is changed.", "%(count)s dates are changed.", len(done))
        messages.success(request, sentence % {"count": len(done)})
        return redirect("catalogue:session_workspace", session.public_id)
    context = {"session": session, "offer": session.series.offer}
    return form_page(request, form, f"catalogue/{page}.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def session_drop(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take dates out of a draft."""
    session = kept_session(request, public_id)
    offer = session.series.offer
    form = ScopeForm(request.POST or None, is_single=is_single(session), is_draft=True)

    def drop(_seen: Seen) -> None:
        drop_sessions(session, scope=form.chosen_scope, by=request.actor, at=now())

    if request.method == "POST" and form.is_valid() and answered(request, form, drop).is_done:
        messages.success(request, _("The dates are taken out of the draft."))
        return redirect("catalogue:offer_workspace", offer.public_id)
    return form_page(request, form, "catalogue/session_drop.html", {"session": session, "offer": offer})


def is_single(session: Session) -> bool:
    """Return whether a date is the only one of its series."""
    return not session.series.sessions.exclude(pk=session.pk).exists()
