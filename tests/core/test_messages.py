"""Messages are posted once, delivered once, tried again, given up, and emptied in time."""

import itertools
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from learningcity.core.markers import BadMarker
from learningcity.core.messages import (
    LetterGone,
    deliver,
    empty_old,
    letters_waiting,
    messages_to,
    outbox,
    post,
    say_posted,
    sweep_letters,
    take_back,
)
from learningcity.core.messages.again import try_again
from learningcity.core.messages.delivering import LEASE, PAUSES
from learningcity.core.models import Message

TRIAL = "core/messages/trial"
ROSA = "11111111-1111-4111-8111-111111111111"
numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def files_for_text_messages(tmp_path, settings):
    settings.SMS_FILE_PATH = tmp_path / "sms"


@pytest.fixture
def templates(tmp_path, settings):
    """Return a function that writes templates of a test and returns the name of the first."""
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path / "templates"]}]

    def write(**texts):
        for name, text in texts.items():
            file = tmp_path / "templates" / "test" / f"{name.replace('__', '.')}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return f"test/{next(iter(texts))}"

    return write


def posted(at, channel="mail", address="rosa@example.org", template=TRIAL, context=None, **particulars):
    particulars = {"language": "en", "recipient": ROSA, "key": f"test:{next(numbers)}"} | particulars
    return post(template, context or {}, channel=channel, address=address, at=at, **particulars)


def of_each_channel(at, **particulars):
    """Post a message by each channel."""
    return [
        posted(at, **particulars),
        posted(at, "sms", "+44 7700 900123", **particulars),
        posted(at, "letter", "Rosa Rivers\n1 Mill Lane\nNewport", **particulars),
    ]


def state_of(message):
    message.refresh_from_db()
    return message.state


# Posting


def test_a_message_is_written_in_the_language_of_its_reader(db, at, templates):
    name = templates(hello='{% load i18n %}{% translate "Learn" %}\n\n{{ name }}, {{ public_address }}')

    spanish = posted(at, template=name, language="es", context={"name": "Rosa"})
    english = posted(at, template=name, language="cy")
    unknown = posted(at, template=name, language="tlh")

    assert spanish.subject == "Aprender"
    assert spanish.body == "Rosa, http://127.0.0.1:8000"
    assert (english.subject, english.language) == ("Learn", "en")
    assert unknown.language == "en"


def test_the_same_act_posts_one_message(db, at):
    first = posted(at, key="test:same")
    again = posted(at + timedelta(hours=1), key="test:same", address="other@example.org")

    assert again == first
    assert Message.objects.get().address == "rosa@example.org"


@pytest.mark.django_db(transaction=True)
def test_many_workers_that_post_for_the_same_act_post_one_message(at):
    together, keys = threading.Barrier(6), []

    def run():
        together.wait()
        with transaction.atomic():
            keys.append(posted(at, key="test:race").pk)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 6
    assert set(keys) == {Message.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_what_its_act_takes_back_is_never_sent(at):
    with transaction.atomic():
        posted(at)
        transaction.set_rollback(True)

    deliver(at=at)

    assert mail.outbox == []
    assert not Message.objects.exists()


def test_a_key_is_needed(db, at):
    with pytest.raises(IntegrityError), transaction.atomic():
        posted(at, key="")


def test_a_text_message_may_have_words_of_its_own(db, at, templates):
    name = templates(hello="Long\n\nMany words", hello__sms="Short\n\nFew words")

    assert posted(at, template=name).body == "Many words"
    assert posted(at, "sms", "+447700900123", template=name).body == "Few words"


@pytest.mark.parametrize(
    "name",
    ["Rosa\nBcc: all@example.org", "Rosa\r\nBcc: all@example.org", "Rosa\r\n\r\nBcc: x", "Rosa\x00\x0b\x85"],
)
def test_what_a_person_typed_begins_no_header(db, at, templates, name):
    template = templates(hello="Hello {{ name }}\n\nDear {{ name }}")

    message = posted(at, template=template, context={"name": name})
    deliver(at=at)

    assert not set("\r\n\x00\x0b\x85") & set(message.subject)
    sent = mail.outbox[0]
    assert sent.recipients() == ["rosa@example.org"]
    assert "Bcc" not in sent.message()
    assert state_of(message) == "sent"


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.text(max_size=80), st.text(max_size=300))
def test_any_text_at_all_can_be_posted_and_becomes_mail(db, at, templates, name, words):
    template = templates(hello="Hello {{ name }}\n\nDear {{ words }}")

    message = posted(at, template=template, context={"name": name, "words": words})
    deliver(at=at)

    assert state_of(message) == "sent"
    assert mail.outbox[-1].message().as_bytes()


def test_words_are_not_escaped_in_plain_text(db, at, templates):
    template = templates(hello="{{ name }} & co\n\n<{{ name }}>")

    message = posted(at, template=template, context={"name": "O'Hara <b>"})

    assert (message.subject, message.body) == ("O'Hara <b> & co", "<O'Hara <b>>")


# Delivery


def test_each_message_leaves_by_its_channel_once(db, at, settings):
    messages = of_each_channel(at)

    assert deliver(at=at).sent == 3
    assert deliver(at=at + timedelta(days=1)).sent == 0

    assert [state_of(message) for message in messages] == ["sent", "sent", "ready"]
    assert len(mail.outbox) == 1
    assert len(list(Path(settings.SMS_FILE_PATH).iterdir())) == 1
    assert default_storage.exists(messages[2].file.name)
    assert Path(messages[2].file.path).stat().st_mode & 0o777 == 0o600


def test_mail_is_plain_says_its_language_and_keeps_its_number(db, at, settings):
    settings.DEFAULT_FROM_EMAIL = "Learning in Newport <no-reply@learning.example.org>"
    message = posted(at, language="es")

    deliver(at=at)

    head = mail.outbox[0].message()
    assert head["Message-ID"] == f"<{message.public_id}@learning.example.org>"
    assert head["Content-Language"] == "es"
    assert head["Auto-Submitted"] == "auto-generated"
    assert head.get_content_type() == "text/plain"
    assert not head.is_multipart()


def test_a_message_is_not_sent_before_it_is_due(db, at):
    posted(at)

    assert deliver(at=at - timedelta(seconds=1)).sent == 0
    assert deliver(at=at).sent == 1


def test_codes_go_first(db, at):
    for _ in range(3):
        posted(at - timedelta(minutes=1))
    code = posted(at, is_secret=True)

    deliver(at=at)

    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{code.public_id}")


@pytest.mark.django_db(transaction=True)
def test_many_workers_at_once_send_each_message_once(at):
    messages = [posted(at) for _ in range(20)]
    together = threading.Barrier(4)

    def run():
        together.wait()
        deliver(at=at)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    sent = [letter.extra_headers["Message-ID"] for letter in mail.outbox]
    assert len(sent) == len(set(sent)) == 20
    assert {state_of(message) for message in messages} == {"sent"}


class Killed(BaseException):
    """The worker ends in the middle."""


def killed_when_sent(message, *, at):
    """Hand a message to its gateway, and die before anybody hears of it."""
    deliver.__globals__["sent"](message)
    raise Killed


def test_what_a_killed_worker_left_is_sent_under_the_same_number_when_its_lease_is_over(
    db, at, settings, monkeypatch
):
    message = posted(at, "sms", "+447700900123")
    with monkeypatch.context() as kill:
        kill.setitem(deliver.__globals__, "delivered", killed_when_sent)
        with pytest.raises(Killed):
            deliver(at=at)
    assert state_of(message) == "sending"
    assert [file.stem for file in Path(settings.SMS_FILE_PATH).iterdir()] == [str(message.public_id)]

    assert deliver(at=at + LEASE - timedelta(seconds=1)).sent == 0
    assert deliver(at=at + LEASE).sent == 1

    assert state_of(message) == "sent"
    assert [file.stem for file in Path(settings.SMS_FILE_PATH).iterdir()] == [str(message.public_id)]


def test_a_message_that_kills_every_worker_is_given_up_and_stops_no_other(db, at, monkeypatch):
    bad, good = posted(at), posted(at + timedelta(seconds=1))
    real = deliver.__globals__["sent"]

    def sent(message):
        if message.pk == bad.pk:
            raise Killed
        return real(message)

    monkeypatch.setitem(deliver.__globals__, "sent", sent)
    moment = at + timedelta(seconds=1)
    for _ in range(5):
        with pytest.raises(Killed):
            deliver(at=moment)
        deliver(at=moment)
        moment += LEASE

    assert deliver(at=moment).failed == 1
    assert (state_of(bad), bad.failure) == ("failed", "interrupted")
    assert state_of(good) == "sent"


def unreachable(settings):
    """Let the mail server be a place where nobody listens."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False


def test_what_cannot_be_sent_is_tried_again_with_growing_pauses_and_given_up_at_the_fifth(db, at, settings):
    unreachable(settings)
    message, moment = posted(at), at

    for pause in PAUSES:
        assert deliver(at=moment).later == 1
        message.refresh_from_db()
        assert (message.state, message.due_at) == ("waiting", moment + pause)
        assert deliver(at=message.due_at - timedelta(seconds=1)).later == 0
        moment = message.due_at

    assert deliver(at=moment).failed == 1
    assert (state_of(message), message.failure) == ("failed", "mail_server_unreachable")
    assert deliver(at=moment + timedelta(days=1)).failed == 0


def test_what_failed_can_be_given_another_chance(db, at, settings):
    backend = settings.EMAIL_BACKEND
    message, wrong = posted(at), posted(at, address="no address")
    unreachable(settings)
    for hours in range(6):
        deliver(at=at + timedelta(hours=2 * hours))
    assert {state_of(message), state_of(wrong)} == {"failed"}
    settings.EMAIL_BACKEND = backend

    assert try_again(at=at + timedelta(days=1)) == 1
    deliver(at=at + timedelta(days=1))

    assert (state_of(message), state_of(wrong)) == ("sent", "failed")


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("mail", ""),
        ("mail", "rosa"),
        ("mail", "rosa@example.org\nBcc: all@example.org"),
        ("mail", "rosa@example.org, all@example.org"),
        ("sms", ""),
        ("sms", "12"),
        ("sms", "+44 7700 900123; rm"),
        ("sms", "+" + "4" * 30),
        ("sms", "٠٧٧٠٠٩٠٠١٢٣"),
    ],
)
def test_what_is_no_address_is_given_up_at_once(db, at, channel, address):
    message = posted(at, channel, address)

    deliver(at=at)

    assert (state_of(message), message.failure) == ("failed", "address_wrong")
    assert mail.outbox == []


def test_a_failure_says_nothing_about_anybody_in_the_log(db, at, settings, caplog):
    unreachable(settings)
    posted(at, address="rosa@example.org")
    posted(at, "sms", "not a number of Rosa")

    deliver(at=at)

    assert [record.getMessage() for record in caplog.records] == [
        "A message was not sent: mail_server_unreachable.",
        "A message was not sent: address_wrong.",
    ]
    assert "rosa" not in caplog.text.lower()


# Secrets and erasure


def test_a_code_is_not_kept_when_it_was_sent(db, at):
    letter = posted(at, "letter", "Rosa Rivers\n1 Mill Lane", is_secret=True)
    code = posted(at, is_secret=True)

    deliver(at=at)

    assert "trial" in mail.outbox[0].body
    code.refresh_from_db()
    assert (code.state, code.subject, code.body, code.address) == ("sent", "", "", "")
    letter.refresh_from_db()
    assert letter.body


@pytest.mark.django_db(transaction=True)
def test_a_letter_with_a_code_is_kept_until_it_was_posted(at):
    letter = posted(at, "letter", "Rosa Rivers\n1 Mill Lane", is_secret=True)
    deliver(at=at)
    letter.refresh_from_db()
    name = letter.file.name

    say_posted(letter, at=at)

    assert (state_of(letter), letter.body, letter.file.name) == ("sent", "", "")
    assert not default_storage.exists(name)
    with pytest.raises(LetterGone, match="Do not post it"):
        say_posted(letter, at=at)


@pytest.mark.django_db(transaction=True)
def test_taking_back_drops_what_waits_and_empties_everything(at):
    sent = of_each_channel(at)
    deliver(at=at)
    sent[2].refresh_from_db()
    file = sent[2].file.name
    waiting = posted(at)
    other = posted(at, recipient="somebody else")

    taken = take_back(ROSA, at)

    assert (taken.dropped, taken.emptied) == (2, 4)
    assert [state_of(message) for message in [*sent, waiting]] == ["sent", "sent", "dropped", "dropped"]
    assert set(Message.objects.filter(recipient=ROSA).values_list("address", "subject", "body", "file")) == {
        ("", "", "", "")
    }
    assert not default_storage.exists(file)
    assert state_of(other) == "waiting"
    assert other.body


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_fails_loses_nothing(at):
    letter = posted(at, "letter", "Rosa Rivers\n1 Mill Lane")
    deliver(at=at)
    with transaction.atomic():
        take_back(ROSA, at)
        transaction.set_rollback(True)

    assert state_of(letter) == "ready"
    assert letter.body
    assert default_storage.exists(letter.file.name)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("channel", ["sms", "letter"])
def test_an_erasure_while_a_message_is_being_sent_leaves_nothing_behind(at, channel, monkeypatch):
    message = posted(at, channel, "+447700900123")
    real = deliver.__globals__["sent"]

    def erased_meanwhile(held):
        made = real(held)
        take_back(ROSA, at)
        return made

    monkeypatch.setitem(deliver.__globals__, "sent", erased_meanwhile)
    deliver(at=at)

    assert (state_of(message), message.body, message.address, message.file.name) == ("dropped", "", "", "")
    assert not default_storage.exists("letters") or default_storage.listdir("letters")[1] == []


def test_taking_back_needs_a_recipient(db, at):
    posted(at, recipient="")

    with pytest.raises(ValueError, match="one recipient"):
        take_back("", at)


@pytest.mark.django_db(transaction=True)
def test_messages_are_emptied_after_a_year_but_not_what_still_waits(at):
    sent, letter = posted(at), posted(at, "letter", "Rosa Rivers\n1 Mill Lane")
    deliver(at=at)
    late = posted(at)

    assert empty_old(at=at + timedelta(days=365)) == 0
    assert empty_old(at=at + timedelta(days=366)) == 1

    assert (state_of(sent), sent.sent_at, sent.body) == ("sent", at, "")
    assert state_of(letter) == "ready"
    assert letter.body
    assert state_of(late) == "waiting"
    assert late.body


def test_letters_that_nothing_leads_to_are_swept_when_they_are_old(db, at):
    letter = posted(at, "letter", "Rosa Rivers\n1 Mill Lane")
    deliver(at=at)
    letter.refresh_from_db()
    known = letter.file.name
    stray = default_storage.save("letters/stray.pdf", ContentFile(b"stray"))
    written_at = default_storage.get_modified_time(stray)

    assert sweep_letters(at=written_at + timedelta(hours=23)) == 0
    assert sweep_letters(at=written_at + timedelta(hours=25)) == 1
    assert default_storage.exists(known)
    assert not default_storage.exists(stray)


# Questions


def test_a_person_sees_what_was_sent_to_them_newest_first_in_parts(db, at):
    messages = [posted(at) for _ in range(5)]
    posted(at, recipient="somebody else")
    posted(at, recipient="")

    first = messages_to(ROSA, size=3)
    rest = messages_to(ROSA, after=first.next, size=3)

    assert [*first.messages, *rest.messages] == messages[::-1]
    assert rest.next == ""
    assert messages_to("").messages == []
    with pytest.raises(BadMarker):
        messages_to(ROSA, after="changed")


def test_letters_wait_in_the_order_in_which_they_came(db, at):
    letters = [posted(at, "letter", "Rosa Rivers\n1 Mill Lane") for _ in range(3)]
    posted(at)
    deliver(at=at)

    first = letters_waiting(size=2)

    assert [*first.messages, *letters_waiting(after=first.next, size=2).messages] == letters
    say_posted(letters[0], at=at)
    assert letters_waiting().messages == letters[1:]


def test_the_outbox_names_nobody(db, at, capsys):
    posted(at, "sms", "no number")
    deliver(at=at)
    posted(at)

    found = outbox()

    assert found.states == {"failed": {"sms": 1}, "waiting": {"mail": 1}}
    assert (found.oldest_due_at, found.failures) == (at, {"address_wrong": 1})
    call_command("messages", "waiting", "--json")
    shown = capsys.readouterr().out
    assert '"address_wrong": 1' in shown
    assert "rosa" not in shown


def test_the_command_posts_and_delivers_a_trial_message(db, capsys):
    call_command("messages", "trial", "--channel", "mail", "--to", "rosa@example.org")
    call_command("messages", "deliver", "--json")

    assert '"sent": 1' in capsys.readouterr().out
    assert mail.outbox[0].to == ["rosa@example.org"]
