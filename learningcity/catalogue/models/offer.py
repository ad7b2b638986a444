"""What can be learned: the offer, its texts, prices, access facts and skills."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class Offer(models.Model):
    """Something that can be learned. When and where is said by its series and sessions.

    A draft was never published; an offer that is neither draft nor published was withdrawn.
    """

    class LearningForm(models.TextChoices):
        """The three forms of the Classification of Learning Activities (Eurostat CLA, 2016)."""

        FORMAL = "formal", _("formal")
        NON_FORMAL = "non_formal", _("non-formal")
        INFORMAL = "informal", _("informal")

    class Mode(models.TextChoices):
        ON_SITE = "on_site", _("on site")
        ONLINE = "online", _("online")
        BOTH = "both", _("on site and online")

    class Field(models.TextChoices):
        """The broad fields of ISCED-F 2013."""

        GENERIC = "00", _("basic and everyday skills")
        EDUCATION = "01", _("education")
        ARTS = "02", _("arts, humanities and languages")
        SOCIAL = "03", _("society, journalism and information")
        BUSINESS = "04", _("business, administration and law")
        SCIENCE = "05", _("nature, science and mathematics")
        ICT = "06", _("computers and digital")
        ENGINEERING = "07", _("engineering, building and crafts")
        AGRICULTURE = "08", _("gardening, farming and animals")
        HEALTH = "09", _("health, care and welfare")
        SERVICES = "10", _("services, sport, cooking and safety")
        UNKNOWN = "99", _("not known")

    class Level(models.TextChoices):
        OPEN = "open", _("open to all")
        BEGINNER = "beginner", _("for beginners")
        INTERMEDIATE = "intermediate", _("for people with some experience")
        ADVANCED = "advanced", _("advanced")

    class Audience(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        CHILDREN = "children", _("children")
        YOUNG_PEOPLE = "young_people", _("young people")
        ADULTS = "adults", _("adults")
        OLDER_PEOPLE = "older_people", _("older people")
        FAMILIES = "families", _("families")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # The first column of another index or constraint needs no index of its own.
    provider = models.ForeignKey(
        "catalogue.Provider", on_delete=models.PROTECT, related_name="offers", db_index=False
    )
    source = models.ForeignKey(
        "catalogue.Source", on_delete=models.PROTECT, related_name="offers", db_index=False
    )
    source_key = models.CharField(max_length=200)
    source_digest = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=600, blank=True)
    description = models.TextField(blank=True, max_length=20000)
    language = models.CharField(_("language of the text"), max_length=12)
    taught_in = models.JSONField(_("languages of instruction"), default=list)
    form = models.CharField(max_length=12, choices=LearningForm)
    field = models.CharField(max_length=2, choices=Field, default=Field.UNKNOWN)
    level = models.CharField(max_length=16, choices=Level, default=Level.OPEN)
    mode = models.CharField(max_length=10, choices=Mode)
    audience = models.CharField(max_length=16, choices=Audience, default=Audience.EVERYONE)
    age_from = models.PositiveSmallIntegerField(null=True)
    age_to = models.PositiveSmallIntegerField(null=True)
    hours = models.PositiveIntegerField(null=True)
    website = models.URLField(max_length=500, blank=True)
    confirmed_on = models.DateField()
    is_published = models.BooleanField(default=True)
    is_draft = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="offer_known_once"),
            models.CheckConstraint(condition=~Q(title=""), name="offer_has_a_title"),
            models.CheckConstraint(
                condition=Q(is_draft=False) | Q(is_published=False), name="offer_draft_is_not_published"
            ),
            models.CheckConstraint(
                condition=Q(age_from__isnull=True)
                | Q(age_to__isnull=True)
                | Q(age_from__lte=models.F("age_to")),
                name="offer_ages_are_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["changed_at", "id"], name="offer_changes"),
            models.Index(fields=["provider", "id"], name="offer_of_provider"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    def get_absolute_url(self) -> str:
        return reverse("catalogue:offer_detail", args=[self.public_id])


class OfferText(models.Model):
    """The words of an offer in one more language."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="texts", db_index=False)
    language = models.CharField(max_length=12)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=600, blank=True)
    description = models.TextField(blank=True, max_length=20000)
    is_machine_made = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "language"], name="offer_text_once_a_language")
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.language}"


class OfferPrice(models.Model):
    """What a group of people pays, in cents of the city's currency. 0 is free, said explicitly."""

    class Group(models.TextChoices):
        EVERYONE = "everyone", _("everyone")
        CHILD = "child", _("children")
        STUDENT = "student", _("students")
        SENIOR = "senior", _("people over 60")
        UNEMPLOYED = "unemployed", _("people out of work")
        LOW_INCOME = "low_income", _("people with a low income")
        DISABLED = "disabled", _("disabled people")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="prices", db_index=False)
    group = models.CharField(max_length=16, choices=Group)
    cents = models.IntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "group"], name="offer_price_once_a_group"),
            models.CheckConstraint(condition=Q(cents__gte=0), name="offer_price_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.group}: {self.cents}"


class OfferAccess(models.Model):
    """One access fact: yes or no. No row means not known."""

    class Feature(models.TextChoices):
        STEP_FREE = "step_free", _("step-free")
        LIFT = "lift", _("lift")
        TOILET = "toilet", _("accessible toilet")
        HEARING_LOOP = "hearing_loop", _("hearing loop")
        SIGN_LANGUAGE = "sign_language", _("sign language")
        QUIET_ROOM = "quiet_room", _("quiet room")
        GUIDE_DOG = "guide_dog", _("guide dogs welcome")
        CHILDCARE = "childcare", _("childcare")

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="access", db_index=False)
    feature = models.CharField(max_length=16, choices=Feature)
    is_there = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "feature"], name="offer_access_fact_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.feature}: {self.is_there}"


class OfferSkill(models.Model):
    """A skill the offer teaches, in the provider's words."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="skills", db_index=False)
    words = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "words"], name="offer_skill_said_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.position}"


class OfferConcept(models.Model):
    """A concept of a published vocabulary (YSO, ESCO …) by which the source files the offer."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="concepts", db_index=False)
    address = models.URLField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "address"], name="offer_concept_said_once")]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.address}"
