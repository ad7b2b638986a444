"""Somebody the city knows, and the ways to sign in and to be reached."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Who says so."""

    SELF = "self", _("said by the person")
    HELPER = "helper", _("said by a guardian or helper")
    DESK = "desk", _("seen at a desk")
    AUTHORITY = "authority", _("confirmed by an authority")


class Person(models.Model):
    """Somebody the city knows; may have no log-in.

    A person who was merged into another, made anonymous or erased stays as an empty row without name, so
    that what must be kept has something to point at; an erased row has a new public id.
    """

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        MERGED = "merged", _("merged into another entry")
        ANONYMOUS = "anonymous", _("made anonymous after long rest")
        ERASED = "erased", _("erased")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    born_on = models.DateField(null=True, blank=True)
    born_source = models.CharField(max_length=12, choices=Source, default=Source.SELF)
    name_source = models.CharField(max_length=12, choices=Source, default=Source.SELF)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from"
    )
    is_synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    last_active_on = models.DateField(null=True, blank=True)
    idle_warnings = models.PositiveSmallIntegerField(default=0)
    idle_warned_on = models.DateField(null=True, blank=True)
    came_of_age_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        indexes = [
            models.Index(Lower("name"), "born_on", name="person_by_name"),
            models.Index(fields=["born_on", "id"], name="person_by_birth"),
            models.Index(fields=["state", "last_active_on"], name="person_by_rest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | (~models.Q(state="merged") & models.Q(merged_into__isnull=True)),
                name="person_merged_into_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["active", "merged"]) | models.Q(name="", born_on__isnull=True),
                name="person_gone_without_name",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def is_here(self) -> bool:
        """Whether the entry stands for a living account, not for one merged, anonymous or erased."""
        return self.state == self.State.ACTIVE


class LoginManager(BaseUserManager["Login"]):
    """Find log-ins by their address, as Django's sign-in asks for."""

    def get_by_natural_key(self, username: str | None) -> "Login":
        """Return the log-in of an address, whatever its case."""
        return self.get(email=(username or "").lower())


class Login(AbstractBaseUser, PermissionsMixin):
    """A way to sign in. It belongs to one person; a person may have none."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="login")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = LoginManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="login_address_in_small_letters"
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)

    def natural_key(self) -> tuple[Any, ...]:
        """Return the address, by which fixtures know a log-in."""
        return (self.email,)


class Contact(models.Model):
    """How a person wants to be reached, and in which language."""

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        SMS = "sms", _("text message")
        LETTER = "letter", _("letter on paper")
        NONE = "none", _("no messages; ask at the desk")

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="contact")
    email = models.EmailField(max_length=254, blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    phone_confirmed_at = models.DateTimeField(null=True, blank=True)
    address = models.TextField(max_length=500, blank=True)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.NONE)
    language = models.CharField(max_length=10, choices=settings.LANGUAGES, default="en")
    good_to_know = models.CharField(max_length=500, blank=True)
    confirming = models.CharField(
        max_length=8, choices=[("email", _("e-mail")), ("phone", _("phone"))], blank=True
    )
    code_digest = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(Lower("email"), name="contact_by_email"),
            models.Index(fields=["phone"], name="contact_by_phone"),
            models.Index(
                Lower("email"),
                condition=models.Q(email_confirmed_at__isnull=False),
                name="contact_by_confirmed_mail",
            ),
            models.Index(
                fields=["phone"],
                condition=models.Q(phone_confirmed_at__isnull=False),
                name="contact_by_confirmed_phone",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(~models.Q(channel="mail") | ~models.Q(email=""))
                & (~models.Q(channel="sms") | ~models.Q(phone=""))
                & (~models.Q(channel="letter") | ~models.Q(address="")),
                name="contact_has_what_its_channel_needs",
            )
        ]

    def __str__(self) -> str:
        return f"contact of {self.person_id} by {self.channel}"


class Pseudonym(models.Model):
    """The only link from a person to the key under which their characteristics are kept."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="pseudonym")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return str(self.key)


class Characteristic(models.Model):
    """What somebody said of themselves so that the city can see who is left out; kept apart from identity."""

    class Kind(models.TextChoices):
        BIRTH_YEAR = "birth_year", _("year of birth")
        GENDER = "gender", _("sex or gender")
        QUALIFICATION = "qualification", _("highest qualification")
        WORK = "work", _("work")
        INCOME = "income", _("household income")
        DISABILITY = "disability", _("disability")
        LANGUAGE = "language", _("main language")
        ETHNICITY = "ethnicity", _("ethnic group")
        AREA = "area", _("area of the city")

    NOT_SAID = "prefer_not_to_say"

    class Use(models.TextChoices):
        INCLUSION = "inclusion", _("to see who takes part and who is left out")
        PRICE = "price", _("to find the price that applies")

    key = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=16, choices=Kind)
    value = models.CharField(max_length=80)
    source = models.CharField(max_length=12, choices=Source, default=Source.SELF)
    confirmed_by = models.CharField(max_length=200, blank=True)
    use = models.CharField(max_length=12, choices=Use, default=Use.INCLUSION)
    said_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["kind", "value"], name="characteristic_by_value")]
        constraints = [
            models.UniqueConstraint(fields=["key", "kind"], name="characteristic_said_once"),
            models.CheckConstraint(condition=~models.Q(value=""), name="characteristic_has_a_value"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.key}"
