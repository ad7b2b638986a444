"""Structured logs without personal data: one JSON object a line.

A record of ours says what it wants. A record of a library keeps its pattern only ("Not Found: %s"), never
what was filled in. Of an exception only types and places are kept: messages quote addresses and names.
"""

import json
import logging
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import walk_tb
from types import TracebackType

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse

FACTS = ("route", "method", "status", "milliseconds", "job", "task", "child", "item")
REQUEST_HEADER = "X-Request-Id"

logger = logging.getLogger(__name__)
request_id: ContextVar[str] = ContextVar("request_id", default="")


class JsonFormatter(logging.Formatter):
    """Write a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": words_of(record),
        }
        if request_id.get():
            said["request"] = request_id.get()
        said |= {fact: record.__dict__[fact] for fact in FACTS if fact in record.__dict__}
        if record.exc_info and record.exc_info[1]:
            said["errors"] = list(traced(record.exc_info[1]))
        return json.dumps(said, ensure_ascii=False)


def words_of(record: logging.LogRecord) -> str:
    """Return the message of our own record, or the bare pattern of a library's."""
    if record.name.split(".")[0] == "learningcity":
        return record.getMessage()
    if record.args and isinstance(record.msg, str):
        return record.msg
    return f"{record.module}:{record.lineno}"


def traced(error: BaseException | None) -> Iterator[dict[str, object]]:
    """Yield type and places of an exception and of those that led to it, without their messages."""
    while error is not None:
        kind = type(error)
        yield {"type": f"{kind.__module__}.{kind.__qualname__}", "trace": places(error.__traceback__)}
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def places(trace: TracebackType | None) -> list[str]:
    """Return the places a traceback went through, outermost first."""
    return [f"{frame.f_code.co_filename}:{line} {frame.f_code.co_qualname}" for frame, line in walk_tb(trace)]


class AccessLogMiddleware:
    """Log one line a request: the route's name, never its path, query, address or browser."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        got_request_exception.connect(log_error, dispatch_uid="learningcity.core.logs")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and log how."""
        token = request_id.set(secrets.token_hex(8))
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response[REQUEST_HEADER] = request_id.get()
            facts = {
                "route": route_of(request),
                "method": method_of(request),
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
            }
            logger.info("request", extra=facts)
            return response
        finally:
            request_id.reset(token)


def log_error(**_: object) -> None:
    """Log the exception that ends a request; Django calls this while it handles it."""
    logger.exception("The request ended with an error.")


def route_of(request: HttpRequest) -> str:
    """Return the name of the route, or nothing if no route was found."""
    match = request.resolver_match
    return match.view_name if match else ""


def method_of(request: HttpRequest) -> str:
    """Return the method; a word of the sender's own making is not repeated."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}
    return request.method if request.method in known else "OTHER"


def configuration(*, level: str) -> dict[str, object]:
    """Return the logging settings: everything to standard error, one JSON object a line."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "learningcity.core.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": sys.stderr}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "learningcity": {"level": level},
            # Django gives these a handler of their own that would print paths.
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
            # The access log has the status already, and `log_error` the exception.
            "django.request": {"level": "CRITICAL"},
        },
    }
