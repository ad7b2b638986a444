"""What the tables of core and of the libraries hold about a person: by id, by address, by log-in."""

from collections.abc import Callable, Mapping
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from learningcity.core.models import Draft, Message, PaperForm
from learningcity.people.queries.holding import Concerned, Holding, doer

LOGIN_ROWS = {
    "account.emailaddress": (_("Addresses with which you sign in"), "user", ()),
    "account.emailconfirmation": (_("Addresses that wait to be confirmed"), "email_address__user", ()),
    "mfa.authenticator": (_("What makes your sign-in safer"), "user", ("data",)),
    "socialaccount.socialaccount": (_("Identities of others with which you sign in"), "user", ()),
    "socialaccount.socialtoken": (
        _("Keys that others gave for you"),
        "account__user",
        ("token", "token_secret"),
    ),
    "usersessions.usersession": (_("Where you are signed in"), "user", ("data",)),
}
"""Tables of the sign-in library: label, path to the log-in, what would open a door."""

ATTEMPTS = {
    "axes.accessattempt": _("Attempts to sign in that failed"),
    "axes.accessfailurelog": _("Times you were locked out"),
    "axes.accesslog": _("Times you signed in"),
}


def without_secret(row: Message, who: Concerned) -> Mapping[str, Any]:
    """Leave out what only the recipient of the code may know, even from themselves later."""
    return {"body": ""} if row.is_secret else {}


def paper_by(row: PaperForm, who: Concerned) -> Mapping[str, Any]:
    """Say who printed and who entered a form."""
    entered = {"entered": doer(row.entered_by, who)} if row.entered_by else {}
    return {"by": doer(row.printed_by, who), **entered}


def messages_to(who: Concerned) -> "QuerySet[Message]":
    """Return the messages to a person, and those to their addresses that were sent without naming anybody."""
    return Message.objects.filter(Q(recipient=who.own) | Q(recipient="", address__in=who.addresses))


def tasks_naming(who: Concerned) -> "QuerySet[DBTaskResult]":
    """Return the tasks, waiting or done, that name a person by id or e-mail address."""
    named = Q()
    for word in (who.own, *(address for address in who.addresses if "@" in address)):
        named |= Q(said__contains=word) | Q(answered__contains=word) | Q(traceback__contains=word)
    said = {"said": Cast("args_kwargs", TextField()), "answered": Cast("return_value", TextField())}
    return DBTaskResult.objects.annotate(**said).filter(named)


def rows_of_login(label: str, path: str) -> "Callable[[Concerned], QuerySet[Any]]":
    """Return how the rows of a table that hang on a log-in are found."""
    return lambda who: apps.get_model(label)._default_manager.filter(**{f"{path}__person": who.person})


def rows_of_attempts(label: str) -> "Callable[[Concerned], QuerySet[Any]]":
    """Return how attempts to sign in with an address are found."""
    return lambda who: apps.get_model(label)._default_manager.filter(username__in=who.addresses)


def login_holdings() -> tuple[Holding, ...]:
    """Return the tables of the sign-in library."""
    return tuple(
        Holding(label, words, rows_of_login(label, path), without=without, change="people:account")
        for label, (words, path, without) in LOGIN_ROWS.items()
    )


def holdings_outside() -> tuple[Holding, ...]:
    """Return the tables of core and of the libraries, in the order of the page "My data"."""
    return (
        *login_holdings(),
        *(Holding(label, words, rows_of_attempts(label)) for label, words in ATTEMPTS.items()),
        Holding("messages", _("Messages to you"), messages_to, more=without_secret, change="people:messages"),
        Holding(
            "drafts",
            _("Forms you have not sent yet"),
            lambda who: Draft.objects.filter(owner=who.own),
            more=lambda row, who: {"by": doer(row.kept_by, who)},
            change="people:drafts",
        ),
        Holding(
            "paper_forms",
            _("Forms printed for you"),
            lambda who: PaperForm.objects.filter(owner=who.own),
            more=paper_by,
        ),
        Holding(
            "tasks",
            _("Work that waits or was done for you"),
            tasks_naming,
            without=("exception_class_path", "worker_ids", "traceback"),
        ),
    )
