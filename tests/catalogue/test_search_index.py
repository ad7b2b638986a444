"""The index follows the database: whoever dies, whatever is damaged, however many read meanwhile."""

import os
import signal
import subprocess
import sys
import textwrap
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.db import connection

from learningcity.catalogue.actions.search_index import follow_changes, rebuild_search_index
from learningcity.catalogue.adapters.index import IndexBusy, SearchNotReady, sole_writer
from learningcity.catalogue.models import Offer, SearchChange, Series, Session
from learningcity.catalogue.queries.criteria import Criteria
from learningcity.catalogue.queries.search import is_search_ready, search
from learningcity.core.actors import operator, visitor
from learningcity.core.progress import Progress
from learningcity.core.schedule import run_due
from learningcity.core.signals import data_restored
from tests.catalogue.many import many_offers

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALL = Criteria(size=200)


def note(*offers):
    """Put changes into the outbox, as the actions do."""
    SearchChange.objects.bulk_create(SearchChange(offer_id=offer, noted_at=AT) for offer in offers)


def rebuild(at=AT):
    return rebuild_search_index(by=operator(), at=at)


def follow(at=AT):
    return follow_changes(by=operator(), at=at)


@pytest.fixture
def offers(db):
    known = many_offers(AT, count=30)
    rebuild()
    return [entry.offer for entry in known]


def test_a_changed_offer_is_found_under_its_new_words_only(offers):
    offer = offers[0]
    Offer.objects.filter(pk=offer.pk).update(title="Falconry", description="")
    note(offer.pk)

    written = follow()

    assert written == 1
    assert [row.offer_id for row in search(Criteria(words="falconry"), at=AT).rows] == [offer.pk]
    assert search(ALL, at=AT).total == len(offers)
    assert not SearchChange.objects.exists()


def test_an_offer_withdrawn_or_gone_is_found_no_more(offers):
    first, second = offers[:2]
    Offer.objects.filter(pk=first.pk).update(is_published=False)
    Offer.objects.filter(pk=second.pk).delete()
    note(first.pk, second.pk, 10**9)

    follow()

    assert search(ALL, at=AT).total == len(offers) - 2


def test_writing_an_offer_twice_does_no_harm(offers):
    note(*[offer.pk for offer in offers] * 2)

    follow()
    note(*[offer.pk for offer in offers])
    follow()

    assert search(ALL, at=AT).total == len(offers)


def test_without_changes_nothing_is_written(offers):
    assert follow() == 0


def test_an_offer_moves_on_when_its_session_has_begun(offers):
    Session.objects.all().delete()
    series = Series.objects.get(offer=offers[0])
    for hours in (1, 30):
        start = AT + timedelta(hours=hours)
        Session.objects.create(
            series=series, starts_at=start, ends_at=start + timedelta(hours=2), time_zone="Europe/London"
        )
    rebuild()
    at_lunch = AT + timedelta(hours=3, minutes=1)

    assert search(Criteria(when="today"), at=AT).total == 1
    assert search(Criteria(when="now"), at=AT).total == 1
    assert search(Criteria(when="now"), at=at_lunch).total == 0

    assert follow(at_lunch) == 1
    assert search(Criteria(when="today"), at=at_lunch).total == 0
    assert search(Criteria(when="week"), at=at_lunch).total == 1
    assert follow(at_lunch) == 0


def test_a_search_before_the_first_index_says_that_it_is_being_prepared(db):
    assert not is_search_ready()
    with pytest.raises(SearchNotReady, match="being prepared"):
        search(Criteria(), at=AT)


def test_the_schedule_builds_a_missing_index(db):
    known = many_offers(AT, count=5)

    written = follow()

    assert written == len(known)
    assert search(ALL, at=AT).total == len(known)


@pytest.mark.parametrize(
    "damage", ["pointer", "no meta", "cut meta", "other format", "no folder", "cut segments"]
)
def test_a_damaged_index_is_named_and_built_anew(offers, damage):
    folder = django_settings.SEARCH_INDEX
    generation = folder / (folder / "current").read_text()
    if damage == "pointer":
        (folder / "current").write_text("../../etc")
    elif damage == "no meta":
        (generation / "meta.json").unlink()
    elif damage == "cut meta":
        (generation / "meta.json").write_text("{")
    elif damage == "other format":
        generation.rename(folder / "0-old")
        (folder / "current").write_text("0-old")
    elif damage == "no folder":
        for path in generation.iterdir():
            path.unlink()
        generation.rmdir()
    else:
        for path in generation.glob("*.fast"):
            path.write_bytes(b"")
        (generation / "meta.json").touch()

    with pytest.raises(SearchNotReady):
        search(Criteria(), at=AT)

    assert follow() == len(offers)
    assert search(ALL, at=AT).total == len(offers)


def test_a_rebuild_leaves_one_generation_behind(offers):
    rebuild()
    rebuild()

    folder = django_settings.SEARCH_INDEX
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [(folder / "current").read_text()]


def test_a_change_noted_during_a_rebuild_is_kept(offers):
    offer = offers[0]

    def later(batch):
        if not SearchChange.objects.exists():
            note(offer.pk)

    class Noting(Progress):
        def bar(self, *, label, total=None):
            return nullcontext(later)

    rebuild_search_index(by=operator(), at=AT, progress=Noting(shown=False))

    assert list(SearchChange.objects.values_list("offer_id", flat=True)) == [offer.pk]


def test_searches_go_on_while_the_index_is_built_anew(offers):
    stop, totals, failures = Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                totals.add(search(Criteria(words="pottery choir", size=50), at=AT).total)
            except SearchNotReady as failure:
                failures.append(failure)
        connection.close()

    readers = [Thread(target=read) for _number in range(3)]
    expected = search(Criteria(words="pottery choir"), at=AT).total
    for reader in readers:
        reader.start()
    for _time in range(8):
        rebuild()
        note(offers[0].pk)
        follow()
    stop.set()
    for reader in readers:
        reader.join()

    assert failures == []
    assert totals == {expected}


def test_two_do_not_write_at_once(offers):
    note(offers[0].pk)

    with sole_writer(wait=False):
        assert follow() == 0
        with pytest.raises(IndexBusy, match="Try again"), sole_writer(wait=False):
            pass

    assert SearchChange.objects.count() == 1
    assert follow() == 1


def test_only_the_city_builds_the_index(db):
    with pytest.raises(PermissionDenied):
        rebuild_search_index(by=visitor(), at=AT)
    with pytest.raises(PermissionDenied):
        follow_changes(by=visitor(), at=AT)


DYING = """
    import os, signal, sys
    from datetime import UTC, datetime
    import django
    from django.conf import settings
    name, index, step = sys.argv[1:]
    settings.DATABASES["default"]["NAME"] = name
    from pathlib import Path
    settings.SEARCH_INDEX = Path(index)
    django.setup()
    from learningcity.catalogue.actions import search_index
    from learningcity.core.actors import operator

    def die(*_arguments, **_more):
        os.kill(os.getpid(), signal.SIGKILL)

    if step == "before writing":
        search_index.write = die
    elif step == "while writing":
        entries = search_index.entries_of
        def half(offers, at):
            yield next(entries(offers, at))
            die()
        search_index.entries_of = half
    elif step == "before forgetting":
        search_index._forget = die
    search_index.follow_changes(by=operator(), at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["before writing", "while writing", "before forgetting"])
def test_an_indexer_killed_between_two_steps_loses_nothing(step):
    known = many_offers(AT, count=10)
    rebuild()
    changed = [entry.offer.pk for entry in known[:3]]
    Offer.objects.filter(pk__in=changed).update(title="Falconry")
    note(*changed)

    killed = subprocess.run(
        [
            sys.executable,
            "-c",
            textwrap.dedent(DYING),
            str(connection.settings_dict["NAME"]),
            str(django_settings.SEARCH_INDEX),
            step,
        ],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "learningcity.config.settings"},
        check=False,
        capture_output=True,
        text=True,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert SearchChange.objects.count() == 3
    assert search(ALL, at=AT).total == len(known)
    assert follow() == 3
    assert {row.offer_id for row in search(Criteria(words="falconry"), at=AT).rows} == set(changed)
    assert search(ALL, at=AT).total == len(known)
    assert not SearchChange.objects.exists()


def test_a_restored_database_is_indexed_anew(offers):
    Offer.objects.filter(pk=offers[0].pk).delete()

    data_restored.send(sender=None, at=AT)

    assert search(ALL, at=AT).total == len(offers) - 1


def test_readiness_names_the_search(client, db):
    assert client.get("/-/ready").json()["parts"]["search"] is False

    rebuild()

    assert client.get("/-/ready").json()["parts"]["search"] is True


def test_the_schedule_follows_changes_within_seconds(offers):
    run_due(at=AT)
    Offer.objects.filter(pk=offers[0].pk).update(title="Falconry", description="")
    note(offers[0].pk)

    run_due(at=AT + timedelta(seconds=5))

    assert search(Criteria(words="falconry"), at=AT).total == 1
