"""When people want to be reminded, the address of their calendar, and what changed about a date."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ReminderChoice(models.Model):
    """How long before a date a person wants to be reminded. Without a choice it is the day before."""

    class Hours(models.IntegerChoices):
        NEVER = 0, _("do not remind me")
        TWO_HOURS = 2, _("two hours before")
        DAY = 24, _("the day before")
        TWO_DAYS = 48, _("two days before")
        WEEK = 168, _("a week before")

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, related_name="reminder_choice")
    hours = models.PositiveSmallIntegerField(choices=Hours)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hours__in=[0, 2, 24, 48, 168]), name="reminder_of_a_kind")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.hours}"


class CalendarAddress(models.Model):
    """Where a calendar program reads a person's places: a private address, known by its digest only."""

    person = models.OneToOneField("people.Person", on_delete=models.CASCADE, related_name="calendar_address")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id}"


class SessionNews(models.Model):
    """Something that changed about a date, until everybody enrolled or waiting has been told of it.

    `before` says how it held, `after` how it holds now (`queries.session_news.facts_of`). News of one run
    with the same moment are one act and one message.
    """

    class What(models.TextChoices):
        MOVED = "session_moved", _("a date was moved")
        CANCELLED = "session_cancelled", _("a date was cancelled")
        POSTPONED = "session_postponed", _("a date was postponed")
        BACK = "session_back", _("a date takes place after all")
        PLACE = "session_place", _("the place of a date changed")

    session = models.ForeignKey("catalogue.Session", on_delete=models.CASCADE, related_name="news")
    what = models.SlugField(max_length=20, choices=What)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["at", "id"], condition=Q(told_at=None), name="session_news_to_tell"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.what}"
