"""Two entries of one person: noticed, proved, made one, and parted again."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from learningcity.people.models.person import Person


class Likeness(models.Model):
    """Two entries that may be one person, as the schedule noticed. Only staff of the desk see it."""

    class Why(models.TextChoices):
        NAME = "name", _("same birth date and a similar name")
        MAIL = "mail", _("same confirmed e-mail address")
        PHONE = "phone", _("same confirmed phone number")

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=8, choices=Why)
    found_at = models.DateTimeField()
    parted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-id"], condition=models.Q(parted_at__isnull=True), name="likeness_to_look_at"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="likeness_noticed_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="likeness_in_order_of_ids"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.why}"


class SecondAccount(models.Model):
    """Somebody says that another entry is theirs too, and proves it with a code sent to its contact.

    The schedule looks for the entry, so that the time of an answer tells nothing; `other` stays empty where
    there is none, and nobody is told.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        SMS = "sms", _("text message")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="second_accounts")
    other = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=254, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-asked_at"], name="second_account_asked"),
            models.Index(
                fields=["id"], condition=models.Q(answered_at__isnull=True), name="second_account_waits"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(person=models.F("other")), name="second_account_of_another_entry"
            ),
            models.CheckConstraint(
                condition=models.Q(proved_at__isnull=True)
                | models.Q(other__isnull=False, code_digest__gt=""),
                name="second_account_proved_by_a_code",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Merge(models.Model):
    """Two entries of one person made one; can be undone until a moment.

    `before` holds what fields were changed by the merge (old and new value), `moved` the ids of the rows that
    went from the dropped entry to the kept one. An undo empties both; when its time is over, the row goes.
    """

    class Document(models.TextChoices):
        PASSPORT = "passport", _("passport")
        CARD = "card", _("identity card")
        LICENCE = "licence", _("driving licence")
        PERMIT = "permit", _("residence permit")
        BIRTH = "birth", _("birth certificate")
        OTHER = "other", _("another official document")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges")
    dropped = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merged_away")
    proof_of_kept = models.CharField(max_length=40)
    proof_of_dropped = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["undo_until"], name="merge_to_close")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("dropped")), name="merge_of_two_entries"
            ),
            models.UniqueConstraint(
                fields=["dropped"], condition=models.Q(undone_at__isnull=True), name="merge_away_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(proof_of_kept="") & ~models.Q(proof_of_dropped=""),
                name="merge_proved_from_both",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
