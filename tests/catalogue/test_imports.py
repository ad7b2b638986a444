"""Imports of a source: new, changed, the same, rejected; whole or not at all; nobody else's records."""

import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from learningcity.catalogue.actions import (
    PriceDraft,
    ProviderDraft,
    Rejected,
    TooManyRejected,
    VenueDraft,
    change_offer,
    import_offers,
    open_source,
    withdraw_offer,
)
from learningcity.catalogue.models import ImportRun, Offer, Provider, SearchChange, Session
from learningcity.city.models import Venue
from learningcity.core.actors import operator, visitor
from learningcity.core.models import AuditLine
from learningcity.people.models import Organisation
from tests.catalogue.factories import MONDAY, OfferFactory, SourceFactory, draft, evening, run

HOUSE = Path(__file__).resolve().parents[2]


@pytest.fixture
def bring(source, by, at):
    """Return a function that imports drafts into the desk's source and returns new, changed, same."""

    def brings(*drafts, **changes):
        words = {"source": source, "by": by, "at": at} | changes
        report = import_offers(drafts, **words)
        return report.new, report.changed, report.same, report.rejected

    return brings


def catalogue():
    """Return everything an import may write, except its own report."""
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (Offer, Session, Provider, Organisation, Venue, SearchChange)
    }


def drafts(count):
    return [draft(key=f"k{number}", row=number + 2) for number in range(count)]


def test_a_second_run_changes_nothing(bring):
    first = bring(*drafts(3))
    before = catalogue()

    second = bring(*drafts(3), at=MONDAY.replace(year=2027))

    assert (first, second) == ((3, 0, 0, ()), (0, 0, 3, ()))
    assert catalogue() == before


def test_only_what_changed_is_written(bring):
    bring(*drafts(3))
    before = {offer["source_key"]: offer for offer in Offer.objects.values()}

    dearer = replace(drafts(3)[1], prices=(PriceDraft(cents=2000, currency="GBP"),))
    report = bring(drafts(3)[0], dearer, drafts(3)[2], at=MONDAY.replace(year=2027))

    after = {offer["source_key"]: offer for offer in Offer.objects.values()}
    assert report == (0, 1, 2, ())
    assert [key for key in after if after[key] != before[key]] == ["k1"]
    assert after["k1"]["id"] == before["k1"]["id"]
    assert after["k1"]["created_at"] == before["k1"]["created_at"]
    assert Offer.objects.get(source_key="k1").prices.get().cents == 2000
    assert SearchChange.objects.filter(offer_id=after["k1"]["id"]).count() == 2


def test_wrong_rows_are_rejected_by_row_field_and_remedy_and_the_others_imported(bring):
    free_of_sense = draft(key="k9", row=7, mode="telepathy")

    new, _changed, _same, rejected = bring(*drafts(2), free_of_sense, Rejected(8, "ends", "Torn."))

    assert new == 2
    assert [(one.row, one.field) for one in rejected] == [(7, "mode"), (8, "ends")]
    assert "Use one of: both, on_site, online" in rejected[0].reason
    assert rejected[1].reason == "Torn."


def test_fields_are_named_as_the_file_names_them(bring):
    _new, _changed, _same, [rejected] = bring(draft(mode="x"), columns={"mode": "교육방법구분"})

    assert rejected.field == "교육방법구분"


def test_a_row_with_the_key_of_an_earlier_one_is_rejected(bring):
    new, _changed, _same, [rejected] = bring(draft(row=2), draft(row=3, title="Other"))

    assert new == 1
    assert (rejected.row, rejected.field) == (3, "key")
    assert "in row 2 already" in rejected.reason


def test_an_offer_that_nobody_offers_is_rejected(bring):
    _new, _changed, _same, [rejected] = bring(draft(provider=None))

    assert (rejected.field, rejected.reason) == ("provider", "Nobody offers this. Name the provider.")


def test_an_offer_that_is_rejected_later_keeps_what_it_was(bring):
    bring(draft())

    report = bring(draft(title=""))

    assert report[:3] == (0, 0, 0)
    assert Offer.objects.get().title == "Pottery for beginners"


def test_an_import_touches_only_its_own_source(bring, by, at):
    OfferFactory(source=SourceFactory(key="other"), source_key="pottery", title="Theirs")
    before = list(Offer.objects.filter(source__key="other").values())

    bring(draft(title="Ours"))

    assert list(Offer.objects.filter(source__key="other").values()) == before
    assert Offer.objects.count() == 2


def test_offers_that_a_part_of_the_source_does_not_name_stay(bring):
    bring(*drafts(3))

    assert bring(drafts(3)[0], is_whole=False) == (0, 0, 1, ())
    assert Offer.objects.filter(is_published=True).count() == 3


def test_what_the_city_corrected_stays_until_the_source_says_something_else_there(bring, by, at):
    bring(draft())
    change_offer(Offer.objects.get(), draft(title="Corrected"), by=by, at=at)

    bring(draft(summary="New from the source."))
    held = Offer.objects.values_list("title", "summary").get()
    bring(draft(title="Pottery for all", summary="New from the source."))

    assert held == ("Corrected", "New from the source.")
    assert Offer.objects.get().title == "Pottery for all"


def test_what_the_city_withdrew_stays_withdrawn(bring, by, at):
    bring(draft())
    withdraw_offer(Offer.objects.get(), by=by, at=at)

    bring(draft(summary="Still announced."))

    assert not Offer.objects.get().is_published


def test_dates_that_the_source_no_longer_names_are_cancelled(bring):
    bring(draft(series=(run(evening(1, 11), evening(1, 18)), run(evening(3, 1), key="2"))))

    bring(draft(series=(run(evening(1, 11)),)))

    planned = Session.objects.order_by("starts_at").values_list("starts_at__month", "status")
    assert list(planned) == [(1, "planned"), (1, "cancelled"), (3, "cancelled")]


def test_providers_and_places_are_entered_once(bring):
    bring(*drafts(5))

    assert Organisation.objects.get().name == "Lantern & Sons"
    assert Venue.objects.get().name == "The Hall"


def test_a_run_is_kept_with_its_counts_and_named_in_the_audit(bring, source):
    bring(*drafts(2), draft(key="x", mode="x", row=9))

    kept = ImportRun.objects.get()
    assert (kept.source, kept.new, kept.changed, kept.same, kept.rejected) == (source, 2, 0, 0, 1)
    assert AuditLine.objects.get(action="catalogue.offers_imported").about.endswith(str(kept.public_id))


def test_the_number_of_questions_does_not_grow_with_the_offers(bring, django_assert_max_num_queries):
    bring(draft(key="first"))

    with django_assert_max_num_queries(60):
        bring(*drafts(300))


def test_a_file_that_breaks_off_leaves_nothing(source, by, at):
    def breaking():
        yield from drafts(900)
        raise TooManyRejected("cut")

    with pytest.raises(TooManyRejected):
        import_offers(breaking(), source=source, by=by, at=at)

    assert Offer.objects.count() == Provider.objects.count() == ImportRun.objects.count() == 0


def test_a_file_of_another_layout_is_given_up(source, by, at):
    wrong = (Rejected(row, "title", "This is empty. Fill it in.") for row in range(2, 20_000))

    with pytest.raises(TooManyRejected, match="More than 10000 rows are wrong; the first is row 2, title"):
        import_offers(wrong, source=source, by=by, at=at)


hostile = st.text(st.characters(), max_size=30)


@pytest.mark.django_db
@given(hostile, hostile, hostile, hostile)
def test_hostile_words_are_rejected_or_written_never_a_crash(key, title, name, place):
    provider = ProviderDraft(key=name, name=name, phone=key)
    venue = VenueDraft(key=place, name=place, address=title)
    hostile_draft = draft(
        key=key,
        title=title,
        description=place,
        provider=provider,
        skills=(name,),
        series=(run(key=place, name=title, venue=venue),),
    )

    report = import_offers([hostile_draft], source=SourceFactory(), by=operator(), at=MONDAY)

    assert report.new + report.changed + report.same + bool(report.rejected) == 1


def test_a_visitor_may_not_import(source, at):
    with pytest.raises(PermissionDenied):
        import_offers([draft()], source=source, by=visitor(), at=at)


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_source_at_the_same_time_follow_one_another(by, at):
    source = open_source("desk", by=by, at=at)

    def bring(_number):
        try:
            report = import_offers(drafts(50), source=source, by=by, at=at)
            return report.new, report.same
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        reports = sorted(pool.map(bring, range(4)))

    assert reports == [(0, 50), (0, 50), (0, 50), (50, 0)]
    assert Offer.objects.count() == 50
    assert Session.objects.count() == 100


def content(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / "learningcity.sqlite3")) as database:
        return list(database.iterdump())


def process(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"} | {
        "LEARNINGCITY_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "learningcity.config.settings",
    }
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, env=environment, check=False, cwd=HOUSE, capture_output=True, text=True)


@pytest.mark.once
def test_a_killed_import_has_written_nothing(tmp_path):
    file = tmp_path / "offers.csv"
    file.write_text("key,title,provider\nk1,Pottery,Lantern\n", encoding="utf-8")
    folder = tmp_path / "data"
    command = ("learningcity.config.cli", "offers", "import", str(file), "--format", "csv")
    imported = process(folder, *command)
    before = content(folder)

    killed = process(folder, "tests.catalogue.interrupted", "1500")

    assert imported.returncode == 0, imported.stderr
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert content(folder) == before


def test_a_known_provider_takes_the_name_that_its_source_gives_it_now(bring):
    bring(draft())
    renamed = replace(draft().provider, name="Lighthouse & Sons")
    SearchChange.objects.all().delete()

    bring(draft(provider=renamed), draft(key="glaze", row=3))

    assert Organisation.objects.get(provider__source_key="lantern").name == "Lighthouse & Sons"
    assert Offer.objects.get(source_key="pottery").pk in SearchChange.objects.values_list(
        "offer_id", flat=True
    )


def test_the_same_name_again_changes_no_organisation(bring):
    bring(draft())

    bring(draft(title="Pottery for all"))

    assert not AuditLine.objects.filter(action="people.organisation_changed").exists()
