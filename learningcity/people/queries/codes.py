"""Short codes that a person reads from a message and tells: how long they hold, what is kept of them."""

from datetime import timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

CODE_LASTS = timedelta(minutes=15)
CODE_TRIES = 5


def digest_of_code(code: str, *, about: str) -> str:
    """Return what is kept of a code: a digest under the city's secret, tied to what the code is about.

    Six figures alone could be found from a plain digest by trying all of them.
    """
    return salted_hmac(f"people.code:{about}", tidy_code(code), algorithm="sha256").hexdigest()


def code_fits(code: str, digest: str, *, about: str) -> bool:
    """Return whether a code is the right one, in the same time whatever was typed."""
    return bool(digest) and constant_time_compare(digest_of_code(code, about=about), digest)


def tidy_code(code: str) -> str:
    """Return a code without the spaces with which people read it out.

    >>> tidy_code(" 123 456 ")
    '123456'
    """
    return "".join(code.split())
