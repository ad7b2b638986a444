"""One row of every table that holds something about a person, each with words that can be searched for.

A new table with personal data needs a maker here; tests/conventions/test_personal_data.py asks for it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.db.models import Model
from django_tasks_db.models import DBTaskResult

from learningcity.catalogue.models import Feedback, SavedSearch
from learningcity.core.audit import record
from learningcity.core.models import AuditLine, AuditWaiting, Draft, Message, PaperForm
from learningcity.people.models import (
    Acting,
    Characteristic,
    Consent,
    Contact,
    Correction,
    ErasureReceipt,
    GuardianConsent,
    GuardianInvitation,
    GuardianLimit,
    Guardianship,
    Invitation,
    Likeness,
    Login,
    Lookup,
    Mandate,
    MandatePurpose,
    MandateScan,
    Membership,
    Merge,
    Organisation,
    Person,
    Pseudonym,
    Purpose,
    SecondAccount,
)
from tests.enrolment.everything import MAKERS as ENROLMENT
from tests.people.factories import AT, as_self

MARK = "merrow"
"""In every text that is about the person, and in nothing else."""
NAME = "Quillon Merrow"
EMAIL = "quillon@merrow.example"
PHONE = "+44 1633 496 777 merrow"
ADDRESS = "7 Merrow Lane\nNewport"
WORDS = "something about merrow"
FILE = b"%PDF-1.7 merrow"


@dataclass
class World:
    """The person in question, somebody else, an organisation; and every row made, by table."""

    person: Person
    other: Person
    organisation: Organisation
    at: datetime = AT
    rows: dict[str, Model] = field(default_factory=dict)

    @property
    def own(self) -> str:
        """The person's opaque id."""
        return str(self.person.public_id)

    def row(self, label: str) -> Any:
        """Return the row of a table, made if it is not there yet."""
        if label not in self.rows:
            self.rows[label] = MAKERS[label](self)
        return self.rows[label]


def everything(*, at: datetime = AT) -> World:
    """Return a person about whom every table that has a maker, and is installed, holds a row."""
    world = World(
        person=Person.objects.create(
            name=NAME, born_on=date(1971, 3, 9), created_at=at, last_active_on=at.date()
        ),
        other=Person.objects.create(name="Another One", born_on=date(1975, 1, 1), created_at=at),
        organisation=Organisation.objects.create(name="River School", created_at=at),
        at=at,
    )
    for label in MAKERS:
        if is_installed(label):
            world.row(label)
    return world


def is_installed(label: str) -> bool:
    """Return whether a table is there: the sign-in library has parts that a city may leave out."""
    return any(model._meta.label_lower == label for model in apps.get_models(include_auto_created=True))


def login(w: World) -> Login:
    made = Login(email=EMAIL, person=w.person, created_at=w.at, last_login=w.at)
    made.set_password("three quiet merrow lamps")
    made.save()
    return made


def contact(w: World) -> Contact:
    return Contact.objects.create(
        person=w.person,
        email=EMAIL,
        phone=PHONE[:40],
        address=ADDRESS,
        channel="mail",
        good_to_know=WORDS,
        changed_at=w.at,
    )


def characteristic(w: World) -> Characteristic:
    return Characteristic.objects.create(
        key=w.row("people.pseudonym").key,
        kind="work",
        value="ferry pilot of merrow",
        confirmed_by="merrow harbour office",
        said_on=w.at.date(),
    )


def guardianship(w: World) -> Guardianship:
    return Guardianship.objects.create(
        child=w.other,
        guardian=w.person,
        role="representative",
        proof="court paper merrow",
        from_on=w.at.date(),
        created_at=w.at,
    )


def limit(w: World) -> GuardianLimit:
    return GuardianLimit.objects.create(
        kind="court",
        child=w.other,
        guardianship=w.row("people.guardianship"),
        purpose=Purpose.ACCOUNT,
        from_on=w.at.date(),
        proof="court paper merrow",
        set_by="somebody",
        set_at=w.at,
    )


def guardian_consent(w: World) -> GuardianConsent:
    return GuardianConsent.objects.create(
        child=w.person, purpose=Purpose.PLAN, given_by=str(w.other.public_id), given_at=w.at
    )


def guardian_invitation(w: World) -> GuardianInvitation:
    return GuardianInvitation.objects.create(
        child=w.person,
        email="aunt@merrow.example",
        role="carer",
        digest="a" * 64,
        invited_by=str(w.other.public_id),
        created_at=w.at,
        expires_at=w.at + timedelta(days=7),
    )


def mandate(w: World) -> Mandate:
    return Mandate.objects.create(
        person=w.person,
        organisation=w.organisation,
        way=Mandate.Way.PAPER,
        days=31,
        asked_by=w.own,
        asked_at=w.at,
        given_at=w.at,
        ends_at=w.at + timedelta(days=31),
        paper_number="merrow-12",
        code_digest="b" * 64,
    )


def scan(w: World) -> MandateScan:
    return MandateScan.objects.create(
        mandate=w.row("people.mandate"),
        file=ContentFile(FILE, name="scan.pdf"),
        content_type="application/pdf",
        size=len(FILE),
        digest="c" * 64,
        attached_at=w.at,
    )


def acting(w: World) -> Acting:
    return Acting.objects.create(
        login=w.row("people.login"),
        person=w.other,
        right="guardian",
        channel="web",
        guardianship=w.row("people.guardianship"),
        started_at=w.at,
        ends_at=w.at + timedelta(minutes=20),
    )


def lookup(w: World) -> Lookup:
    return Lookup.objects.create(
        person=w.person,
        looked_by=str(w.other.public_id),
        organisation=w.organisation,
        reason="other",
        words=WORDS,
        channel="desk",
        at=w.at,
    )


def membership(w: World) -> Membership:
    return Membership.objects.create(
        person=w.person, organisation=w.organisation, role="teacher", from_on=w.at.date()
    )


def invitation(w: World) -> Invitation:
    return Invitation.objects.create(
        organisation=w.organisation,
        role="teacher",
        email=EMAIL,
        digest="d" * 64,
        created_at=w.at,
        expires_at=w.at + timedelta(days=3),
    )


def consent(w: World) -> Consent:
    return Consent.objects.create(
        person=w.person,
        purpose="news",
        is_given=True,
        at=w.at,
        right="self",
        channel="web",
        decided_by=w.own,
        wording="asked of merrow",
    )


def correction(w: World) -> Correction:
    return Correction.objects.create(
        person=w.person,
        what="name",
        wanted=WORDS,
        asked_at=w.at,
        answer_by_on=w.at.date(),
        answer="answered to merrow",
        answered_at=w.at,
        state="refused",
    )


def likeness(w: World) -> Likeness:
    first, second = sorted((w.person, w.other), key=lambda person: person.pk)
    return Likeness.objects.create(first=first, second=second, why="name", found_at=w.at)


def merge(w: World) -> Merge:
    dropped = Person.objects.create(
        name="Quill Merrow",
        born_on=date(1971, 3, 9),
        created_at=w.at,
        state=Person.State.MERGED,
        merged_into=w.person,
    )
    return Merge.objects.create(
        kept=w.person,
        dropped=dropped,
        proof_of_kept="sign-in",
        proof_of_dropped="code",
        before={"changes": [{"name": "Quill Merrow"}]},
        moved={},
        merged_at=w.at,
        undo_until=w.at + timedelta(days=30),
    )


def second_account(w: World) -> SecondAccount:
    return SecondAccount.objects.create(
        person=w.person,
        channel="mail",
        address="old@merrow.example",
        asked_at=w.at,
        code_expires_at=w.at + timedelta(hours=1),
    )


def message(w: World) -> Message:
    return Message.objects.create(
        key=f"test:{w.own}",
        template="people/messages/test",
        recipient=w.own,
        channel="letter",
        address=ADDRESS,
        language="en",
        subject="To Quillon Merrow",
        body="Dear Quillon Merrow",
        state="sent",
        sent_at=w.at,
        created_at=w.at,
        due_at=w.at,
        file=ContentFile(FILE, name="letter.pdf"),
        failure="no door at merrow lane",
    )


def draft(w: World) -> Draft:
    return Draft.objects.create(
        owner=w.own,
        form="test.form",
        data={"why": [WORDS]},
        kept_by=w.own,
        kept_at=w.at,
        expires_at=w.at + timedelta(days=90),
    )


def paper_form(w: World) -> PaperForm:
    return PaperForm.objects.create(
        code="QUILL-7",
        form="test.form",
        owner=w.own,
        subject="merrow",
        printed_by=w.own,
        printed_at=w.at,
        expires_at=w.at + timedelta(days=90),
    )


def audit_line(w: World) -> AuditLine:
    record("people.data_seen", by=as_self(w.person), about=w.person, at=w.at)
    return AuditLine.objects.order_by("-pk")[0]


def attempt(model: type[Model], **more: Any) -> Callable[[World], Model]:
    def make(w: World) -> Model:
        return model._default_manager.create(
            username=EMAIL,
            ip_address="192.0.2.7",
            user_agent="Merrow Browser",
            http_accept="text/merrow",
            path_info="/sign-in",
            **more,
        )

    return make


def session(w: World) -> Session:
    store = SessionStore()
    store["_auth_user_id"] = str(w.row("people.login").pk)
    store["account_authentication_methods"] = [{"method": "password", "email": EMAIL}]
    store.create()
    return Session.objects.get(session_key=store.session_key)


def task(w: World) -> DBTaskResult:
    return DBTaskResult.objects.create(
        args_kwargs={"args": [w.own], "kwargs": {"email": EMAIL}},
        task_path="learningcity.test.write",
        queue_name="default",
        backend_name="default",
        run_after=w.at,
        exception_class_path="",
        traceback=f"failed for {EMAIL}",
    )


def installed(label: str, **values: Callable[[World], Any]) -> Callable[[World], Model]:
    def make(w: World) -> Model:
        made = {name: value(w) for name, value in values.items()}
        return apps.get_model(label)._default_manager.create(**made)

    return make


def said(value: Any) -> Callable[[World], Any]:
    return lambda w: value


def row(label: str) -> Callable[[World], Any]:
    return lambda w: w.row(label)


def group(w: World) -> Model:
    made = Group.objects.create(name="readers")
    w.row("people.login").groups.add(made)
    return Login.groups.through.objects.get()


def permission(w: World) -> Model:
    w.row("people.login").user_permissions.add(Permission.objects.order_by("pk")[0])
    return Login.user_permissions.through.objects.get()


def feedback(w: World) -> Feedback:
    return Feedback.objects.create(
        kind="suggestion", words=WORDS, email=EMAIL, language="en", sent_at=w.at, answer=WORDS
    )


def saved_search(w: World) -> SavedSearch:
    return SavedSearch.objects.create(
        person=w.person,
        label=WORDS,
        query=f"q={MARK}",
        criteria={"words": MARK},
        saved_at=w.at,
        looked_at=w.at,
    )


MAKERS: dict[str, Callable[[World], Model]] = {
    **ENROLMENT,
    "catalogue.savedsearch": saved_search,
    "catalogue.feedback": feedback,
    "people.person": lambda w: w.person,
    "people.login": login,
    "people.login_groups": group,
    "people.login_user_permissions": permission,
    "people.contact": contact,
    "people.pseudonym": lambda w: Pseudonym.objects.create(person=w.person),
    "people.characteristic": characteristic,
    "people.guardianship": guardianship,
    "people.guardianlimit": limit,
    "people.guardianconsent": guardian_consent,
    "people.guardianinvitation": guardian_invitation,
    "people.mandate": mandate,
    "people.mandatepurpose": lambda w: MandatePurpose.objects.create(
        mandate=w.row("people.mandate"), purpose=Purpose.PLACES
    ),
    "people.mandatescan": scan,
    "people.acting": acting,
    "people.lookup": lookup,
    "people.membership": membership,
    "people.invitation": invitation,
    "people.consent": consent,
    "people.correction": correction,
    "people.likeness": likeness,
    "people.merge": merge,
    "people.secondaccount": second_account,
    "people.erasurereceipt": lambda w: ErasureReceipt.objects.create(erased_at=w.at),
    "core.message": message,
    "core.draft": draft,
    "core.paperform": paper_form,
    "core.auditline": audit_line,
    "core.auditwaiting": lambda w: AuditWaiting.objects.get(line=w.row("core.auditline")),
    "sessions.session": session,
    "axes.accessattempt": attempt(
        AccessAttempt, get_data="", post_data="username=merrow", failures_since_start=1
    ),
    "axes.accessattemptexpiration": lambda w: AccessAttemptExpiration.objects.create(
        access_attempt=w.row("axes.accessattempt"), expires_at=w.at
    ),
    "axes.accessfailurelog": attempt(AccessFailureLog),
    "axes.accesslog": attempt(AccessLog),
    "django_tasks_database.dbtaskresult": task,
    "account.emailaddress": installed(
        "account.emailaddress",
        user=row("people.login"),
        email=said("second@merrow.example"),
        verified=said(True),
    ),
    "account.emailconfirmation": installed(
        "account.emailconfirmation",
        email_address=row("account.emailaddress"),
        key=said("secret-key"),
    ),
    "mfa.authenticator": installed(
        "mfa.authenticator",
        user=row("people.login"),
        type=said("totp"),
        data=said({"secret": "merrow-secret"}),
    ),
    "socialaccount.socialaccount": installed(
        "socialaccount.socialaccount",
        user=row("people.login"),
        provider=said("city"),
        uid=said("merrow-42"),
        extra_data=said({"name": NAME}),
    ),
    "socialaccount.socialtoken": installed(
        "socialaccount.socialtoken",
        account=row("socialaccount.socialaccount"),
        token=said("merrow-token"),
    ),
    "usersessions.usersession": installed(
        "usersessions.usersession",
        user=row("people.login"),
        ip=said("192.0.2.8"),
        user_agent=said("Merrow Telephone"),
        session_key=said("k" * 40),
        created_at=lambda w: w.at,
        last_seen_at=lambda w: w.at,
    ),
}


def texts(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Yield (column, text) for every column of every row of a table."""
    columns = [column for column in model._meta.concrete_fields if not column.is_relation]
    for found in model._base_manager.all():
        for column in columns:
            value = getattr(found, column.attname)
            if isinstance(value, bytes | memoryview):
                continue
            yield column.name, str(value)
