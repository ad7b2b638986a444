"""What people, core and the libraries keep about persons, for what and how long: the page of retention.

The periods here are those that the schedule keeps (`people.actions.retention`).
"""

from datetime import timedelta

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from learningcity.core.drafts import KEPT_FOR as DRAFTS_KEPT
from learningcity.core.personal import Kept
from learningcity.people.queries.holdings import PROOF_KEPT
from learningcity.people.queries.rest import FIRST_WARNING, LAST_WARNING, REST_YEARS

MESSAGES_KEPT = timedelta(days=365)
LOOKUPS_KEPT = timedelta(days=3 * 365)
ACTINGS_KEPT = timedelta(days=365)
CORRECTIONS_KEPT = timedelta(days=3 * 365)
ATTEMPTS_KEPT = timedelta(days=30)
INVITATIONS_KEPT = timedelta(days=30)
PAPER_KEPT = timedelta(days=365)
TASKS_KEPT = timedelta(days=30)


def with_numbers(words: object, **numbers: int) -> str:
    """Return a sentence with its numbers."""
    return str(words) % numbers


filled = lazy(with_numbers, str)
"""The same, in the language in which it is read."""

TASK_OF_THE_CITY = _("The city's task to help people learn, by its own law.")
DUTY = _("A legal duty of the city.")
CONSENT = _("Your consent, which you can withdraw at any moment.")
DELETED = _("It is deleted.")
UNLINKED = _("What leads to you is deleted at once. What shows that acts were allowed stays without a name.")

PERSONAL = (
    Kept(
        "people.identity",
        _("Who you are and how you are reached"),
        ("people.person", "people.contact"),
        _("To know you again, and to write to you."),
        TASK_OF_THE_CITY,
        filled(
            _(
                "As long as you have an account. If you do not use it for %(years)s years, you are warned "
                "twice, %(first)s and %(last)s days before."
            ),
            years=REST_YEARS,
            first=FIRST_WARNING.days,
            last=LAST_WARNING.days,
        ),
        _("Your name and all that leads to you is deleted. An empty entry stays, with a new number."),
        position=10,
    ),
    Kept(
        "people.signing_in",
        _("How you sign in"),
        (
            "people.login",
            "people.login_groups",
            "people.login_user_permissions",
            "account.emailaddress",
            "account.emailconfirmation",
            "mfa.authenticator",
            "socialaccount.socialaccount",
            "socialaccount.socialtoken",
            "usersessions.usersession",
            "sessions.session",
        ),
        _("To let you in, and nobody else in your name."),
        TASK_OF_THE_CITY,
        _("As long as you have a log-in; a session at most two weeks."),
        DELETED,
        position=12,
    ),
    Kept(
        "people.attempts",
        _("Attempts to sign in"),
        (
            "axes.accessattempt",
            "axes.accessattemptexpiration",
            "axes.accessfailurelog",
            "axes.accesslog",
            "people.attempt",
        ),
        _("To stop somebody who guesses your password."),
        TASK_OF_THE_CITY,
        filled(_("At most %(days)s days."), days=ATTEMPTS_KEPT.days),
        DELETED,
        position=14,
    ),
    Kept(
        "people.characteristics",
        _("What you said about yourself"),
        ("people.characteristic", "people.pseudonym"),
        _("To see who takes part and who is left out, and to find the price that applies to you."),
        CONSENT,
        _("Until you take it back. It is kept apart from your name."),
        _("It is deleted. After a long rest it stays countable, but nothing leads from it to you."),
        position=20,
    ),
    Kept(
        "people.consents",
        _("What you agreed to"),
        ("people.consent",),
        _("To do only what you agreed to, and to be able to show it."),
        DUTY,
        _("As long as you have an account."),
        DELETED,
        position=22,
    ),
    Kept(
        "people.family",
        _("Guardians and children"),
        (
            "people.guardianship",
            "people.guardianlimit",
            "people.guardianconsent",
            "people.guardianinvitation",
        ),
        _("To know who may act for a child, and within which limits."),
        DUTY,
        _("As long as it holds, and as long as both have an account; an invitation until it ends."),
        UNLINKED,
        position=30,
    ),
    Kept(
        "people.mandates",
        _("Mandates to helpers"),
        ("people.mandate", "people.mandatepurpose", "people.mandatescan"),
        _("To know who may act for you, for what, and until when."),
        _("Your mandate itself."),
        filled(
            _("As long as you have an account; without a name %(years)s years longer."),
            years=PROOF_KEPT.days // 365,
        ),
        UNLINKED,
        position=32,
    ),
    Kept(
        "people.roles",
        _("Roles and invitations"),
        ("people.membership", "people.invitation"),
        _("To know who may do what for an organisation."),
        TASK_OF_THE_CITY,
        filled(
            _("A role as long as you have an account; an invitation until %(days)s days after it has ended."),
            days=INVITATIONS_KEPT.days,
        ),
        UNLINKED,
        position=34,
    ),
    Kept(
        "people.lookups",
        _("Why you were looked up, and when somebody acted for you"),
        ("people.lookup", "people.acting"),
        _("So that you can see who looked and why."),
        DUTY,
        filled(
            _("A look-up %(years)s years; when somebody acted for you, %(days)s days."),
            years=LOOKUPS_KEPT.days // 365,
            days=ACTINGS_KEPT.days,
        ),
        DELETED,
        position=40,
    ),
    Kept(
        "people.corrections",
        _("Corrections you asked for"),
        ("people.correction",),
        _("To answer you, and to be able to show it."),
        DUTY,
        filled(_("%(years)s years after the answer."), years=CORRECTIONS_KEPT.days // 365),
        DELETED,
        position=42,
    ),
    Kept(
        "people.merges",
        _("Two entries that are, or may be, one person"),
        ("people.likeness", "people.merge", "people.secondaccount"),
        _("So that nobody has two accounts, and a mistake can be undone."),
        TASK_OF_THE_CITY,
        _("What was merged can be parted for 30 days; that it was merged is kept as long as the account."),
        DELETED,
        position=44,
    ),
    Kept(
        "core.messages",
        _("Messages to you"),
        ("core.message",),
        _("To reach you, and so that you can read again what was sent."),
        TASK_OF_THE_CITY,
        filled(_("%(days)s days. A code is emptied as soon as it is sent."), days=MESSAGES_KEPT.days),
        DELETED,
        position=50,
    ),
    Kept(
        "core.forms",
        _("Forms that wait, on screen and on paper"),
        ("core.draft", "core.paperform"),
        _("So that you, or a helper, can continue where you stopped."),
        TASK_OF_THE_CITY,
        filled(
            _("A draft %(draft)s days; that a form was printed %(days)s days after it has ended."),
            draft=DRAFTS_KEPT.days,
            days=PAPER_KEPT.days,
        ),
        DELETED,
        position=52,
    ),
    Kept(
        "core.tasks",
        _("Work that waits"),
        ("django_tasks_database.dbtaskresult",),
        _("To do what you asked for a little later."),
        TASK_OF_THE_CITY,
        filled(_("%(days)s days after it was done."), days=TASKS_KEPT.days),
        DELETED,
        position=54,
    ),
    Kept(
        "core.audit",
        _("Who looked and who acted"),
        ("core.auditline", "core.auditwaiting"),
        _("So that you, and a court, can see who did what."),
        DUTY,
        _("As long as the city keeps its records. It holds numbers, no names."),
        _("The link from the number to you is deleted with your data."),
        position=60,
    ),
    Kept(
        "people.receipts",
        _("What an erasure did"),
        ("people.erasurereceipt",),
        _("To show that it was done. It names nobody."),
        DUTY,
        _("As long as the city keeps its records."),
        _("It is deleted with them."),
        position=62,
    ),
)
"""Everything that these rooms keep about persons."""
