"""Messages that leave the city, each of them once."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One message to one person (or to an address without a person), by one channel.

    `key` makes it unique: the same act never sends twice. `recipient` is the opaque id of a person, or "".
    While it is being sent, `due_at` is the end of the lease of the worker that sends it, and `attempts` tells
    that worker from a later one. A letter is made first, then printed and posted by the city's staff.
    Address, subject and body are emptied in time; what was sent when, by which channel, stays.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        SMS = "sms", _("text message")
        LETTER = "letter", _("letter on paper")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be sent")
        SENDING = "sending", _("is being sent")
        READY = "ready", _("waits to be printed and posted")
        SENT = "sent", _("sent")
        FAILED = "failed", _("could not be sent")
        DROPPED = "dropped", _("taken back before it was sent")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(max_length=200, unique=True)
    template = models.CharField(max_length=80)
    recipient = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=8, choices=Channel)
    address = models.CharField(max_length=800, blank=True)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    is_secret = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to="letters/", max_length=200, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "due_at"], name="message_due"),
            models.Index(fields=["recipient", "-id"], name="message_of_person"),
            models.Index(fields=["created_at"], condition=~models.Q(body=""), name="message_with_contents"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(key=""), name="message_has_a_key"),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="message_sent_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(channel="letter"),
                name="message_to_be_posted_is_a_letter",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="failed") | ~models.Q(failure=""),
                name="message_failed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.key
