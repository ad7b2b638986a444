"""Offers that may be one: keys that bring them together, pairs, merges, whose word counts."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from learningcity.catalogue.models.offer import Offer
from learningcity.catalogue.models.provider import Source
from learningcity.catalogue.models.session import Series, Session


class MatchKey(models.Model):
    """A number that an offer shares with offers like it. `group` is its source; 0 if it was typed by hand.

    Offers of one feed are never compared with one another: their source tells them apart.
    """

    offer_id = models.BigIntegerField()
    key = models.BigIntegerField()
    group = models.BigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["key", "group", "offer_id"], name="match_key_found"),
            models.Index(fields=["offer_id"], name="match_key_of_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}: {self.key}"


class DuplicatePair(models.Model):
    """Two offers that may be one, with the reasons, and what a person decided.

    `weight` is the sum of the reasons in hundredths of a bit.
    The digests are of what was compared when somebody called them different: the pair comes up again only
    after both have changed.
    """

    class State(models.TextChoices):
        OPEN = "open", _("to decide")
        SAME = "same", _("one and the same")
        DIFFERENT = "different", _("different")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    first = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    weight = models.IntegerField()
    reasons = models.JSONField(default=list)
    first_digest = models.CharField(max_length=32)
    second_digest = models.CharField(max_length=32)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="duplicate_pair_decided_at_a_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-weight", "-id"], name="duplicate_pair_queue"),
            models.Index(fields=["state", "-decided_at", "-id"], name="duplicate_pair_decided"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class OfferMerge(models.Model):
    """Two offers made one. The dropped one keeps its row, hidden, and its address leads to the kept one.

    `moved` holds what the rooms that listened handed back, so that an undo can give it back to them.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kept = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="merges")
    dropped = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="merged_away")
    was_published = models.BooleanField()
    moved = models.JSONField(default=dict)
    merged_at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="offer_merge_of_two"),
            models.UniqueConstraint(
                fields=["dropped"], condition=Q(undone_at__isnull=True), name="offer_merged_away_once"
            ),
        ]
        indexes = [models.Index(fields=["-merged_at", "-id"], name="offer_merge_latest")]

    def __str__(self) -> str:
        return str(self.public_id)


class MovedSeries(models.Model):
    """A series that a merge brought under the kept offer; its home is where its source still knows it."""

    merge = models.ForeignKey(OfferMerge, on_delete=models.CASCADE, related_name="moved_series")
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="moves")
    home = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="series_elsewhere")
    home_key = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "series"], name="series_moved_once_a_merge")]

    def __str__(self) -> str:
        return f"{self.merge_id}: series {self.series_id}"


class MovedSession(models.Model):
    """A date that a merge brought under a series of the kept offer which lacked it."""

    merge = models.ForeignKey(OfferMerge, on_delete=models.CASCADE, related_name="moved_sessions")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="moves")
    home = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="sessions_elsewhere")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merge", "session"], name="session_moved_once_a_merge")
        ]

    def __str__(self) -> str:
        return f"{self.merge_id}: session {self.session_id}"


class JoinedSeries(models.Model):
    """A series of the dropped offer that is the same run as one of the kept offer."""

    merge = models.ForeignKey(OfferMerge, on_delete=models.CASCADE, related_name="joined_series")
    kept = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="joins")
    dropped = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="joined_to")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merge", "dropped"], name="series_joined_once_a_merge"),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="series_joined_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.merge_id}: series {self.dropped_id} to {self.kept_id}"


class JoinedSession(models.Model):
    """A date of the dropped offer that is the same as one of the kept offer."""

    merge = models.ForeignKey(OfferMerge, on_delete=models.CASCADE, related_name="joined_sessions")
    kept = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="joins")
    dropped = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="joined_to")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merge", "dropped"], name="session_joined_once_a_merge"),
            models.CheckConstraint(condition=~Q(kept=F("dropped")), name="session_joined_to_another"),
        ]

    def __str__(self) -> str:
        return f"{self.merge_id}: session {self.dropped_id} to {self.kept_id}"


class SourceRank(models.Model):
    """How much a source's word counts in a field; the smallest number wins. An empty field: in all others."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="ranks")
    field = models.CharField(max_length=20, blank=True)
    rank = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "field"], name="source_ranked_once_a_field")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.field}: {self.rank}"


class FieldOrigin(models.Model):
    """A field of a kept offer that says what another source says, and what its own source said of it.

    `source_digest` is that of the offer's own source when the value was taken over: a value that changed
    since without it was written by a person, and stays.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="origins")
    field = models.CharField(max_length=20)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    own = models.JSONField()
    taken = models.JSONField()
    source_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "field"], name="field_from_one_source")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.field}"
