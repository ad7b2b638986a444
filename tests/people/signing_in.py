"""Signing in as people do: typing, reading mail, looking at the app."""

import re
import time

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.urls import reverse

from learningcity.core.models import Message
from learningcity.people.models import Login
from tests.people.factories import AT, PASSWORD, person

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADDRESS = "rosa@example.org"


def login(email=ADDRESS, *, password=PASSWORD, confirmed=True, totp=False, who=None, **fields):
    """Return a log-in as the city makes them: with an address, confirmed or not."""
    made = Login(email=email, person=who or person(), created_at=AT, **fields)
    made.set_password(password)
    made.save()
    EmailAddress.objects.create(user=made, email=email, primary=True, verified=confirmed)
    if totp:
        Authenticator.objects.create(user=made, type="totp", data={"secret": SECRET})
    return made


def by_password(client, email=ADDRESS, password=PASSWORD, **more):
    """Send the form of address and password."""
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def ask_for_mail(client, email=ADDRESS, **more):
    """Ask for a code and a link."""
    return client.post(reverse("account_request_login_code"), {"email": email, **more})


def enter_code(client, code, **more):
    """Enter the code of the mail."""
    return client.post(reverse("account_confirm_login_code"), {"code": code, **more})


def mails(to=ADDRESS):
    """Return the messages to an address, newest first."""
    return list(Message.objects.filter(address=to).order_by("-pk"))


def code_in(message):
    """Return the code that a mail holds."""
    return re.search(r"\b\d{4}-\d{4}\b", message.body).group()


def link_in(message):
    """Return the path of the link that a mail holds."""
    return re.search(r"https?://[^/]+(/\S+)", message.body).group(1)


def app_code(steps=0, secret=SECRET):
    """Return what the app shows, now or some half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def enter_second_step(client, code=None):
    """Enter the code of the app at sign-in."""
    return client.post(reverse("mfa_authenticate"), {"code": code or app_code()})


def is_signed_in(client):
    """Return whether the pages of one's own account open."""
    return client.get(reverse("people:account")).status_code == 200
