"""The change log of the open catalogue, from which feeds are read without gap or repeat."""

from django.db import models
from django.db.models import F, Q


class UnnumberedChange(models.Model):
    """An offer was published, changed or withdrawn; written in the transaction that did so.

    Its number is given after the commit: a number that was taken before it would show up behind larger ones,
    and a reader who is past these would never see it.
    """

    offer_id = models.BigIntegerField()
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk}: offer {self.offer_id}"


class Change(models.Model):
    """The last change of one offer of the open catalogue. A new change moves it to the end, by a new number.

    It outlives its offer: a removal is told for a stated period.
    """

    offer_id = models.BigIntegerField(unique=True)
    public_id = models.UUIDField(unique=True)
    number = models.BigIntegerField(unique=True)
    is_removed = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["changed_at"], name="change_removal_by_age", condition=Q(is_removed=True))
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.public_id}"


class ChangeCount(models.Model):
    """How far the change log is numbered: one row, which whoever gives numbers holds locked.

    `complete_from`: who has read this far or farther misses no removal; who has not begins again.
    `open_sources` are the rows of the sources whose offers the log tells of.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    last_number = models.BigIntegerField()
    complete_from = models.BigIntegerField()
    open_sources = models.JSONField(default=list)
    numbered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="change_count_is_one_row"),
            models.CheckConstraint(
                condition=Q(complete_from__lte=F("last_number")), name="change_numbers_are_in_order"
            ),
        ]

    def __str__(self) -> str:
        return str(self.last_number)
