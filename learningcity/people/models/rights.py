"""What a person may demand of the city about their data, and what became of it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from learningcity.people.models.person import Person


class ConsentPurpose(models.TextChoices):
    """What the city asks consent for, each one apart."""

    NEWS = "news", _("news about learning near me")
    REMINDERS = "reminders", _("reminders about my places and dates")
    INCLUSION = "inclusion", _("use what I said about myself to see who is left out")
    SURVEYS = "surveys", _("invitations to surveys and panels")
    PROVIDERS = "providers", _("share my contact with the provider of a place I take")


class Consent(models.Model):
    """One decision about one purpose; the newest counts, the older ones are its history. Never changed."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=16, choices=ConsentPurpose)
    is_given = models.BooleanField()
    at = models.DateTimeField()
    right = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    decided_by = models.CharField(max_length=40)
    wording = models.CharField(max_length=300)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "-id"], name="consent_newest")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.is_given} of {self.person_id}"


class Correction(models.Model):
    """A person says that something held about them is wrong, where they cannot change it themselves."""

    class State(models.TextChoices):
        ASKED = "asked", _("waits for an answer")
        DONE = "done", _("corrected")
        REFUSED = "refused", _("not corrected")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="corrections")
    what = models.CharField(max_length=40)
    wanted = models.CharField(max_length=500)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answer_by_on = models.DateField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.what} of {self.person_id}: {self.state}"


class ErasureReceipt(models.Model):
    """What an erasure removed and what had to be kept; names nobody."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    erased_at = models.DateTimeField()
    why = models.CharField(
        max_length=8, choices=[("asked", _("asked for")), ("idle", _("after long rest"))], default="asked"
    )
    removed = models.JSONField(default=dict)
    kept = models.JSONField(default=list)

    def __str__(self) -> str:
        return str(self.public_id)
