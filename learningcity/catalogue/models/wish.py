"""What people look for and do not find, and what they tell about the catalogue."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models.offer import Offer


class Wish(models.Model):
    """Something somebody would like to learn and did not find. Holds nobody; words only where they agreed."""

    class Kind(models.TextChoices):
        NOTHING_FOUND = "nothing_found", _("a search found nothing")
        WANTED = "wanted", _("I want to learn …")

    kind = models.CharField(max_length=16, choices=Kind)
    theme = models.CharField(max_length=2, choices=Offer.Field, default=Offer.Field.UNKNOWN)
    area = models.ForeignKey(
        "city.Area", null=True, blank=True, on_delete=models.SET_NULL, related_name="wishes"
    )
    words = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=12)
    wished_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["wished_on", "id"], name="wish_by_day")]

    def __str__(self) -> str:
        return f"{self.pk} {self.theme}"


class Feedback(models.Model):
    """A suggestion or a report of an error, by anybody; the address is for the answer and goes after it."""

    class Kind(models.TextChoices):
        SUGGESTION = "suggestion", _("something is missing")
        ERROR = "error", _("something is wrong")

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        DONE = "done", _("done")
        DECLINED = "declined", _("not done")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    offer = models.ForeignKey(
        "catalogue.Offer", null=True, blank=True, on_delete=models.CASCADE, related_name="feedback"
    )
    words = models.CharField(max_length=2000)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=1000, blank=True)
    sent_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="feedback_says_something"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="feedback_answered_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "sent_at", "id"], name="feedback_in_the_queue"),
            models.Index(fields=["answered_at", "id"], name="feedback_by_answer"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
