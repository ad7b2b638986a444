"""What happened to a waiting list, as it is published: anybody can replay it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class QueueEvent(models.Model):
    """One recorded input or outcome of a waiting list, in order. Written once, never changed.

    Holds no person: `token` and `party` are opaque names. The other events and the rule give every `offered`
    again. `places` says how many places somebody needs, or (`room`) how many were free to be given.
    """

    class Kind(models.TextChoices):
        COMMITTED = "committed", _("the digest of the seed was published")
        ROOM = "room", _("places were free")
        JOINED = "joined", _("joined the list")
        POINTS = "points", _("has other points")
        LEFT = "left", _("left the list")
        DRAWN = "drawn", _("the order was drawn")
        OFFERED = "offered", _("was offered a place")
        TAKEN = "taken", _("took the place")
        DECLINED = "declined", _("did not want the place")
        LAPSED = "lapsed", _("did not answer in time")

    intake = models.ForeignKey("enrolment.Intake", on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    token = models.CharField(max_length=32, blank=True)
    party = models.CharField(max_length=36, blank=True)
    keeps_together = models.BooleanField(default=False)
    places = models.PositiveIntegerField(default=0)
    points = models.PositiveSmallIntegerField(default=0)
    until_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["intake", "number"], name="queue_event_numbered_once"),
            models.UniqueConstraint(
                fields=["intake", "token"], condition=Q(kind="offered"), name="queue_offers_once"
            ),
            models.UniqueConstraint(fields=["intake"], condition=Q(kind="drawn"), name="queue_drawn_once"),
        ]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.number} {self.kind}"
