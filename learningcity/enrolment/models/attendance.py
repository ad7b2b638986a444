"""Who was there, what was corrected, the code of a session, and what was completed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Attendance(models.Model):
    """Whether one enrolled person was at one session. Corrections keep the first entry."""

    class State(models.TextChoices):
        PRESENT = "present", _("present")
        PART = "part", _("part of the time")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    class Way(models.TextChoices):
        LIST = "list", _("on the list")
        CODE = "code", _("by code")
        PAPER = "paper", _("on paper")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey("enrolment.Enrolment", on_delete=models.PROTECT, related_name="attendances")
    session = models.ForeignKey("catalogue.Session", on_delete=models.PROTECT, related_name="attendances")
    state = models.CharField(max_length=8, choices=State)
    minutes = models.PositiveIntegerField(null=True, blank=True)
    way = models.CharField(max_length=6, choices=Way)
    author = models.CharField(max_length=36, blank=True)
    taken_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "session"], name="attendance_once_a_session"),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(state="part"), name="attendance_minutes_of_a_part"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "state"], name="attendance_at_session"),
            models.Index(fields=["taken_at", "id"], name="attendance_by_moment"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AttendanceCorrection(models.Model):
    """One correction of an entry: what it was, what it became, why, by whom. Written once."""

    attendance = models.ForeignKey(Attendance, on_delete=models.CASCADE, related_name="corrections")
    before = models.CharField(max_length=8, choices=Attendance.State)
    after = models.CharField(max_length=8, choices=Attendance.State)
    minutes_before = models.PositiveIntegerField(null=True, blank=True)
    minutes_after = models.PositiveIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=300)
    author = models.CharField(max_length=36, blank=True)
    corrected_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="attendance_corrected_why")]

    def __str__(self) -> str:
        return f"{self.attendance_id} {self.before} {self.after}"


class SessionCode(models.Model):
    """The code that a teacher shows in the room; valid only during the session.

    It opens nothing but the own presence of those enrolled, and is shown to everybody in the room: so it is
    kept as it is.
    """

    session = models.OneToOneField(
        "catalogue.Session", on_delete=models.CASCADE, related_name="attendance_code"
    )
    code = models.CharField(max_length=8)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.session_id}"


class Completion(models.Model):
    """What a person completed: under which rule, with how many hours."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.OneToOneField(
        "enrolment.Enrolment", on_delete=models.PROTECT, related_name="completion"
    )
    rule = models.CharField(max_length=8)
    percent = models.PositiveSmallIntegerField()
    minutes = models.PositiveIntegerField()
    author = models.CharField(max_length=36, blank=True)
    completed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["completed_at", "id"], name="completion_by_moment")]

    def __str__(self) -> str:
        return str(self.public_id)
