"""The pages of feeds, for the city's staff alone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from learningcity.catalogue.actions import change_offer, import_offers
from learningcity.catalogue.models import FieldCorrection, ImportRun, Offer, Source
from learningcity.core.actors import operator
from tests.catalogue.factories import MONDAY, SourceFactory, draft
from tests.people.factories import login, member, organisation, sign_in

pytestmark = pytest.mark.django_db
LIST = "/catalogue/feeds"
WHO = {"by": operator(), "at": MONDAY}
TYPED = {
    "name": "Lantern courses",
    "key": "lantern",
    "address": "https://feed.example/courses.json",
    "layout": "jsonld",
    "owner": "Lantern",
    "rhythm": "1440",
    "most_gone": "20",
}


@pytest.fixture
def staff(client):
    return sign_in(client, member(login().person, role="officer").person.login)


@pytest.fixture
def fed():
    return SourceFactory(key="fed", name="Fed", address="https://feed.example/", layout="jsonld", rhythm=60)


def bring(source, *rows):
    return import_offers(rows, source=source, **WHO)


def five():
    return [draft(key=f"k{number}", row=number + 2) for number in range(5)]


def test_a_feed_is_entered_shown_changed_paused_and_asked_for(staff):
    made = staff.post(f"{LIST}/new", TYPED, follow=True)
    changed = staff.post(f"{LIST}/lantern/change", TYPED | {"licence": "CC0 1.0"}, follow=True)
    staff.post(f"{LIST}/lantern/pause")
    asked = staff.post(f"{LIST}/lantern/run", follow=True)

    source = Source.objects.get(key="lantern")
    assert "Lantern courses is entered" in made.text
    assert "CC0 1.0" in changed.text
    assert (source.is_paused, source.due_at is not None) == (True, True)
    assert "is read within a few minutes" in asked.text
    assert "Lantern courses" in staff.get(LIST).text


def test_a_half_filled_feed_is_kept_and_gone_on_with(staff, fed):
    staff.post(f"{LIST}/new", {"name": "Half a feed", "keep": "1"})
    staff.post(f"{LIST}/fed/change", {"name": "Another name", "keep": "1"})

    assert "Half a feed" in staff.get(f"{LIST}/new").text
    assert "Another name" in staff.get(f"{LIST}/fed/change").text
    assert Source.objects.get(key="fed").name == "Fed"
    assert staff.post(f"{LIST}/new", TYPED).status_code == 302
    assert "Half a feed" not in staff.get(f"{LIST}/new").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"address": "ftp://feed.example/"}, "Only an address that begins with https://"),
        ({"address": "https://a:b@feed.example/"}, "holds a name or password"),
        ({"key": "with space"}, "Use letters, digits"),
        ({"key": "new"}, "an address of our own"),
        ({"most_gone": "120"}, "share from 0 to 100"),
        ({"time_zone": "Mars/Olympus"}, "There is no time zone"),
        ({"language": "elvish"}, "There is no language code"),
        ({"layout": "unheard"}, "unheard"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(staff, typed, sentence):
    answer = staff.post(f"{LIST}/new", TYPED | typed)

    assert answer.status_code == 400
    assert sentence in answer.text
    assert "Lantern courses" in answer.text
    assert not Source.objects.filter(key__in=["lantern", "new"]).exists()


def test_a_run_that_asks_is_let_pass_on_the_page(staff, fed):
    bring(fed, *five())
    bring(fed, *five()[:2])
    run = ImportRun.objects.latest("pk")

    asked = staff.get(f"{LIST}/fed").text
    passed = staff.post(f"{LIST}/fed/pass/{run.public_id}", follow=True).text
    again = staff.post(f"{LIST}/fed/pass/{run.public_id}", follow=True).text
    bring(fed, *five()[:2])

    assert "would withdraw 3 of 5 published offers" in asked
    assert "Let these 3 offers go" in asked
    assert "withdrawn when the feed is read next" in passed
    assert "no longer asks" in again
    assert Offer.objects.filter(is_published=True).count() == 2


def test_a_feed_without_an_open_licence_says_that_it_does_not_go_out(staff, fed):
    open_one = staff.get(f"{LIST}/fed").text
    Source.objects.filter(pk=fed.pk).update(licence="")
    closed = staff.get(f"{LIST}/fed").text

    assert "in no feed of this node" not in open_one
    assert "Ask the owner for one and enter it." in closed


def test_rejected_rows_name_row_field_and_remedy(staff, fed):
    bring(fed, draft(key="k9", row=7, mode="telepathy"))

    page = staff.get(f"{LIST}/fed").text

    assert "Rows that were not right" in page
    assert "Use one of: both, on_site, online" in page


def test_a_conflict_is_listed_and_settled(staff, fed):
    bring(fed, draft())
    change_offer(Offer.objects.get(), draft(title="The city's title"), **WHO)
    bring(fed, draft(title="The source's title"))
    number = FieldCorrection.objects.get().pk

    listed = staff.get(f"{LIST}/fed").text
    settled = staff.post(f"{LIST}/fed/conflicts/{number}", {"ours": "1"}, follow=True).text
    gone = staff.post(f"{LIST}/fed/conflicts/999", {"theirs": "1"}, follow=True).text

    assert "The city&#x27;s title" in listed
    assert "Write the city's words again" in listed or "Write the city&#x27;s words again" in listed
    assert "words stand again" in settled
    assert Offer.objects.get().title == "The city's title"
    assert "settled this already" in gone


def test_nobody_else_comes_in(client, fed):
    assert client.get(LIST).status_code == 302
    sign_in(client, login())

    for address in (LIST, f"{LIST}/new", f"{LIST}/fed", f"{LIST}/fed/change"):
        assert client.get(address).status_code == 403
    for address in ("run", "pause", "conflicts/1", f"pass/{fed.pk:08}-0000-4000-8000-000000000000"):
        assert client.post(f"{LIST}/fed/{address}").status_code == 403


def test_a_feed_that_is_not_there_is_not_found(staff):
    assert staff.get(f"{LIST}/unheard").status_code == 404


def test_the_number_of_questions_does_not_grow_with_feeds_runs_and_rows(staff, fed):
    def asked(address):
        with CaptureQueriesContext(connection) as questions:
            assert staff.get(address).status_code == 200
        return len(questions)

    bring(fed, draft())
    before = asked(LIST), asked(f"{LIST}/fed")
    for number in range(4):
        bring(SourceFactory(key=f"s{number}"), draft(provider=None, row=number + 2))
        bring(fed, draft(), draft(key="x", row=9, mode="x"))

    assert (asked(LIST), asked(f"{LIST}/fed")) == before


def test_what_is_entered_here_says_why_it_does_not_go_out_and_how_it_would(staff):
    own = SourceFactory(key="own", name="Entered here", licence="")

    listed, page = staff.get(LIST).text, staff.get(f"{LIST}/own").text
    wrong = staff.post(f"{LIST}/own/change", {"licence": "", "attribution": "The city"})
    staff.post(f"{LIST}/own/change", {"licence": "CC0-1.0", "attribution": "The city"})
    after = staff.get(f"{LIST}/own").text

    assert "no licence" in listed
    assert "in no feed of this node" in page
    assert f'href="{LIST}/own/change"' in page
    assert wrong.status_code == 400
    assert "in no feed of this node" not in after
    own.refresh_from_db()
    assert (own.licence, own.attribution, own.address) == ("CC0-1.0", "The city", "")


def test_the_licence_of_what_is_entered_here_is_for_the_city_alone(client):
    SourceFactory(key="own", name="Entered here", licence="")
    provider = member(login().person, of=organisation(), role="editor")
    sign_in(client, provider.person.login)

    assert client.post(f"{LIST}/own/change", {"licence": "CC0-1.0"}).status_code == 403
