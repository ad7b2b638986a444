"""Organisations, and who has which role in them."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from learningcity.people.models.person import Person


class Organisation(models.Model):
    """A body that offers learning, helps people, or is a part of the city."""

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

    @property
    def is_city(self) -> bool:
        """Whether it is a part of the city, so that its members are staff."""
        return self.kind == self.Kind.CITY


class Membership(models.Model):
    """One role of a person in an organisation, from a day until a day."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        DESK = "desk", _("helper at a desk")
        OFFICER = "officer", _("officer")
        EDITOR = "editor", _("editor of offers")
        TEACHER = "teacher", _("teacher")
        ASSESSOR = "assessor", _("assessor")

    class Ending(models.TextChoices):
        LEFT = "left", _("left")
        ENDED = "ended", _("ended by an administrator")
        LAPSED = "lapsed", _("lapsed: not used for a long time")
        OVER = "over", _("its last day is over")
        ERASED = "erased", _("the person's data were erased")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=8, choices=Ending, blank=True)
    last_used_on = models.DateField(null=True, blank=True)
    lapse_warned_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "role"], name="membership_by_role"),
            models.Index(
                fields=["until_on"], condition=models.Q(ended_at__isnull=True), name="membership_by_end"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="membership_held_once",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="membership_lasts",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ending="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ending="")),
                name="membership_ends_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.person_id} in {self.organisation_id}"


class Invitation(models.Model):
    """A single-use link that gives a role, and a log-in where there is none. Only a digest is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.CASCADE, related_name="invitations"
    )
    role = models.CharField(max_length=16, choices=Membership.Role)
    email = models.EmailField(blank=True)
    until_on = models.DateField(null=True, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="invitation_lasts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.role} until {self.expires_at:%Y-%m-%d}"
