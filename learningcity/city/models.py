"""Tables of the city: its profile, areas, population, venues, streets and walks."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def in_own_language(word: str, others: dict[str, str]) -> str:
    """Return the word of the open data in the reader's language where the data has one, else as it is.

    >>> in_own_language("Wards", {})
    'Wards'
    """
    language = get_language() or ""
    return others.get(language) or others.get(language.partition("-")[0]) or word


class City(models.Model):
    """The one city of this node, as its bundle describes it."""

    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict)
    country = models.CharField(max_length=2)
    region = models.CharField(max_length=3, blank=True, default="")
    time_zone = models.CharField(max_length=60)
    languages = models.JSONField()
    currency = models.CharField(max_length=3)
    lat = models.FloatField()
    lon = models.FloatField()
    snap_metres = models.PositiveIntegerField(default=400)
    sources = models.JSONField(default=list)
    bundle_digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="city_is_one")]

    def __str__(self) -> str:
        return self.name

    @property
    def local_name(self) -> str:
        """The name in the reader's language, where the bundle has one."""
        return in_own_language(self.name, self.names)


class AreaSet(models.Model):
    """One division of the city into areas: wards, small statistical areas of a year, districts."""

    class Purpose(models.TextChoices):
        NAMES = "names", _("names that residents use")
        STATISTICS = "statistics", _("areas of published statistics")

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=120)
    labels = models.JSONField(default=dict)
    source = models.CharField(max_length=40)
    purpose = models.CharField(max_length=20, choices=Purpose)
    position = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return self.key

    @property
    def local_label(self) -> str:
        """The label in the reader's language, where the bundle has one."""
        return in_own_language(self.label, self.labels)


class Area(models.Model):
    """One area: its outline (GeoJSON), the same simplified for maps, its box, a point surely inside it.

    `street_node` is the node of the walking network near that point; nothing where no street is near.
    """

    area_set = models.ForeignKey(AreaSet, on_delete=models.CASCADE, related_name="areas")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    names = models.JSONField(default=dict)
    folded_name = models.CharField(max_length=500)
    outline = models.JSONField()
    sketch = models.JSONField()
    south = models.FloatField()
    west = models.FloatField()
    north = models.FloatField()
    east = models.FloatField()
    lat = models.FloatField()
    lon = models.FloatField()
    street_node = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_set", "code"], name="area_code_used_once"),
            models.CheckConstraint(
                condition=Q(south__lte=models.F("north")) & Q(west__lte=models.F("east")),
                name="area_box_is_a_box",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("city:area_detail", args=[self.area_set.key, self.code])

    @property
    def local_name(self) -> str:
        """The name in the reader's language, where the bundle has one."""
        return in_own_language(self.name, self.names)

    @property
    def is_covered(self) -> bool:
        """Whether a street is near enough to measure walks from here."""
        return self.street_node is not None


class PopulationTable(models.Model):
    """One published table: how many people (or households) of which groups live in the areas of a set.

    The groups of a table with `counts_everyone` add up to the population of an area.
    """

    class Unit(models.TextChoices):
        PEOPLE = "people", _("people")
        HOUSEHOLDS = "households", _("households")

    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(max_length=200)
    labels = models.JSONField(default=dict)
    area_set = models.ForeignKey(AreaSet, on_delete=models.CASCADE, related_name="population_tables")
    unit = models.CharField(max_length=20, choices=Unit, default=Unit.PEOPLE)
    year = models.PositiveSmallIntegerField()
    counts_everyone = models.BooleanField(default=False)
    source = models.CharField(max_length=40)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_set"], condition=Q(counts_everyone=True), name="area_set_counted_by_one_table"
            )
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def local_label(self) -> str:
        """The label in the reader's language, where the bundle has one."""
        return in_own_language(self.label, self.labels)


class PopulationGroup(models.Model):
    """One group of a table: an age band, a decile of deprivation, a language.

    `name` is table and group in one word (`education-decile-1`): what addresses and the API call it.
    """

    table = models.ForeignKey(PopulationTable, on_delete=models.CASCADE, related_name="groups")
    key = models.SlugField(max_length=60)
    name = models.SlugField(max_length=101, unique=True)
    label = models.CharField(max_length=200)
    labels = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "key"], name="population_group_key_used_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def local_label(self) -> str:
        """The label in the reader's language, where the bundle has one."""
        return in_own_language(self.label, self.labels)


class PopulationCount(models.Model):
    """How many of a group live in an area."""

    group = models.ForeignKey(PopulationGroup, on_delete=models.CASCADE, related_name="counts")
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="counts")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "area"], name="population_counted_once")]

    def __str__(self) -> str:
        return f"{self.group_id} in {self.area_id}: {self.count}"


class Venue(models.Model):
    """A place where learning can happen. A point may be missing: then nobody can say how far it is.

    `street_node` is the node of the walking network near the point; nothing where no street is near.
    """

    class Kind(models.TextChoices):
        LIBRARY = "library", _("library")
        SCHOOL = "school", _("school")
        COLLEGE = "college", _("college")
        UNIVERSITY = "university", _("university")
        KINDERGARTEN = "kindergarten", _("kindergarten or childcare")
        COMMUNITY_CENTRE = "community_centre", _("community centre")
        MUSEUM = "museum", _("museum")
        GALLERY = "gallery", _("gallery")
        ARTS_CENTRE = "arts_centre", _("arts centre or studio")
        THEATRE = "theatre", _("theatre")
        SPORTS_CENTRE = "sports_centre", _("sports centre")
        PLACE_OF_WORSHIP = "place_of_worship", _("place of worship")
        JOB_CENTRE = "job_centre", _("employment office")
        SOCIAL_FACILITY = "social_facility", _("social centre")
        TRAINING = "training", _("training centre")
        NATURE = "nature", _("park or nature reserve")
        WORKPLACE = "workplace", _("workplace")
        OTHER = "other", _("other place")

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNKNOWN = "unknown", _("not known")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=40)
    source_key = models.CharField(max_length=120)
    name = models.CharField(max_length=255)
    folded_name = models.CharField(max_length=500)
    kind = models.CharField(max_length=30, choices=Kind)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    area = models.ForeignKey(Area, null=True, on_delete=models.SET_NULL, related_name="venues")
    address = models.CharField(max_length=300, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    website = models.URLField(max_length=500, blank=True)
    opening_hours = models.CharField(max_length=300, blank=True)
    step_free = models.CharField(max_length=10, choices=Answer, default=Answer.UNKNOWN)
    is_gone = models.BooleanField(default=False)
    street_node = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="venue_known_once"),
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="venue_point_is_on_earth",
            ),
        ]
        indexes = [models.Index(fields=["kind", "id"], name="venue_of_kind")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("city:venue_detail", args=[self.public_id])


class TravelNetwork(models.Model):
    """The streets people walk on, packed by `engines.access.Network.to_bytes`."""

    mode = models.CharField(max_length=20, unique=True)
    nodes = models.PositiveIntegerField()
    edges = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    data = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.mode}: {self.nodes} nodes"


class Walk(models.Model):
    """The walk from an area's inner point to the nearest venue of a kind; no metres where it is unknown."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="walks")
    kind = models.CharField(max_length=30, choices=Venue.Kind)
    metres = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "kind"], name="walk_measured_once")]

    def __str__(self) -> str:
        return f"{self.area_id} to {self.kind}"
