"""Who offers learning, and where the records come from."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Source(models.Model):
    """Where records come from: the city's own desk, a file, a feed; with its licence.

    A source with an `address` is a feed: it is asked in its rhythm. `marker` is where its next reading
    begins, for feeds that tell only what changed. `most_gone` is the share of published offers, in percent,
    that one import may withdraw by itself.
    """

    class Rhythm(models.IntegerChoices):
        BY_HAND = 0, _("only when somebody asks")
        HOURLY = 60, _("every hour")
        FOUR_A_DAY = 360, _("every six hours")
        DAILY = 1440, _("every day")
        WEEKLY = 10080, _("every week")

    key = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    licence = models.CharField(max_length=120, blank=True)
    attribution = models.CharField(max_length=300, blank=True)
    url = models.URLField(max_length=500, blank=True)
    is_synthetic = models.BooleanField(default=False)
    owner = models.ForeignKey(
        "people.Organisation", null=True, on_delete=models.PROTECT, related_name="sources"
    )
    owner_words = models.CharField(max_length=200, blank=True)
    address = models.URLField(max_length=500, blank=True)
    layout = models.CharField(max_length=20, blank=True)
    rhythm = models.PositiveIntegerField(choices=Rhythm, default=Rhythm.BY_HAND)
    language = models.CharField(max_length=12, blank=True)
    time_zone = models.CharField(max_length=60, blank=True)
    most_gone = models.PositiveSmallIntegerField(default=20)
    is_paused = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    marker = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(most_gone__lte=100), name="source_share_is_in_percent"),
        ]
        indexes = [models.Index(fields=["due_at"], name="source_due")]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        return reverse("catalogue:feed", args=[self.key])


class ImportRun(models.Model):
    """One import of a source, and what it did.

    A run that stopped has written nothing but itself: its counts say what it would have done, and
    `gone_digest` stands for the offers that it would have withdrawn. `passed_at` is when a member of the
    city's staff let exactly these go.
    """

    class State(models.TextChoices):
        DONE = "done", _("done")
        STOPPED = "stopped", _("stopped, and asks")
        FAILED = "failed", _("failed")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    code = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=600, blank=True)
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    gone = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField()
    gone_digest = models.CharField(max_length=64, blank=True)
    passed_at = models.DateTimeField(null=True)
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="done") | ~Q(sentence=""), name="import_that_is_not_done_says_why"
            ),
        ]
        indexes = [models.Index(fields=["source", "imported_at"], name="import_of_source")]

    def __str__(self) -> str:
        return str(self.public_id)


class Provider(models.Model):
    """The public face of an organisation that offers learning."""

    organisation = models.OneToOneField(
        "people.Organisation", on_delete=models.PROTECT, related_name="provider"
    )
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="providers")
    source_key = models.CharField(max_length=200)
    summary = models.TextField(blank=True, max_length=2000)
    language = models.CharField(_("language of the text"), max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "source_key"], name="provider_known_once")]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.source_key}"

    def get_absolute_url(self) -> str:
        return reverse("catalogue:provider_detail", args=[self.organisation.public_id])
