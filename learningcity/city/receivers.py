"""What the room does when a request begins or ends: it keeps the city in mind only in between."""

from typing import Any

from django.core.signals import request_finished, request_started
from django.dispatch import receiver

from learningcity.city.queries.profile import begin_keeping, forget


@receiver(request_started)
def keep_city(**_facts: Any) -> None:
    """Ask for the city once per request."""
    begin_keeping()


@receiver(request_finished)
def forget_city(**_facts: Any) -> None:
    """Let the next request ask again."""
    forget()
