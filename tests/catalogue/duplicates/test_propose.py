"""Looking for offers that may be one."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F

from learningcity.catalogue.actions import ProviderDraft, duplicates, import_offers
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


def test_a_large_run_of_one_source_finds_what_offers_looked_at_one_by_one_find(monkeypatch):
    weeks = range(4, 32, 7)
    ours = [draft(key=f"o{day}", row=day, series=(run(evening(1, day)),)) for day in weeks]
    theirs = [
        draft(key=f"t{day}", row=day, title="Potery for begginners", series=(run(evening(1, day)),))
        for day in weeks
    ]
    brought("city", *ours)
    numbers = brought("library", *theirs)
    DuplicatePair.objects.all().delete()
    for number in numbers:
        propose_for([number], by=OPERATOR, at=MONDAY)
    one_by_one = set(DuplicatePair.objects.values_list("first", "second", "weight"))
    DuplicatePair.objects.all().delete()
    monkeypatch.setattr(duplicates, "MANY", 2)

    assert propose_for(numbers, by=OPERATOR, at=MONDAY) == len(one_by_one) == 4

    assert set(DuplicatePair.objects.values_list("first", "second", "weight")) == one_by_one


def test_a_pair_stays_the_same_pair_as_long_as_it_is_alike():
    """Looked at from one side two offers may share too little; a page that shows them must not lose them."""
    brought("city", draft())
    [other] = brought("library", draft())
    [pair] = DuplicatePair.objects.all()
    MatchKey.objects.exclude(offer_id=other).update(key=F("key") + 8)

    propose_for([other], by=OPERATOR, at=MONDAY)

    assert DuplicatePair.objects.get().public_id == pair.public_id


def test_keys_are_written_only_when_they_change():
    [number] = brought("city", draft())
    before = list(MatchKey.objects.order_by("pk").values_list("pk", "key"))

    propose_all(by=OPERATOR, at=MONDAY)
    again = list(MatchKey.objects.order_by("pk").values_list("pk", "key"))
    Offer.objects.filter(pk=number).update(title="Weaving")
    propose_all(by=OPERATOR, at=MONDAY)
    changed = list(MatchKey.objects.order_by("pk").values_list("pk", "key"))
    Offer.objects.filter(pk=number).update(is_published=False)
    propose_for([number], by=OPERATOR, at=MONDAY)

    assert again == before
    assert {key for _pk, key in changed} != {key for _pk, key in before}
    assert not MatchKey.objects.exists()
