"""What the assembled product shows on the rooms' pages: where machines find the data."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from learningcity.core.panels import Panel, register


def downloads(request: HttpRequest | None, things: Sequence[Any]) -> dict[str, Any]:
    """Return for how long the feeds tell that an offer was taken away."""
    return {"removals_days": settings.FEED_REMOVALS_DAYS}


register("about.downloads", Panel("config.api", "config/_downloads.html", downloads))
