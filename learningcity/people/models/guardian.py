"""Guardians and minors: who stands for a child, within which limits, and the age to act alone."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from learningcity.people.models.person import Person
from learningcity.people.models.purpose import Purpose


class Guardianship(models.Model):
    """A person stands for a child, or for an adult under an official representative."""

    class Role(models.TextChoices):
        PARENT = "parent", _("parent")
        CARER = "carer", _("carer or foster parent")
        REPRESENTATIVE = "representative", _("official representative")

    class Ending(models.TextChoices):
        MAJORITY = "majority", _("came of age")
        COURT = "court", _("ended by a court or an authority")
        ENDED = "ended", _("ended")
        ERASED = "erased", _("a person's data were erased")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    child = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="guardianships")
    guardian = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="wards")
    role = models.CharField(max_length=16, choices=Role, default=Role.PARENT)
    proof = models.CharField(max_length=200, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=8, choices=Ending, blank=True)
    end_proof = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(child=models.F("guardian")), name="guardianship_of_another"
            ),
            models.UniqueConstraint(
                fields=["child", "guardian"],
                condition=models.Q(ended_at__isnull=True),
                name="guardianship_held_once",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ending="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ending="")),
                name="guardianship_ends_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="guardianship_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.guardian_id} for {self.child_id}"


class GuardianLimit(models.Model):
    """What a court forbids a guardian, or a guardian forbids a child to do alone. No purpose means all.

    The proof of a court's limit is kept here, apart from the audit trail; only the desk sees it.
    """

    class Kind(models.TextChoices):
        COURT = "court", _("limit set by a court")
        BLOCK = "block", _("blocked by a guardian")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    child = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardian_limits")
    guardianship = models.ForeignKey(
        Guardianship, null=True, blank=True, on_delete=models.CASCADE, related_name="limits"
    )
    purpose = models.CharField(max_length=16, choices=Purpose, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    proof = models.CharField(max_length=200, blank=True)
    set_by = models.CharField(max_length=40, blank=True)
    set_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_proof = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="court", guardianship__isnull=False) | models.Q(kind="block"),
                name="guardian_limit_of_a_court_names_the_guardian",
            ),
            models.CheckConstraint(
                condition=models.Q(until_on__isnull=True) | models.Q(until_on__gte=models.F("from_on")),
                name="guardian_limit_lasts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.purpose or 'all'} for {self.child_id}"


class GuardianConsent(models.Model):
    """A guardian agrees that a child does something alone that needs consent at its age."""

    child = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardian_consents")
    purpose = models.CharField(max_length=16, choices=Purpose)
    given_by = models.CharField(max_length=40)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["child", "purpose"],
                condition=models.Q(ended_at__isnull=True),
                name="guardian_consent_given_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} for {self.child_id}"


class GuardianInvitation(models.Model):
    """A guardian asks somebody to stand for the child too; gone once it is accepted, taken back or over.

    Whoever accepts must have the code sent to the address and know the child's date of birth. Only a digest
    of the code is kept.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    child = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardian_invitations")
    email = models.EmailField(max_length=254)
    role = models.CharField(max_length=16, choices=Guardianship.Role)
    digest = models.CharField(max_length=64, unique=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    invited_by = models.CharField(max_length=40)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="guardian_invitation_by_end")]
        constraints = [
            models.UniqueConstraint(fields=["child", "email"], name="guardian_invited_once"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="guardian_invitation_lasts"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AgeRule(models.Model):
    """From which age a child may do something with consent, and alone. Published."""

    purpose = models.CharField(max_length=16, choices=Purpose, unique=True)
    with_consent_from = models.PositiveSmallIntegerField()
    alone_from = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(alone_from__gte=models.F("with_consent_from"), alone_from__lte=18),
                name="age_rule_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.with_consent_from}, {self.alone_from}"
