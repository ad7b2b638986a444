"""The assembled API, /api/v1/: the rooms' routers and one form for every error.

Open data are for every reader. What belongs to an organisation is opened by its key: no origin is named, and
nothing is kept on the way. A session opens nothing here.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, re_path, reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.params.models import QueryModel
from ninja.renderers import BaseRenderer
from pydantic_core import to_json

from learningcity.catalogue.api import router as catalogue_router
from learningcity.city.api import router as city_router
from learningcity.core.refusals import Refused
from learningcity.enrolment.api.attendance import router as attendance_router
from learningcity.enrolment.api.places import router as places_router
from learningcity.enrolment.api.queues import router as queues_router
from learningcity.people.api import router as people_router

ROUTERS = (
    *(city_router, catalogue_router, people_router),
    *(places_router, queues_router, attendance_router),
)
STATUS_OF_REFUSALS = {
    "bad_marker": 400,
    "filters_do_not_mix": 400,
    "scope_missing": 403,
    "removed": 410,
    "start_again": 410,
    "invalid": 422,
    "too_many_calls": 429,
    "search_not_ready": 503,
}
CODES = {
    400: "bad_request",
    401: "no_key",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    422: "invalid",
}


class FastJson(BaseRenderer):
    """Write JSON with the serialiser of pydantic, which is compiled."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        """Return the answer as JSON in UTF-8."""
        return to_json(data)


api = NinjaAPI(
    title="LearningCity API",
    version="1",
    description=(
        "Open data of one learning city: its areas, places, providers, offers, sessions and walks. "
        "Reading needs no key. Every record names its source; `sources` says under which licence. "
        "Lists continue with the `next` marker given as `after`. "
        "What belongs to one organisation is opened by a key of that organisation."
    ),
    urls_namespace="api",
    docs_url=None,
    openapi_url="/openapi.json",
    renderer=FastJson(),
)


def refusal(
    request: HttpRequest,
    status: int,
    text: str,
    *,
    code: str = "",
    field: str | None = None,
    details: list[dict[str, str]] | None = None,
) -> HttpResponse:
    """Return an error in the one form that every error has."""
    body = {
        "code": code or CODES.get(status, "refused"),
        "text": text,
        "field": field,
        "details": details or [],
    }
    return api.create_response(request, {"error": body}, status=status)


@api.exception_handler(Refused)
def on_refused(request: HttpRequest, refused: Refused) -> HttpResponse:
    """Turn a refusal of any room into 409 with its sentence; see the table for other statuses."""
    status = STATUS_OF_REFUSALS.get(refused.code, HTTPStatus.CONFLICT)
    response = refusal(request, status, str(refused), code=refused.code, field=refused.field)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = "60"
    return response


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, missing: Http404) -> HttpResponse:
    """Say that nothing has this address."""
    text = (
        str(missing.args[0]) if missing.args and isinstance(missing.args[0], str) else _("Nothing is here.")
    )
    return refusal(request, 404, text)


@api.exception_handler(PermissionDenied)
def on_forbidden(request: HttpRequest, denied: PermissionDenied) -> HttpResponse:
    """Say that this is not allowed."""
    return refusal(request, 403, _("You may not do this."))


@api.exception_handler(AuthenticationError)
def on_no_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Say that a key is needed; of a wrong one nothing is said, not even whether it ever was one."""
    text = _(
        "Send a key that works: “Authorization: Bearer lc_…”. An administrator of your organisation makes it."
    )
    response = refusal(request, 401, text)
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Give an error of the library our form."""
    return refusal(request, error.status_code, str(error))


@api.exception_handler(ValidationError)
def on_invalid(request: HttpRequest, invalid: ValidationError) -> HttpResponse:
    """Name every input that is wrong, the first one in the sentence."""
    details = [{"field": _name_of(error["loc"]), "text": str(error["msg"])[:300]} for error in invalid.errors]
    return invalid_inputs(request, details)


def invalid_inputs(request: HttpRequest, details: list[dict[str, str]]) -> HttpResponse:
    """Return 422 for inputs that cannot be read."""
    first = details[0]
    text = _("Change “%(field)s”: %(why)s.") % {"field": first["field"], "why": first["text"].rstrip(".")}
    return refusal(request, 422, text, field=first["field"], details=details)


def _name_of(location: tuple[str | int, ...]) -> str:
    # ("query", "filters", "size") or ("query", "filters", "form", 0): the input is what the address names.
    names = [
        str(part)
        for part in location
        if isinstance(part, str) and part not in ("query", "path", "body", "filters", "changes")
    ]
    return (names[-1] if names else "query")[:60]


def refuse_unknown_inputs(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse an input the operation does not know: a misspelt filter must not look like an answer."""
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = {
        name
        for model in operation.models
        if issubclass(model, QueryModel)
        for name in model.__ninja_flatten_map__
    }

    def checked(request: HttpRequest, **values: Any) -> HttpResponseBase:
        unknown = sorted(set(request.GET) - known)
        if not unknown:
            return run(request, **values)
        text = _("there is no such input; see /api/v1/docs for those there are")
        return invalid_inputs(request, [{"field": name[:60], "text": text} for name in unknown[:20]])

    return checked


api.add_decorator(refuse_unknown_inputs, mode="view")
for room in ROUTERS:
    api.add_router("", room)


def open_to_readers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let every origin read, answer HEAD as GET, and give a wrong method our form of error."""

    def answered(request: HttpRequest, **values: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
            response["Allow"] = response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Max-Age"] = "86400"
        elif request.method in ("GET", "HEAD"):
            response = _read(view, request, values)
        else:
            response = refusal(request, 405, _("This address can only be read: use GET."))
            response["Allow"] = "GET, HEAD, OPTIONS"
        # Public data without cookies: any page may read it. Sentences follow Accept-Language.
        response["Access-Control-Allow-Origin"] = "*"
        patch_vary_headers(response, ["Accept-Language"])
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def for_keys(
    view: Callable[..., HttpResponseBase], methods: Sequence[str]
) -> Callable[..., HttpResponseBase]:
    """Answer programs that send a key, by the operation's methods; no page of another origin may read."""
    allowed = ", ".join([*methods, *(["HEAD"] if "GET" in methods else []), "OPTIONS"])

    def answered(request: HttpRequest, **values: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            response: HttpResponseBase = HttpResponse(status=204)
        elif request.method in ("GET", "HEAD") and "GET" in methods:
            response = _read(view, request, values)
        elif request.method in methods:
            response = view(request, **values)
        else:
            response = refusal(
                request, 405, _("This address knows these methods: %(methods)s.") % {"methods": allowed}
            )
        if response.status_code in (204, 405):
            response["Allow"] = allowed
        response["Cache-Control"] = "no-store"
        patch_vary_headers(response, ["Accept-Language", "Authorization"])
        return response

    answered.csrf_exempt = True  # type: ignore[attr-defined]
    return answered


def _read(
    view: Callable[..., HttpResponseBase], request: HttpRequest, values: dict[str, Any]
) -> HttpResponseBase:
    method, request.method = request.method, "GET"
    try:
        return view(request, **values)
    finally:
        request.method = method


def unknown_address(request: HttpRequest, rest: str) -> HttpResponse:
    """Answer an address of the API that does not exist."""
    return refusal(request, 404, _("There is no such address. The list is at /api/v1/docs."))


def index(request: HttpRequest) -> HttpResponse:
    """Say where the API begins."""
    links = {"documentation": reverse("api:docs"), "openapi": reverse("api:openapi-json")}
    return api.create_response(request, {"title": api.title, "version": api.version, **links}, status=200)


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """Return the description of the API (OpenAPI); it changes with the code only."""
    return dict(api.get_openapi_schema())


def openapi_json(request: HttpRequest) -> HttpResponse:
    """Give the description to programs."""
    return api.create_response(request, description(), status=200)


def documentation(request: HttpRequest) -> HttpResponse:
    """Show every operation on a page without scripts."""
    operations = [
        {
            **details,
            # Two methods of one address have two names: nobody who hears the page takes one for the other.
            "name": address if method == "get" else f"{method.upper()} {address}",
            "needs_key": "security" in details,
            "parameters": [_described(parameter) for parameter in details["parameters"]],
            "statuses": [str(status) for status in details["responses"]],
        }
        for address, methods in description()["paths"].items()
        for method, details in methods.items()
    ]
    return render(request, "config/api.html", {"operations": operations, "version": api.version})


def _described(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    return {**parameter, "values": _values(schema), "description": schema.get("description", "")}


def _values(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " / ".join(_values(each) for each in schema["anyOf"] if each.get("type") != "null")
    if "allOf" in schema:
        return _values(schema["allOf"][0])
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return _("one or more of: %(values)s") % {"values": _values(schema["items"])}
    return str(schema.get("format") or schema.get("type", ""))


def _keyed() -> dict[str, list[str]]:
    """Return the addresses that need a key, as Django writes them, and their methods."""
    return {
        path.lstrip("/").replace("{", "<").replace("}", ">"): sorted(
            method for operation in view.operations for method in operation.methods
        )
        for room in ROUTERS
        for path, view in room.path_operations.items()
        if any(operation.auth_callbacks for operation in view.operations)
    }


def _patterns() -> list[URLPattern]:
    found = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern)]
    keyed = _keyed()
    return [
        path(address, view, name=pattern.name)
        for pattern in found
        if pattern.name not in ("api-root", "openapi-json")
        for address in [str(pattern.pattern)]
        for view in [
            for_keys(pattern.callback, keyed[address])
            if address in keyed
            else open_to_readers(pattern.callback)
        ]
    ]


urlpatterns = [
    path("", open_to_readers(index), name="api-root"),
    path("openapi.json", open_to_readers(openapi_json), name="openapi-json"),
    path("docs", documentation, name="docs"),
    *_patterns(),
    re_path(r"^(?P<rest>[\s\S]+)$", open_to_readers(unknown_address), name="unknown"),
]
app_name = "api"
