"""Pages of the keys of an organisation."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learningcity.core.refusals import Refused
from learningcity.core.scopes import scopes
from learningcity.people.actions.keys import make_key, revoke_key, rotate_key
from learningcity.people.forms.keys import KeyForm
from learningcity.people.models import ApiKey, Organisation
from learningcity.people.permissions.keys import can_keep_keys
from learningcity.people.queries.keys import CALLS_A_MINUTE, key_of, keys_of, token_of
from learningcity.people.views.asking import confirmed_again
from learningcity.people.views.organisations import field_of, visible, workspace


@never_cache
@require_http_methods(["GET", "POST"])
def organisation_keys(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the keys of an organisation, and make a new one, which is shown this once."""
    return keys_page(request, keeper_of(request, public_id))


@confirmed_again
def keys_page(request: HttpRequest, shown: Organisation) -> HttpResponse:
    """Show the keys to an administrator who has just proven who they are."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token = token_of(secrets.token_bytes(40))
        try:
            key = make_key(shown, **form.cleaned_data, token=token, by=request.actor, at=now())
        except Refused as refusal:
            form.add_error(field_of(form, refusal), str(refusal))
        else:
            return fresh_key(request, shown, key, token)
    labels = {scope.key: scope.label for scope in scopes()}
    keys = [
        {"key": key, "can": [labels.get(scope, scope) for scope in key.scopes]}
        for key in keys_of(shown, at=now()).select_related("replaced_by")
    ]
    context = {
        **workspace(request, shown, "people:organisation_keys"),
        "form": form,
        "keys": keys,
        "calls": CALLS_A_MINUTE,
    }
    return render(request, "people/organisation_keys.html", context, status=400 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def key_rotate(request: HttpRequest, public_id: UUID, key_id: UUID) -> HttpResponse:
    """Replace a key by a new one, which is shown this once."""
    return rotate(request, *key_at(request, public_id, key_id))


@confirmed_again
def rotate(request: HttpRequest, shown: Organisation, key: ApiKey) -> HttpResponse:
    """Replace the key; who comes back from proving who they are chooses once more."""
    if request.method == "GET":
        return redirect("people:organisation_keys", shown.public_id)
    token = token_of(secrets.token_bytes(40))
    try:
        new = rotate_key(key, token=token, by=request.actor, at=now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("people:organisation_keys", shown.public_id)
    return fresh_key(request, shown, new, token)


@never_cache
@require_http_methods(["GET", "POST"])
def key_revoke(request: HttpRequest, public_id: UUID, key_id: UUID) -> HttpResponse:
    """Make a key useless at once."""
    return revoke(request, *key_at(request, public_id, key_id))


@confirmed_again
def revoke(request: HttpRequest, shown: Organisation, key: ApiKey) -> HttpResponse:
    """Revoke the key; who comes back from proving who they are chooses once more."""
    if request.method == "GET":
        return redirect("people:organisation_keys", shown.public_id)
    revoke_key(key, by=request.actor, at=now())
    messages.success(request, _("The key is revoked. It opens nothing any more."))
    return redirect("people:organisation_keys", shown.public_id)


def keeper_of(request: HttpRequest, public_id: UUID) -> Organisation:
    """Return an organisation, to those who keep its keys."""
    shown = visible(request, public_id)
    if not can_keep_keys(request.actor, shown, now()):
        raise PermissionDenied
    return shown


def key_at(request: HttpRequest, public_id: UUID, key_id: UUID) -> tuple[Organisation, ApiKey]:
    """Return an organisation and one of its keys that works, to those who keep them."""
    shown = keeper_of(request, public_id)
    key = key_of(shown, key_id, at=now())
    if key is None:
        raise PermissionDenied
    return shown, key


def fresh_key(request: HttpRequest, shown: Organisation, key: ApiKey, token: str) -> HttpResponse:
    """Show a new key: it stands on this page only, and nowhere in the database."""
    context = {**workspace(request, shown, "people:organisation_keys"), "key": key, "token": token}
    return render(request, "people/organisation_key.html", context)
