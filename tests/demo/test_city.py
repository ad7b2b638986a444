"""The demonstration is built by the rooms' actions, labelled, and the same the second time."""

import pytest

from learningcity.catalogue.models import Offer, Provider, Session, Skill, SkillTaught, Source
from learningcity.city.models import City, Venue
from learningcity.core.models import AuditLine
from learningcity.demo.city import AnotherCityIsHere, build
from learningcity.enrolment.models import Attendance, Completion, Enrolment
from learningcity.people.models import Login, Organisation, Person

pytestmark = pytest.mark.django_db


def test_the_demonstration_stands_after_one_run_and_stays_after_the_second(by, at):
    first = build(by=by, at=at)
    identifiers = set(Offer.objects.values_list("public_id", flat=True))
    second = build(by=by, at=at)

    assert first == second
    assert Offer.objects.count() == first.offers == pytest.approx(1500, abs=30)
    assert Session.objects.count() == first.sessions == pytest.approx(9300, rel=0.1)
    assert set(Offer.objects.values_list("public_id", flat=True)) == identifiers
    assert not Offer.objects.filter(source__is_synthetic=False).exists()
    invented = Organisation.objects.exclude(kind=Organisation.Kind.CITY)
    assert not invented.filter(is_synthetic=False).exists()
    assert not Login.objects.filter(is_demo=False).exists()
    assert Person.objects.filter(is_synthetic=True).count() >= first.residents > 1900
    assert AuditLine.objects.filter(action="catalogue.offers_imported").exists()
    assert 1500 < Enrolment.objects.filter(is_synthetic=True).count() < 4000
    assert Attendance.objects.filter(state="present").count() > 3000
    assert Completion.objects.count() > 500
    assert first.intakes > 100
    assert Enrolment.objects.filter(state="waiting").exists()
    assert not Enrolment.objects.exclude(person__is_synthetic=True).exists()
    assert Skill.objects.count() == 13_939
    # What is entered while somebody tries it goes into the feeds as well, and is labelled.
    own = Source.objects.get(key="own")
    assert (own.licence, own.is_synthetic) == ("CC0-1.0", True)
    assert 900 < SkillTaught.objects.values("offer").distinct().count() < first.offers
    names = set(Venue.objects.values_list("name", flat=True))
    assert not Provider.objects.filter(organisation__name__in=names).exists()


def test_the_demonstration_is_never_built_over_a_real_city(by, at):
    City.objects.create(
        pk=1, name="Elsewhere", country="GB", time_zone="Europe/London", languages=["en"], currency="GBP",
        lat=51.0, lon=-3.0, bundle_digest="0" * 64, loaded_at=at,
    )  # fmt: skip

    with pytest.raises(AnotherCityIsHere, match="--data DIR"):
        build(by=by, at=at)
