"""Messages by e-mail: plain text, with a number that stays the same when it is tried again."""

import smtplib
from contextlib import suppress
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.validators import validate_email

from learningcity.core.messages.gateways.refusals import NotSent
from learningcity.core.models import Message


def send(message: Message) -> None:
    """Hand a message to the mail server. Raises NotSent."""
    mail = mail_of(message)
    server = get_connection()
    try:
        server.open()
        server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        is_final = all(code >= 500 for code, _words in refused.recipients.values())
        raise NotSent("address_refused", is_final=is_final) from None
    except smtplib.SMTPException:
        raise NotSent("mail_server_refused") from None
    except OSError:
        raise NotSent("mail_server_unreachable") from None
    finally:
        # The server has taken the message before we say goodbye: what goes wrong then changes nothing.
        with suppress(smtplib.SMTPException, OSError):
            server.close()


def mail_of(message: Message) -> EmailMessage:
    """Return a message as mail. Raises NotSent for what is no address."""
    try:
        validate_email(message.address)
    except ValidationError:
        raise NotSent("address_wrong", is_final=True) from None
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        to=[message.address],
        headers={
            "Message-ID": f"<{message.public_id}@{domain}>",
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
        },
    )
