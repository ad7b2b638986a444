"""Mandates: a person lets an organisation act for them, for named purposes, until a day."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from learningcity.people.models.organisation import Organisation
from learningcity.people.models.person import Person
from learningcity.people.models.purpose import Purpose


class Mandate(models.Model):
    """What a person allows an organisation to do for them.

    It is asked for first; it holds from `given_at`, when the person agreed on a screen, with the code of a
    message or on paper, until `ends_at` or until the person ends it.
    """

    class Way(models.TextChoices):
        SCREEN = "screen", _("on a screen")
        CODE = "code", _("with the code of a message")
        PAPER = "paper", _("on paper")

    class Days(models.IntegerChoices):
        DAY = 1, _("one day")
        MONTH = 31, _("a month")
        HALF_YEAR = 182, _("half a year")
        YEAR = 365, _("a year")

    class Ending(models.TextChoices):
        SCREEN = "screen", _("ended on a screen")
        DESK = "desk", _("ended at a desk")
        PHONE = "phone", _("ended by phone")
        PAPER = "paper", _("ended on paper")
        REFUSED = "refused", _("not given")
        LAPSED = "lapsed", _("not answered in time")
        MAJORITY = "majority", _("the person came of age")
        MERGED = "merged", _("two entries became one")
        ERASED = "erased", _("the person's data were erased")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mandates")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandates")
    way = models.CharField(max_length=8, choices=Way)
    days = models.PositiveSmallIntegerField(choices=Days)
    asked_by = models.CharField(max_length=40, blank=True)
    asked_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_through = models.CharField(max_length=20, choices=Ending, blank=True)
    paper_number = models.CharField(max_length=40, blank=True)
    code_digest = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True, blank=True)
    code_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["person", "organisation", "ends_at"], name="mandate_by_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(days__in=[1, 31, 182, 365]), name="mandate_lasts_a_known_time"
            ),
            models.CheckConstraint(
                condition=models.Q(given_at__isnull=True, ends_at__isnull=True)
                | models.Q(given_at__isnull=False, ends_at__gt=models.F("given_at")),
                name="mandate_given_has_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_through="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(ended_through="")),
                name="mandate_ended_through_a_channel",
            ),
            models.CheckConstraint(
                condition=~models.Q(way="paper") | ~models.Q(paper_number=""),
                name="mandate_on_paper_has_a_number",
            ),
            models.CheckConstraint(
                condition=models.Q(code_attempts__lte=5), name="mandate_code_tried_five_times"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class MandatePurpose(models.Model):
    """One purpose of a mandate."""

    mandate = models.ForeignKey(Mandate, on_delete=models.CASCADE, related_name="purposes")
    purpose = models.CharField(max_length=16, choices=Purpose)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mandate", "purpose"], name="mandate_purpose_named_once"),
            models.CheckConstraint(condition=~models.Q(purpose=Purpose.VOTE), name="mandate_never_to_vote"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.mandate_id}"


class MandateScan(models.Model):
    """The scan of a mandate on paper: checked by content, kept outside the web, erased with the person."""

    mandate = models.OneToOneField(Mandate, on_delete=models.CASCADE, related_name="scan")
    file = models.FileField(upload_to="mandates/", max_length=200)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    attached_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"scan of {self.mandate_id}"
