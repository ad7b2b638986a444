"""The pages of duplicates, for the city's staff."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from learningcity.catalogue.actions.duplicates import propose_all
from learningcity.catalogue.actions.duplicates_merging import merge_offers
from learningcity.catalogue.models import DuplicatePair, Offer, OfferMerge
from learningcity.core.actors import operator
from tests.catalogue.factories import (
    OfferFactory,
    ProviderFactory,
    SeriesFactory,
    SessionFactory,
    SourceFactory,
)
from tests.people.factories import login, member, person, sign_in

pytestmark = pytest.mark.django_db
LIST = "/catalogue/duplicates"
OPERATOR = operator()


@pytest.fixture
def staff(client):
    return sign_in(client, member(login().person, role="officer").person.login)


def twins(number: int = 1) -> None:
    """Make pairs of offers that look alike, typed by hand and brought by a feed."""
    provider = ProviderFactory()
    day = now() + timedelta(days=20)
    for place in range(number):
        for source in ("city", "library"):
            offer = OfferFactory(
                title=f"Drawing birds {place}",
                provider=provider,
                source=SourceFactory(key=source, name=source),
            )
            SessionFactory(series=SeriesFactory(offer=offer), starts_at=day + timedelta(days=place))


def a_pair() -> DuplicatePair:
    twins()
    propose_all(by=OPERATOR, at=now())
    return DuplicatePair.objects.get()


def page_of(pair: DuplicatePair) -> str:
    return f"{LIST}/{pair.public_id}"


def test_the_queue_leads_to_two_offers_side_by_side_with_the_reasons(staff):
    pair = a_pair()

    assert page_of(pair) in staff.get(LIST).content.decode()
    page = staff.get(page_of(pair)).content.decode()

    assert "Why these may be one" in page
    assert "the same" in page
    assert "differs" in page
    assert page.count(f"/offers/{pair.first.public_id}") == 1


def test_staff_make_two_offers_one_and_the_old_address_leads_to_the_one_that_stays(staff):
    pair = a_pair()

    answer = staff.post(page_of(pair), {"decision": "second"})

    merge = OfferMerge.objects.get()
    assert answer["Location"] == f"/catalogue/merges/{merge.public_id}"
    old = staff.get(f"/offers/{pair.first.public_id}")
    assert (old.status_code, old["Location"]) == (301, f"/offers/{pair.second.public_id}")
    assert old["Cache-Control"] == "no-cache"  # they can be parted again
    calendar = staff.get(f"/offers/{pair.first.public_id}/calendar.ics")
    assert (calendar.status_code, calendar["Location"]) == (
        301,
        f"/offers/{pair.second.public_id}/calendar.ics",
    )
    Offer.objects.filter(pk=pair.second_id).update(is_published=False)
    assert staff.get(old["Location"]).status_code == 410


def test_staff_part_them_again(staff):
    pair = a_pair()
    merge = merge_offers(pair.first, pair.second, by=OPERATOR, at=now())
    address = f"/catalogue/merges/{merge.public_id}"

    assert "Part the two offers" in staff.get(address).content.decode()
    assert address in staff.get("/catalogue/merges").content.decode()
    assert staff.post(address, follow=True).status_code == 200
    assert "This was undone" in staff.get(address).content.decode()
    assert staff.get(f"/offers/{pair.second.public_id}").status_code == 200


def test_staff_call_two_offers_different_and_take_it_back(staff):
    pair = a_pair()

    assert staff.post(page_of(pair), {"decision": "different"})["Location"] == LIST
    assert page_of(pair) not in staff.get(LIST).content.decode()
    assert page_of(pair) in staff.get(f"{LIST}/different").content.decode()
    assert staff.post(f"{page_of(pair)}/again")["Location"] == page_of(pair)
    assert page_of(pair) in staff.get(LIST).content.decode()


def test_a_second_decision_and_no_decision_are_told_in_a_sentence(staff):
    pair = a_pair()
    staff.post(page_of(pair), {"decision": "different"})

    assert (
        "decided this pair already"
        in staff.post(page_of(pair), {"decision": "first"}, follow=True).content.decode()
    )
    assert (
        "Choose which offer stays"
        in staff.post(page_of(pair), {"decision": "x"}, follow=True).content.decode()
    )
    staff.post(f"{page_of(pair)}/again")
    assert "taken this back already" in staff.post(f"{page_of(pair)}/again", follow=True).content.decode()


def test_staff_compare_two_offers_that_nobody_proposed(staff):
    one, other = OfferFactory(title="Chess"), OfferFactory(title="Ajedrez")
    said = {"first": f"https://city.example/offers/{one.public_id}", "second": str(other.public_id)}

    answer = staff.post(f"{LIST}/by-hand", said)

    assert answer["Location"] == page_of(DuplicatePair.objects.get())
    propose_all(by=OPERATOR, at=now())
    assert DuplicatePair.objects.filter(state="open").exists()


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("", "x", "Give the address of the first"),
        ("nothing", "x", "There is no offer at this address"),
        ("same", "same", "one and the same offer"),
    ],
)
def test_a_wrong_address_is_refused_and_what_was_typed_stays(staff, first, second, sentence):
    offer = OfferFactory()
    typed = [str(offer.public_id) if word == "same" else word for word in (first, second)]

    answer = staff.post(f"{LIST}/by-hand", dict(zip(("first", "second"), typed, strict=True)))

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert f'value="{typed[1]}"' in answer.content.decode()


def test_staff_rank_sources_field_by_field(staff):
    SourceFactory(key="library", name="Library")

    answer = staff.post(f"{LIST}/ranks", {"source": "library", "field": "prices", "rank": "3"}, follow=True)
    assert "Library" in answer.content.decode()
    assert "prices" in answer.content.decode()
    assert staff.post(f"{LIST}/ranks", {"source": "x", "rank": "0"}).status_code == 400


def test_the_page_of_an_offer_says_what_is_from_another_source(client):
    pair = a_pair()
    Offer.objects.filter(pk=pair.second_id).update(website="https://birds.example/")

    merge_offers(pair.first, pair.second, by=OPERATOR, at=now())

    page = client.get(f"/offers/{pair.first.public_id}").content.decode()
    assert "From other sources: website (library)." in page
    assert "https://birds.example/" in page


@pytest.mark.parametrize("path", ["", "/different", "/by-hand", "/ranks"])
def test_nobody_but_the_city_sees_duplicates(client, path):
    assert client.get(LIST + path)["Location"].startswith("/sign-in")
    sign_in(client, login(person("Rosa")))
    assert client.get(LIST + path).status_code == 403


def test_the_queue_asks_the_database_as_often_for_many_pairs_and_can_be_continued(staff):
    twins(2)
    propose_all(by=OPERATOR, at=now())
    with CaptureQueriesContext(connection) as few:
        staff.get(LIST)
    twins(25)
    propose_all(by=OPERATOR, at=now())

    with CaptureQueriesContext(connection) as many:
        page = staff.get(LIST)

    assert len(many) == len(few)
    seen = []
    while True:
        seen += [pair.pk for pair in page.context["rows"]]
        if not page.context["next"]:
            break
        page = staff.get(LIST, {"after": page.context["next"]})
    assert sorted(seen) == sorted(DuplicatePair.objects.values_list("pk", flat=True))
    assert staff.get(LIST, {"after": "x"}).status_code == 400


def test_machines_learn_which_offer_stands_for_a_dropped_one(client):
    pair = a_pair()
    before = now()
    merge_offers(pair.first, pair.second, by=OPERATOR, at=now())

    one = client.get(f"/api/v1/offers/{pair.second.public_id}")
    listed = client.get("/api/v1/offers", {"changed_since": before.isoformat()}).json()["items"]

    assert one.status_code == 301
    assert one["Location"] == f"/api/v1/offers/{pair.first.public_id}"
    assert one.json()["merged_into"] == str(pair.first.public_id)
    [gone] = [item for item in listed if item.get("removed")]
    assert gone["merged_into"] == str(pair.first.public_id)
