"""A person is written to by the channel and in the language they chose, or not at all."""

import pytest

from learningcity.core.models import AuditLine, Message
from learningcity.people.actions.messages import notify
from learningcity.people.models import Contact
from learningcity.people.queries.contacts import Way, way
from tests.people import factories as f

TRIAL = "core/messages/trial"


def contact(who, channel, at=f.AT, **fields):
    """Return the contact of a person, with one address for each channel."""
    chosen = {"email": "rosa@example.org", "phone": "+447700900123", "address": "1 Mill Lane\nNewport"}
    return Contact.objects.create(person=who, channel=channel, changed_at=at, **(chosen | fields))


@pytest.fixture
def rosa(db):
    return f.person()


@pytest.mark.parametrize(
    ("channel", "address"),
    [("mail", "rosa@example.org"), ("sms", "+447700900123"), ("letter", "Rosa Rivers\n1 Mill Lane\nNewport")],
)
def test_a_message_goes_by_the_channel_and_in_the_language_of_the_person(rosa, by, at, channel, address):
    contact(rosa, channel, language="es")

    message = notify(rosa, TRIAL, {}, key="test:1", by=by, at=at)

    assert (message.channel, message.address, message.language) == (channel, address, "es")
    assert message.recipient == str(rosa.public_id)
    assert AuditLine.objects.filter(action="people.message_posted").count() == 1


def test_who_wants_no_messages_gets_none(rosa, by, at):
    contact(rosa, "none")

    assert notify(rosa, TRIAL, {}, key="test:1", by=by, at=at) is None
    assert not Message.objects.exists()


def test_who_never_chose_is_reached_where_they_sign_in(rosa, by, at):
    assert way(rosa) is None
    f.login(rosa, "rosa@example.org")

    message = notify(rosa, TRIAL, {}, key="test:1", by=by, at=at)

    assert (message.channel, message.address, message.language) == ("mail", "rosa@example.org", "en")


def test_the_same_act_never_writes_twice(rosa, by, at):
    contact(rosa, "mail")

    first, second = (notify(rosa, TRIAL, {}, key="test:1", by=by, at=at) for _ in range(2))

    assert first == second
    assert Message.objects.count() == 1
    assert AuditLine.objects.filter(action="people.message_posted").count() == 1


@pytest.mark.parametrize("channel", ["mail", "sms"])
def test_a_secret_never_goes_to_an_address_that_nobody_confirmed(rosa, by, at, channel):
    contact(rosa, channel)

    assert notify(rosa, TRIAL, {}, key="test:1", is_secret=True, by=by, at=at) is None


@pytest.mark.parametrize("channel", ["mail", "sms"])
def test_a_secret_goes_to_a_confirmed_address(rosa, by, at, channel):
    contact(rosa, channel, email_confirmed_at=at, phone_confirmed_at=at)

    assert notify(rosa, TRIAL, {}, key="test:1", is_secret=True, by=by, at=at).is_secret


def test_a_secret_goes_where_the_person_just_asked_for_it(rosa, by, at):
    contact(rosa, "none")

    message = notify(
        rosa, TRIAL, {}, key="test:1", to=Way("sms", "+447700900456", "ar"), is_secret=True, by=by, at=at
    )

    assert (message.channel, message.address, message.language) == ("sms", "+447700900456", "ar")


def test_an_entry_that_is_gone_is_not_written_to(rosa, by, at):
    contact(rosa, "mail")
    rosa.state, rosa.name, rosa.born_on = "erased", "", None
    rosa.save()

    assert notify(rosa, TRIAL, {}, key="test:1", by=by, at=at) is None
