"""Acting for another person, and looking somebody up."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from learningcity.core.actors import Channel, Right
from learningcity.people.models.guardian import Guardianship
from learningcity.people.models.mandate import Mandate
from learningcity.people.models.organisation import Organisation
from learningcity.people.models.person import Login, Person


class Acting(models.Model):
    """A log-in acts for a person, for a short time. At most one is open for a log-in.

    The session keeps only its public id; every request asks again whether the right behind it still holds.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    login = models.ForeignKey(Login, on_delete=models.CASCADE, related_name="actings")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="acted_for")
    right = models.CharField(
        max_length=12, choices=[(r.value, r.value) for r in (Right.GUARDIAN, Right.MANDATE)]
    )
    channel = models.CharField(max_length=12, choices=[(c.value, c.value) for c in Channel])
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    mandate = models.ForeignKey(Mandate, null=True, on_delete=models.CASCADE, related_name="actings")
    guardianship = models.ForeignKey(
        Guardianship, null=True, on_delete=models.CASCADE, related_name="actings"
    )
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(right="mandate", mandate__isnull=False, guardianship__isnull=True)
                | models.Q(right="guardian", guardianship__isnull=False, mandate__isnull=True),
                name="acting_under_one_right",
            ),
            models.CheckConstraint(
                condition=~models.Q(right="mandate") | models.Q(organisation__isnull=False),
                name="acting_for_an_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("started_at")), name="acting_ends"
            ),
            models.UniqueConstraint(
                fields=["login"], condition=models.Q(ended_at__isnull=True), name="acting_for_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Lookup(models.Model):
    """A helper looked somebody up; the reason is kept here, apart from the audit trail.

    A search that found nobody has a row without a person, so that guessing has its limit, too.
    """

    class Reason(models.TextChoices):
        AT_DESK = "at_desk", _("the person is at the desk")
        CALLED = "called", _("the person called")
        LETTER = "letter", _("the person wrote a letter")
        DUPLICATE = "duplicate", _("to see whether the person is entered twice")
        COMPLAINT = "complaint", _("to answer a question or complaint")
        OTHER = "other", _("another reason")

    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="lookups"
    )
    looked_by = models.CharField(max_length=40)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason)
    words = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-at"], name="lookup_of_person"),
            models.Index(fields=["looked_by", "-at"], name="lookup_by_whom"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason="other") | ~models.Q(words=""), name="lookup_says_why"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.person_id}"
