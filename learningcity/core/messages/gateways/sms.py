"""Text messages: to files (the default), or to a gateway over HTTP (docs/reference/sms-gateway.md)."""

import json
import os
import re
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from learningcity.core.fetching import Fetched, FetchRefused, fetch
from learningcity.core.messages.gateways.refusals import NotSent
from learningcity.core.models import Message

NUMBER = re.compile(r"\+?[0-9]{5,15}")
BETWEEN_FIGURES = re.compile(r"[\s()./-]+")
LONGEST_TEXT = 1000
LARGEST_ANSWER = 16_384
PATIENCE_SECONDS = 20.0
LONGEST_PAUSE_SECONDS = 3600
TAKEN = {200, 201, 202}
REASONS = {401: "gateway_denied", 403: "gateway_denied", 422: "gateway_refused", 429: "gateway_busy"}


def send(message: Message) -> None:
    """Hand a message to the gateway that the settings name. Raises NotSent."""
    entry = entry_of(message)
    if settings.SMS == "http":
        send_by_http(entry)
    else:
        write_file(entry)


def entry_of(message: Message) -> dict[str, str]:
    """Return a message as a gateway takes it. Raises NotSent for what is no number."""
    number = BETWEEN_FIGURES.sub("", message.address)
    if not NUMBER.fullmatch(number):
        raise NotSent("address_wrong", is_final=True)
    return {
        "id": str(message.public_id),
        "to": number,
        "from": settings.SMS_FROM,
        "text": (message.body or message.subject)[:LONGEST_TEXT],
        "language": message.language,
    }


def write_file(entry: dict[str, str]) -> None:
    """Write a message to a file of its own, which only the owner reads; a second time replaces the first."""
    folder = Path(settings.SMS_FILE_PATH)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{entry['id']}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(entry, file, ensure_ascii=False, indent=2)
    unfinished.replace(folder / f"{entry['id']}.json")


def send_by_http(entry: dict[str, str]) -> None:
    """Post a message to the gateway. The key tells it that a second call is the same message."""
    try:
        answer = fetch(
            settings.SMS_URL,
            method="POST",
            headers={
                "Authorization": f"Bearer {settings.SMS_TOKEN}",
                "Content-Type": "application/json",
                "Accept": "application/json",
                "Idempotency-Key": entry["id"],
            },
            body=json.dumps(entry).encode(),
            largest=LARGEST_ANSWER,
            timeout=PATIENCE_SECONDS,
        )
    except FetchRefused as refusal:
        raise NotSent(refusal.code) from None
    if answer.status not in TAKEN:
        raise NotSent(
            REASONS.get(answer.status, "gateway_failed"),
            is_final=answer.status == 422,
            pause=pause_asked(answer),
        )
    if id_in(answer) != entry["id"]:
        # A page of a proxy also says 200: only a gateway knows the id.
        raise NotSent("gateway_unreadable")


def pause_asked(answer: Fetched) -> timedelta:
    """Return how long the gateway asks us to wait, an hour at most."""
    asked = answer.headers.get("retry-after", "")
    seconds = int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else 0
    return timedelta(seconds=min(seconds, LONGEST_PAUSE_SECONDS))


def id_in(answer: Fetched) -> object:
    """Return the id that an answer repeats, None if it does not."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return said.get("id") if isinstance(said, dict) else None
