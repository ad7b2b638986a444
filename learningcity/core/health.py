"""Health: does the process answer, and is everything it needs there?"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from learningcity.core.tables import tables_are_ready

Check = Callable[[], bool]

logger = logging.getLogger(__name__)
CHECKS: dict[str, Check] = {}
SEEN_READY: set[str] = set()


def register_check(name: str, check: Check) -> None:
    """Let a room say whether what it needs is there (the search index, say); asked at each `/-/ready`."""
    CHECKS[name] = check


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"live": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether the city can be served, and what is missing if not (status 503)."""
    parts = {"database": database_answers()}
    if parts["database"]:
        parts["tables"] = tables_have_been_ready()
        parts |= {name: check() for name, check in CHECKS.items()}
    is_ready = all(parts.values())
    return JsonResponse({"ready": is_ready, "parts": parts}, status=200 if is_ready else 503)


def database_answers() -> bool:
    """Return whether the database answers a question."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("The database does not answer.")
        return False
    return True


def tables_have_been_ready() -> bool:
    """Return whether the tables are those of this version; once they were, they stay so for this process."""
    if "tables" not in SEEN_READY and tables_are_ready():
        SEEN_READY.add("tables")
    return "tables" in SEEN_READY
