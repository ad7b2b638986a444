"""Skills of a published vocabulary (ESCO), and which of them an offer teaches."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    """A skill, or a piece of knowledge, by its address in the vocabulary. The label is in `language`.

    `position` is its place in the shipped table of that version: by it the suggestions name it.
    """

    class Kind(models.TextChoices):
        SKILL = "skill", _("skill")
        KNOWLEDGE = "knowledge", _("knowledge")

    uri = models.URLField(max_length=200, unique=True)
    version = models.CharField(max_length=12)
    language = models.CharField(max_length=12, default="en")
    label = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    description = models.TextField(blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="skill_has_a_label"),
            models.CheckConstraint(condition=~Q(uri=""), name="skill_has_an_address"),
        ]
        indexes = [models.Index(fields=["position"], name="skill_by_position")]

    def __str__(self) -> str:
        return self.uri


class SkillTaught(models.Model):
    """That an offer teaches a skill, confirmed by somebody who keeps the offer; the audit says who."""

    class Origin(models.TextChoices):
        SUGGESTED = "suggested", _("suggested from the text")
        FOUND = "found", _("looked up")
        FEED = "feed", _("named by the source")

    class Voucher(models.TextChoices):
        PROVIDER = "provider", _("the provider")
        CITY = "city", _("the city")

    offer = models.ForeignKey("catalogue.Offer", on_delete=models.CASCADE, related_name="skills_taught")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="taught_by")
    origin = models.CharField(max_length=10, choices=Origin)
    confirmed_by = models.CharField(max_length=10, choices=Voucher)
    confirmed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "skill"], name="offer_teaches_a_skill_once"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.skill_id}"
