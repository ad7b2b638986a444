"""Who last said that an offer still is as it stands, and who was asked to say it again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Freshness(models.Model):
    """What was done about an offer that nobody has confirmed for long; empty again once somebody does."""

    class Voucher(models.TextChoices):
        PROVIDER = "provider", _("the provider")
        CITY = "city", _("the city")
        LINK = "link", _("the provider, by a link in a message")

    offer = models.OneToOneField("catalogue.Offer", on_delete=models.CASCADE, related_name="freshness")
    vouched_by = models.CharField(max_length=10, choices=Voucher, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    warned_on = models.DateField(null=True, blank=True)
    warned_again_on = models.DateField(null=True, blank=True)
    hidden_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hidden_on=None) | models.Q(warned_again_on__isnull=False),
                name="offer_hidden_after_two_warnings",
            ),
            models.CheckConstraint(
                condition=models.Q(warned_again_on=None) | models.Q(warned_on__isnull=False),
                name="offer_warned_before_warned_again",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id}"
