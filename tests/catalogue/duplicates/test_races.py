"""Two people at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from learningcity.catalogue.actions.duplicates import propose_all
from learningcity.catalogue.actions.duplicates_deciding import Decision, PairDecided, decide_pair
from learningcity.catalogue.actions.duplicates_merging import NotToMerge, merge_offers
from learningcity.catalogue.models import DuplicatePair, Offer, OfferMerge
from learningcity.core.refusals import Refused
from tests.catalogue.duplicates.test_merging import STAFF, two

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Do all of it at the same moment; return what each answered or refused with."""

    def answer(act):
        try:
            return act()
        except Refused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return list(pool.map(answer, acts))


def test_of_two_people_who_decide_a_pair_one_is_told_that_it_is_decided():
    two()
    propose_all(**STAFF)
    pair = DuplicatePair.objects.get()

    answers = at_once(
        lambda: decide_pair(pair, Decision.FIRST, **STAFF),
        lambda: decide_pair(pair, Decision.SECOND, **STAFF),
        lambda: decide_pair(pair, Decision.FIRST, **STAFF),
    )

    assert sum(isinstance(answer, OfferMerge) for answer in answers) == 1
    assert sum(isinstance(answer, PairDecided) for answer in answers) == 2
    assert Offer.objects.filter(is_published=True).count() == 1


def test_two_offers_are_never_merged_into_each_other():
    kept, dropped = two()

    answers = at_once(
        lambda: merge_offers(kept, dropped, **STAFF), lambda: merge_offers(dropped, kept, **STAFF)
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NotToMerge", "OfferMerge"]
    assert any(isinstance(answer, NotToMerge) for answer in answers)
    assert OfferMerge.objects.count() == 1
