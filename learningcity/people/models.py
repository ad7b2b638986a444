"""Tables of people: persons, log-ins, invitations and organisations."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """Somebody the city knows; may have no log-in."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")

    def __str__(self) -> str:
        return str(self.public_id)


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
    is_staff = models.BooleanField(default=False)
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


class Invitation(models.Model):
    """A single-use link that makes a log-in. Only a digest of its token is kept."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")

    role = models.CharField(max_length=20, choices=Role)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="invitation_lasts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} until {self.expires_at:%Y-%m-%d}"


class Organisation(models.Model):
    """A body that offers learning, or a part of the city."""

    class Kind(models.TextChoices):
        CITY = "city", _("part of the city")
        EDUCATION = "education", _("school, college or university")
        CULTURE = "culture", _("library, museum or arts")
        ASSOCIATION = "association", _("association or community group")
        EMPLOYER = "employer", _("employer")
        COMPANY = "company", _("training company")
        OTHER = "other", _("other organisation")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.OTHER)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.URLField(max_length=500, blank=True)
    is_synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="organisation_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
