"""How the places of a series, or of one session, are given."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Intake(models.Model):
    """The places of a series (`session` is empty) or of one session, and the rules by which they are given.

    `taken` counts the places of enrolments that hold, were offered or have one; the database refuses to let
    it pass `places`. No `places` means that everybody finds room. `is_told`: the catalogue knows how many are
    left; whatever changes that, takes it back in the same transaction. `seed_digest` is published when the
    list opens, the `seed` itself when it is drawn: nobody can choose it afterwards.
    """

    class Rule(models.TextChoices):
        ARRIVAL = "arrival", _("in order of arrival")
        DRAW = "draw", _("by draw")
        PRIORITY = "priority", _("by need, then by draw")

    class Completing(models.TextChoices):
        NONE = "none", _("taking part is enough")
        SHARE = "share", _("a share of the sessions")
        ALL = "all", _("all sessions")
        TEACHER = "teacher", _("the teacher says so")

    class Decision(models.TextChoices):
        OPEN = "open", _("not decided")
        GO = "go", _("takes place")
        POSTPONED = "postponed", _("postponed")
        CANCELLED = "cancelled", _("cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey("catalogue.Series", on_delete=models.PROTECT, related_name="intakes")
    session = models.ForeignKey(
        "catalogue.Session", null=True, blank=True, on_delete=models.PROTECT, related_name="intakes"
    )
    places = models.PositiveIntegerField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    last_event = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    is_told = models.BooleanField(default=False)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    minimum = models.PositiveIntegerField(default=0)
    decide_on = models.DateField(null=True, blank=True)
    asked_to_decide_on = models.DateField(null=True, blank=True)
    decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    rule = models.CharField(max_length=10, choices=Rule, default=Rule.ARRIVAL)
    draws_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    seed = models.CharField(max_length=64, blank=True)
    seed_digest = models.CharField(max_length=64, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(default=15)
    answer_hours = models.PositiveSmallIntegerField(default=48)
    largest_party = models.PositiveSmallIntegerField(default=6)
    most_companions = models.PositiveSmallIntegerField(default=1)
    companions_take_places = models.BooleanField(default=False)
    allows_guests = models.BooleanField(default=False)
    checks_age = models.BooleanField(default=True)
    cancel_hours = models.PositiveSmallIntegerField(default=0)
    completing = models.CharField(max_length=8, choices=Completing, default=Completing.SHARE)
    completing_percent = models.PositiveSmallIntegerField(default=80)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["series"], condition=Q(session=None), name="intake_once_a_series"
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(session__isnull=False), name="intake_once_a_session"
            ),
            models.CheckConstraint(
                condition=Q(places=None) | Q(taken__lte=F("places")), name="intake_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(rule="arrival") | Q(draws_at__isnull=False), name="intake_drawn_at_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(completing_percent__gte=1) & Q(completing_percent__lte=100),
                name="intake_share_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(hold_minutes__gte=1) & Q(answer_hours__gte=1) & Q(largest_party__gte=1),
                name="intake_leaves_time_and_room",
            ),
        ]
        indexes = [
            models.Index(fields=["series", "id"], name="intake_of_series"),
            models.Index(fields=["id"], condition=Q(is_told=False), name="intake_to_tell"),
            models.Index(
                fields=["draws_at", "id"],
                condition=Q(drawn_at=None, draws_at__isnull=False),
                name="intake_to_draw",
            ),
            models.Index(
                fields=["decision", "decide_on"],
                condition=Q(decide_on__isnull=False),
                name="intake_to_decide",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def places_left(self) -> int | None:
        """The places nobody has, holds or was offered; None where there is no limit."""
        return None if self.places is None else self.places - self.taken


class Criterion(models.Model):
    """A published reason for which somebody comes earlier in a list by need, with its points and its days."""

    class Kind(models.TextChoices):
        AGE = "age", _("age in years")
        AREA = "area", _("lives in an area")
        NEVER_TOOK_PART = "never", _("took part in nothing for two years")
        WAITED = "waited", _("waited for the last run in vain")
        SAID = "said", _("says so: a helper at a desk has seen the proof")

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="criteria")
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=8, choices=Kind)
    words = models.CharField(max_length=200)
    least = models.PositiveSmallIntegerField(null=True, blank=True)
    most = models.PositiveSmallIntegerField(null=True, blank=True)
    area = models.CharField(max_length=80, blank=True)
    points = models.PositiveSmallIntegerField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "key"], name="criterion_said_once"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(from_on__lte=F("until_on")), name="criterion_days_are_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.key}"
