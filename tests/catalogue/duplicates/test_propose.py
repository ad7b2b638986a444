"""Looking for offers that may be one."""

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.actions import ProviderDraft, import_offers
from learningcity.catalogue.actions.duplicates import propose_all, propose_for
from learningcity.catalogue.models import DuplicatePair, MatchKey, Offer
from learningcity.core.actors import operator, visitor
from tests.catalogue.factories import MONDAY, SourceFactory, draft, evening, run

pytestmark = pytest.mark.django_db
OPERATOR = operator()


def brought(source_key: str, *drafts) -> list[int]:
    source = SourceFactory(key=source_key, name=source_key)
    import_offers(drafts, source=source, by=OPERATOR, at=MONDAY)
    return list(Offer.objects.filter(source=source).order_by("pk").values_list("pk", flat=True))


def named(name: str) -> ProviderDraft:
    return ProviderDraft(key=name, name=name)


def test_the_same_course_from_two_sources_is_proposed_with_its_reasons():
    [one] = brought("city", draft())
    [other] = brought("library", draft(title="Potery for begginners", provider=named("Lantern and Sons Ltd")))

    DuplicatePair.objects.all().delete()

    assert propose_for([other], by=OPERATOR, at=MONDAY) == 1

    pair = DuplicatePair.objects.get()
    assert (pair.first_id, pair.second_id) == (one, other)
    assert {name for name, _answer, _weight in pair.reasons} >= {"title", "time", "place", "provider"}
    assert sum(weight for *_words, weight in pair.reasons) == pytest.approx(pair.weight / 100)


def test_another_week_another_level_and_one_source_are_no_duplicates():
    brought("city", draft(), draft(key="b", row=3))
    brought("library", draft(series=(run(evening(2, 1), evening(2, 8)),)))
    brought("college", draft(title="Pottery for advanced makers"))

    propose_all(by=OPERATOR, at=MONDAY)

    assert not DuplicatePair.objects.exists()


def test_looking_twice_proposes_nothing_twice():
    brought("city", draft())
    brought("library", draft())

    propose_all(by=OPERATOR, at=MONDAY)

    assert propose_all(by=OPERATOR, at=MONDAY) == 0
    assert DuplicatePair.objects.count() == 1
    assert MatchKey.objects.count() == len(set(MatchKey.objects.values_list("offer_id", "key")))


def test_nobody_but_the_city_looks():
    with pytest.raises(PermissionDenied):
        propose_for([1], by=visitor(), at=MONDAY)
    with pytest.raises(PermissionDenied):
        propose_all(by=visitor(), at=MONDAY)
