"""Text messages reach a gateway once, whatever it answers; by default they are files."""

import itertools
import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from learningcity.core.messages import deliver, post
from learningcity.core.messages.delivering import PAUSES
from learningcity.core.messages.gateways import sms
from tests.core.wayward import says, serving

numbers = itertools.count(1)


@pytest.fixture
def gateway(settings, request):
    """Return a function that lets a gateway on this machine answer so."""
    stack = []

    def start(answer):
        context = serving(answer)
        served = context.__enter__()
        stack.append(context)
        settings.SMS, settings.SMS_URL, settings.SMS_TOKEN = "http", f"{served.url}/messages", "the key"
        settings.FETCH_ALLOW = [served.place]
        return served

    yield start
    for context in stack:
        context.__exit__(None, None, None)


def takes(line, request):
    """Answer as the reference says: 202, and the id."""
    body = json.dumps({"id": json.loads(request.partition(b"\r\n\r\n")[2])["id"]}).encode()
    says(202, body, Content_Type="application/json")(line, request)


def posted(at, address="+44 (0)7700 900-123", **particulars):
    return post(
        "core/messages/trial",
        {},
        key=f"test:{next(numbers)}",
        channel="sms",
        address=address,
        language="en",
        at=at,
        **particulars,
    )


def after_delivery(message, at):
    deliver(at=at)
    message.refresh_from_db()
    return message


def test_a_message_is_a_file_that_only_the_owner_reads(db, at, settings, tmp_path):
    settings.SMS_FILE_PATH = tmp_path / "sms"
    message = after_delivery(posted(at), at)

    file = Path(settings.SMS_FILE_PATH) / f"{message.public_id}.json"
    assert json.loads(file.read_text()) == {
        "id": str(message.public_id),
        "to": "+4407700900123",
        "from": "LearningCity",
        "text": message.body,
        "language": "en",
    }
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_gateway_is_asked_as_the_reference_says(db, at, gateway):
    served = gateway(takes)

    message = after_delivery(posted(at), at)

    assert message.state == "sent"
    head, _, body = served.asked[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /messages HTTP/1.1"
    assert {
        "Authorization: Bearer the key",
        "Content-Type: application/json",
        "Accept: application/json",
        f"Idempotency-Key: {message.public_id}",
    } <= set(lines)
    assert json.loads(body) == sms.entry_of(message)


def test_a_second_try_has_the_same_key(db, at, gateway):
    answers = iter([says(503), takes])
    served = gateway(lambda line, request: next(answers)(line, request))
    message = after_delivery(posted(at), at)
    assert (message.state, message.failure) == ("waiting", "gateway_failed")

    after_delivery(message, at + PAUSES[0])

    assert message.state == "sent"
    first, second = (request.partition(b"\r\n\r\n") for request in served.asked)
    assert first == second


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (says(200), "gateway_unreadable"),
        (says(200, b"<html>Sign in to this network</html>"), "gateway_unreadable"),
        (says(200, b"[]"), "gateway_unreadable"),
        (says(200, b"null"), "gateway_unreadable"),
        (says(200, b'{"id": 7}'), "gateway_unreadable"),
        (says(200, b'{"id": "00000000-0000-0000-0000-000000000000"}'), "gateway_unreadable"),
        (says(200, b"[" * 16_000), "gateway_unreadable"),
        (says(200, b"\xff\xfe\x00"), "gateway_unreadable"),
        (says(202, b'{"a": "' + b"x" * 20_000 + b'"}'), "fetch_too_large"),
        (says(401), "gateway_denied"),
        (says(403), "gateway_denied"),
        (says(400), "gateway_failed"),
        (says(404), "gateway_failed"),
        (says(429), "gateway_busy"),
        (says(500, b"Traceback"), "gateway_failed"),
        (says(302, Location="http://127.0.0.1/elsewhere"), "gateway_failed"),
        (lambda line, request: line.sendall(b"\x00\x01 garbage\r\n\r\n"), "fetch_unreadable"),
        (
            lambda line, request: line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"),
            "fetch_unreadable",
        ),
    ],
)
def test_whatever_else_a_gateway_answers_the_message_is_tried_again(db, at, gateway, answer, code):
    gateway(answer)

    message = after_delivery(posted(at), at)

    assert (message.state, message.failure) == ("waiting", code)
    assert message.due_at == at + PAUSES[0]


def test_a_gateway_that_never_answers_does_not_hold_us(db, at, gateway, monkeypatch):
    over = threading.Event()
    gateway(lambda line, request: over.wait(20))
    monkeypatch.setattr(sms, "PATIENCE_SECONDS", 0.2)

    message = after_delivery(posted(at), at)
    over.set()

    assert (message.state, message.failure) == ("waiting", "fetch_too_slow")


def test_a_number_that_no_network_takes_is_given_up_at_once(db, at, gateway):
    gateway(says(422, b'{"error": "no such number"}'))

    message = after_delivery(posted(at, is_secret=True), at)

    assert (message.state, message.failure, message.body) == ("failed", "gateway_refused", "")


@pytest.mark.parametrize(
    ("asked", "pause"),
    [
        ("600", timedelta(minutes=10)),
        ("1", PAUSES[0]),
        ("999999999", timedelta(hours=1)),
        ("-5", PAUSES[0]),
        ("Mon, 23 Nov 2026 09:00:00 GMT", PAUSES[0]),
        ("9" * 5000, PAUSES[0]),
    ],
)
def test_a_busy_gateway_may_ask_for_a_longer_pause_but_not_for_ever(db, at, gateway, asked, pause):
    gateway(says(429, Retry_After=asked))

    assert after_delivery(posted(at), at).due_at == at + pause


def test_a_gateway_inside_our_network_must_be_allowed(db, at, gateway, settings):
    served = gateway(takes)
    settings.FETCH_ALLOW = []

    message = after_delivery(posted(at), at)

    assert (message.state, message.failure) == ("waiting", "fetch_private")
    assert served.asked == []


def test_a_long_text_is_cut_to_what_a_text_message_holds(db, at):
    message = posted(at)
    message.body = "a" * 5000

    assert len(sms.entry_of(message)["text"]) == 1000
