"""Invented residents follow the city's real tables, are the same each time, and are marked for good."""

import random
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.models import AuditLine
from learningcity.demo.neighbourhoods import Neighbourhood
from learningcity.demo.people import as_entered
from learningcity.demo.residents import MAJORITY, PARENT_AGES, assumed_rates, draw_residents
from learningcity.people.actions.synthetic import SyntheticResident, enter_synthetic_residents
from learningcity.people.models import Characteristic, Contact, Guardianship, Person, Pseudonym

TODAY = date(2026, 1, 1)
AREAS = [
    Neighbourhood(
        code=f"A{number}",
        people=1000 * (number + 1),
        ages={"0-4": 50, "5-15": 150, "16-24": 100, "25-64": 500, "65-74": 120, "75-plus": 80},
        disability={"disabled": 100 * (number + 1), "not-disabled": 900},
        ethnicity={"white": 800, "asian": 200},
        language={"english-or-welsh": 900, "well": 100},
        income_decile=1 + 9 * number,
    )
    for number in range(2)
]


def draw(seed=1, areas=AREAS, count=2000):
    return draw_residents(areas, count=count, today=TODAY, rng=random.Random(seed))


@pytest.fixture(scope="module")
def residents():
    return draw()


@pytest.mark.once
def test_the_same_seed_draws_the_same_people(residents):
    assert draw() == residents
    assert draw(seed=2) != residents


@pytest.mark.once
def test_people_live_where_the_tables_say(residents):
    share = sum(resident.area == "A1" for resident in residents) / len(residents)

    assert share == pytest.approx(2 / 3, abs=0.04)


@pytest.mark.once
def test_ages_follow_the_table_of_the_area(residents):
    children = sum(resident.age(TODAY) < 16 for resident in residents) / len(residents)

    assert children == pytest.approx(0.2, abs=0.03)


@pytest.mark.once
def test_disability_follows_the_table_of_each_area(residents):
    for area, expected in (("A0", 0.1), ("A1", 2 / 11)):
        said = [r.characteristics["disability"] for r in residents if r.area == area and said_it(r)]
        assert said.count("yes") / len(said) == pytest.approx(expected, abs=0.05)


def said_it(resident):
    return resident.characteristics.get("disability", "prefer_not_to_say") != "prefer_not_to_say"


@pytest.mark.once
def test_low_incomes_are_likelier_where_incomes_are_low(residents):
    def share(area):
        said = [
            r.characteristics["income"] for r in residents if r.area == area and "income" in r.characteristics
        ]
        return said.count("low") / len(said)

    assert share("A0") > 2 * share("A1")


@pytest.mark.once
def test_some_say_nothing_and_some_prefer_not_to_say(residents):
    for kind in ("disability", "gender", "language"):
        said = [resident.characteristics.get(kind, "") for resident in residents]
        assert 0.2 < said.count("") / len(said) < 0.4
        assert 0.02 < said.count("prefer_not_to_say") / len(said) < 0.07


@pytest.mark.once
def test_every_child_has_guardians_of_its_area_and_of_a_fitting_age(residents):
    by_number = {resident.number: resident for resident in residents}

    for child in (r for r in residents if r.age(TODAY) < MAJORITY):
        guardians = [by_number[number] for number in child.guardians]
        assert 1 <= len(guardians) <= 2
        assert child.family == guardians[0].family
        assert all(g.area == child.area and g.age(TODAY) - child.age(TODAY) in PARENT_AGES for g in guardians)


@pytest.mark.once
def test_assumed_shares_add_up_to_a_whole():
    rates = assumed_rates()

    for kind, youngest, oldest in {(r.kind, r.youngest, r.oldest) for r in rates}:
        same = [r.share for r in rates if (r.kind, r.youngest, r.oldest) == (kind, youngest, oldest)]
        assert sum(same) == pytest.approx(100)


@pytest.mark.once
def test_a_city_without_areas_has_no_residents():
    assert draw(areas=[]) == []


@pytest.mark.once
def test_nobody_can_be_reached_for_real(residents):
    for entered in map(as_entered, residents):
        assert entered.email == "" or entered.email.endswith(".example")
        assert entered.phone == "" or entered.phone.startswith("07700 900")


@pytest.mark.django_db
def test_entered_twice_they_are_there_once_and_marked(by, at):
    kit = SyntheticResident("kit", "Kit Moss", date(2014, 1, 1), guardians=("rosa",))
    rosa = SyntheticResident(
        "rosa", "Rosa Moss", date(1984, 1, 1), "mail", "rosa@x.example", characteristics={"gender": "woman"}
    )

    first = enter_synthetic_residents([kit, rosa], by=by, at=at)
    second = enter_synthetic_residents([kit, rosa], by=by, at=at)

    assert (first, second) == (2, 0)
    assert Person.objects.filter(is_synthetic=True).count() == Contact.objects.count() == 2
    guardianship = Guardianship.objects.get()
    assert (guardianship.child.name, guardianship.guardian.name) == ("Kit Moss", "Rosa Moss")
    assert Characteristic.objects.get().key == Pseudonym.objects.get(person__name="Rosa Moss").key
    assert AuditLine.objects.filter(action="people.synthetic_residents_entered").count() == 2


@pytest.mark.django_db
def test_only_the_operator_enters_invented_people(staff, at):
    with pytest.raises(PermissionDenied):
        enter_synthetic_residents([], by=staff, at=at)
