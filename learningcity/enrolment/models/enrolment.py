"""One person's way through an intake, the groups that come together, and those without an account."""

import secrets
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Guest(models.Model):
    """Somebody who enrols without an account; nothing counts until the link in the message is used.

    The link is known by its digest only. Somebody who asked again has two of them, until the next one is
    used: nobody can end the link of another by asking. A row without name and address was erased.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    born_on = models.DateField(null=True, blank=True)
    language = models.CharField(max_length=12, default="en")
    link_digest = models.CharField(max_length=64, unique=True)
    next_digest = models.CharField(max_length=64, null=True, blank=True, unique=True)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at=None) | Q(name="", email="", born_on=None),
                name="guest_gone_without_name",
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at", "id"], condition=Q(erased_at=None), name="guest_by_end"),
            models.Index(fields=["email"], name="guest_by_address"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Party(models.Model):
    """A group or family that enrols together."""

    class Way(models.TextChoices):
        ALL = "all", _("all of us or nobody")
        ANY = "any", _("as many of us as there are places")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    intake = models.ForeignKey("enrolment.Intake", on_delete=models.PROTECT, related_name="parties")
    way = models.CharField(max_length=4, choices=Way)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.public_id)


def fresh_token() -> str:
    """Return the name under which an enrolment stands in the published list; it says nothing of anybody."""
    return secrets.token_hex(8)


class Enrolment(models.Model):
    """One person's way through an intake.

    `number` is the order of arrival in the intake; `token` its name in the published list; `places` how many
    places it takes (companions count only where the intake says so). `until_at` is the end of a hold, or of
    the time to answer an offered place; `turn` its turn in the waiting list; `told_at` when it was said that
    the place is taken. An erased enrolment has neither person nor guest.
    """

    class State(models.TextChoices):
        HELD = "held", _("held while the form is open")
        ASKED = "asked", _("waits for the link in the message to be used")
        WAITING = "waiting", _("on the waiting list")
        OFFERED = "offered", _("a place is offered")
        ENROLLED = "enrolled", _("enrolled")
        LAPSED = "lapsed", _("the time to answer is over")
        DECLINED = "declined", _("did not want the place")
        CANCELLED = "cancelled", _("cancelled")
        CALLED_OFF = "called_off", _("called off by the organiser")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    intake = models.ForeignKey("enrolment.Intake", on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments"
    )
    guest = models.ForeignKey(
        Guest, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments"
    )
    party = models.ForeignKey(
        Party, null=True, blank=True, on_delete=models.PROTECT, related_name="enrolments"
    )
    token = models.CharField(max_length=32, unique=True, default=fresh_token)
    state = models.CharField(max_length=12, choices=State)
    number = models.PositiveIntegerField()
    companions = models.PositiveSmallIntegerField(default=0)
    places = models.PositiveSmallIntegerField(default=1)
    points = models.PositiveSmallIntegerField(default=0)
    met = models.JSONField(default=list, blank=True)
    turn = models.PositiveBigIntegerField(null=True, blank=True)
    until_at = models.DateTimeField(null=True, blank=True)
    is_synthetic = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "number"], name="enrolment_numbered_once"),
            models.UniqueConstraint(
                fields=["intake", "person"],
                condition=Q(state__in=["held", "asked", "waiting", "offered", "enrolled"]),
                name="enrolment_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["intake", "guest"],
                condition=Q(state__in=["held", "asked", "waiting", "offered", "enrolled"]),
                name="enrolment_once_a_guest",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(guest=None), name="enrolment_of_person_or_guest"
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1) & Q(places__lte=F("companions") + 1), name="enrolment_takes_places"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "offered"]) | Q(until_at__isnull=False),
                name="enrolment_held_until_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["intake", "state", "number"], name="enrolment_in_state"),
            models.Index(fields=["person", "state"], name="enrolment_of_person"),
            models.Index(
                fields=["until_at", "id"],
                condition=Q(state__in=["held", "offered"]),
                name="enrolment_by_end",
            ),
            models.Index(fields=["intake", "turn"], condition=Q(state="waiting"), name="enrolment_in_line"),
            models.Index(
                fields=["id"],
                condition=Q(state="enrolled", told_at=None, is_synthetic=False),
                name="enrolment_to_confirm",
            ),
            models.Index(
                fields=["changed_at"], condition=Q(state="enrolled"), name="enrolment_since_a_moment"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def takes_place(self) -> bool:
        """Whether a place is kept for it now."""
        return self.state in TAKING


State = Enrolment.State
LIVING = (State.HELD, State.ASKED, State.WAITING, State.OFFERED, State.ENROLLED)
"""States in which the person still wants the place."""
TAKING = (State.HELD, State.OFFERED, State.ENROLLED)
"""States in which a place is kept."""


class StatusChange(models.Model):
    """One change of the state of an enrolment: who, under which right, by which way, when. Written once."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="changes")
    state = models.CharField(max_length=12, choices=Enrolment.State)
    reason = models.SlugField(max_length=40, blank=True)
    right = models.CharField(max_length=12)
    channel = models.CharField(max_length=12)
    author = models.CharField(max_length=36, blank=True)
    organisation = models.CharField(max_length=36, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["enrolment", "id"], name="change_of_enrolment")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.state}"
