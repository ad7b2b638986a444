"""What people said of themselves: which answers there are, who said what, and what may be counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from learningcity.city.models import Area, AreaSet, PopulationGroup
from learningcity.city.queries import name_areas, statistic_areas
from learningcity.people.models import Characteristic, ConsentPurpose, Person, Pseudonym, Source
from learningcity.people.queries.consents import consenting
from learningcity.people.queries.languages import ISO_639_1, named_languages, own_name

Kind = Characteristic.Kind
Option = tuple[str, object]
NOT_SAID = Characteristic.NOT_SAID
CONFIRMED = (Source.DESK, Source.AUTHORITY)
OLDEST = 120
ETHNICITY_TABLE = "ethnicity"
SIGN_LANGUAGE, OTHER = "sgn", "other"

FIXED: dict[str, list[Option]] = {
    Kind.GENDER: [("woman", _("woman")), ("man", _("man")), (OTHER, _("other"))],
    Kind.QUALIFICATION: [
        ("isced_0_2", _("none, primary or lower secondary school (ISCED 0 to 2)")),
        ("isced_3_4", _("upper secondary school or an apprenticeship (ISCED 3 and 4)")),
        ("isced_5_8", _("college or university (ISCED 5 to 8)")),
    ],
    Kind.WORK: [
        ("employed", _("employed")),
        ("self_employed", _("self-employed")),
        ("unemployed", _("unemployed")),
        ("student", _("at school, college or university")),
        ("retired", _("retired")),
        ("caring", _("caring for family or home")),
        ("unable", _("not able to work for a long time")),
        (OTHER, _("other")),
    ],
    Kind.INCOME: [
        ("low", _("low: hard to pay for what we need")),
        ("middle", _("middle: enough for what we need")),
        ("high", _("high: more than we need")),
    ],
    Kind.DISABILITY: [
        ("none", _("no")),
        ("limited_a_little", _("yes, it limits me a little")),
        ("limited_a_lot", _("yes, it limits me a lot")),
        ("yes", _("yes")),
    ],
}

USED_FOR: dict[str, object] = {
    Characteristic.Use.INCLUSION: _(
        "Counted without your name, if you agreed, to see who takes part and who is left out. "
        "Small groups are never shown."
    ),
    Characteristic.Use.PRICE: _("Used to find the price that applies to you. Providers see the price only."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a person in one kind. `value` may be that they prefer not to say."""

    value: str
    source: str
    is_confirmed: bool
    use: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One kind of characteristic as the person sees it: their answer in words, if any."""

    kind: Characteristic.Kind
    said: Characteristic | None
    words: object
    used_for: object

    @property
    def is_confirmed(self) -> bool:
        """Whether a desk or an authority confirmed it, so that it is not changed by hand."""
        return self.said is not None and self.said.source in CONFIRMED


def answers_of(person: Person) -> list[Answer]:
    """Return every kind that can be said in this city with the person's answer; always as many questions."""
    said = said_by(person)
    groups = ethnic_groups()
    places = area_names([said[Kind.AREA].value]) if Kind.AREA in said else {}
    known = {Kind.ETHNICITY: dict(groups), Kind.AREA: places}
    offered = [kind for kind in Kind if kind in said or is_offered(kind, bool(groups))]
    return [answer(kind, said.get(kind), known) for kind in offered]


def answer(
    kind: Characteristic.Kind,
    said: Characteristic | None,
    known: dict[Characteristic.Kind, dict[str, object]],
) -> Answer:
    """Return one kind with the answer in words."""
    use = said.use if said else Characteristic.Use.INCLUSION
    words = value_words(kind, said.value, known.get(kind, {})) if said else ""
    return Answer(kind, said, words, USED_FOR[use])


def value_words(kind: str, value: str, known: dict[str, object]) -> object:
    """Return a value in words; the code itself where nobody knows it any longer."""
    if value == NOT_SAID:
        return _("prefer not to say")
    if kind == Kind.LANGUAGE:
        return dict(more_languages()).get(value) or own_name(value)
    return (dict(FIXED[kind]) if kind in FIXED else known).get(value, value)


def is_offered(kind: str, has_groups: bool) -> bool:
    """Return whether this city asks for a kind: no ethnic groups or areas without its own tables of them."""
    if kind == Kind.ETHNICITY:
        return has_groups
    return kind != Kind.AREA or Area.objects.exists()


def options(kind: str, *, day: date) -> list[Option]:
    """Return the answers that can be chosen, without the one that nothing is said."""
    if kind in FIXED:
        return FIXED[kind]
    if kind == Kind.BIRTH_YEAR:
        return [(str(year), str(year)) for year in range(day.year, day.year - OLDEST - 1, -1)]
    if kind == Kind.LANGUAGE:
        return [*named_languages(), *more_languages()]
    return ethnic_groups() if kind == Kind.ETHNICITY else areas()


def more_languages() -> list[Option]:
    """Return the answers about language that are no language of the list."""
    return [(SIGN_LANGUAGE, _("a sign language")), (OTHER, _("another language"))]


def ethnic_groups() -> list[Option]:
    """Return the groups of the city's own table; none where it has no such table."""
    groups = PopulationGroup.objects.filter(table__key=ETHNICITY_TABLE).order_by("position", "pk")
    return [(group.key, group.local_label) for group in groups]


def areas() -> list[Option]:
    """Return the areas that residents name, then the small areas of the city's statistics, by code."""
    lean = [found.defer("outline", "sketch") for found in (name_areas(), statistic_areas())]
    return [
        (area.code, f"{area.local_name} ({area.area_set.local_label})") for found in lean for area in found
    ]


def area_names(codes: Sequence[str]) -> dict[str, object]:
    """Return the names of areas by their codes."""
    found = Area.objects.filter(code__in=codes).only("code", "name", "names").order_by("pk")
    return {area.code: area.local_name for area in found}


def is_answer(kind: str, value: str, *, day: date) -> bool:
    """Return whether a value is an answer to a kind in this city."""
    if value == NOT_SAID:
        return kind in Kind.values
    if kind == Kind.LANGUAGE:
        return value in ISO_639_1 or value in dict(more_languages())
    if kind == Kind.AREA:
        # A database may not even be asked for a text with a NUL in it.
        codes = Area.objects.filter(code=value, area_set__purpose__in=AreaSet.Purpose.values)
        return value.isprintable() and codes.exists()
    return kind in Kind.values and value in dict(options(kind, day=day))


def said_by(person: Person) -> dict[str, Characteristic]:
    """Return what a person said, by kind."""
    key = Pseudonym.objects.filter(person=person).values("key")
    return {row.kind: row for row in Characteristic.objects.filter(key__in=key)}


def characteristics_of(person_ids: Iterable[int]) -> dict[int, dict[str, Said]]:
    """Return what is known of persons, by the id of the row and the kind, for acts in their own matter.

    Whoever said nothing is left out. For counting there is `characteristics_for_statistics`.
    """
    owners = dict(Pseudonym.objects.filter(person__in=list(person_ids)).values_list("key", "person_id"))
    found: dict[int, dict[str, Said]] = {}
    for row in Characteristic.objects.filter(key__in=list(owners)):
        said = Said(row.value, row.source, row.source in CONFIRMED, row.use)
        found.setdefault(owners[row.key], {})[row.kind] = said
    return found


def characteristics_for_statistics() -> "QuerySet[Characteristic]":
    """Return what may be counted: said to see who is left out, and not that somebody prefers not to say.

    Only of people who are here and whose consent to it counts; who withdraws it is counted no more.
    """
    people = consenting(ConsentPurpose.INCLUSION).values("pk")
    keys = Pseudonym.objects.filter(person__in=people).values("key")
    counted = Characteristic.objects.filter(key__in=keys, use=Characteristic.Use.INCLUSION)
    return counted.exclude(value=NOT_SAID)
