"""Links in mails with which somebody signs in: signed, short-lived, good for one sign-in."""

from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from learningcity.people.models import Login

LINK_LASTS = timedelta(minutes=15)
SALT = "people.mail_link"


def key_for(login: Login, email: str) -> str:
    """Return the key of a link that signs a log-in in, sent to one of its addresses."""
    return signing.dumps([login.pk, email, state_of(login)], salt=SALT)


def opened_by(key: str) -> tuple[Login, str] | None:
    """Return the log-in and the address of a key; None if it was changed, is used or too old."""
    try:
        number, email, state = signing.loads(key, salt=SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    login = Login.objects.select_related("person").filter(pk=number).first()
    if login is None or state != state_of(login):
        return None
    return login, email


def state_of(login: Login) -> str:
    """Return a digest of what changes with every sign-in, with a new password and with a new address."""
    words = f"{login.last_login}|{login.password}|{login.email}|{login.is_active}"
    return salted_hmac(SALT, words, algorithm="sha256").hexdigest()[:32]
