"""The change log: whoever follows it holds the open catalogue, each change once."""

import random
import threading
import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from learningcity.catalogue.actions.changes import begin_log_anew, forget_removals, number_changes
from learningcity.catalogue.actions.outbox import note_change
from learningcity.catalogue.models import Change, ChangeCount, Offer, UnnumberedChange
from learningcity.catalogue.queries.changes import NotReached, StartAgain, changes
from learningcity.core.actors import Actor, Channel, Right, operator
from tests.catalogue.factories import MONDAY, OfferFactory, ProviderFactory, SourceFactory
from tests.catalogue.feeds_out.following import Follower

BY = operator()
PERIOD = timedelta(days=90)


def number(at=MONDAY):
    return number_changes(by=BY, at=at)


def set_published(offer, is_published, at=MONDAY):
    Offer.objects.filter(pk=offer.pk).update(is_published=is_published)
    note_change([offer.pk], at)


def published():
    return set(Offer.objects.filter(is_published=True).values_list("public_id", flat=True))


@pytest.mark.django_db
def test_the_log_begins_with_every_open_offer():
    OfferFactory.create_batch(4)
    OfferFactory(is_published=False)
    OfferFactory(source=SourceFactory(key="closed", licence="All rights reserved"))

    assert number() == 4
    assert number() == 0

    reader = Follower()
    reader.read_all()
    assert len(reader.held) == 4


@pytest.mark.django_db
def test_an_offer_that_changed_is_told_again_at_the_end_and_only_there():
    first, second = OfferFactory.create_batch(2)
    number()
    reader = Follower()
    reader.read_all()

    note_change([first.pk, first.pk], MONDAY)
    number()

    part = changes(after=reader.after, size=10)
    assert [change.public_id for change in part.changes] == [first.public_id]
    assert Change.objects.count() == 2


@pytest.mark.django_db
def test_a_withdrawn_offer_is_told_as_removed_once():
    offer = OfferFactory()
    number()
    reader = Follower()
    reader.read_all()

    set_published(offer, False)
    number()
    note_change([offer.pk], MONDAY)
    number()
    reader.read_all()

    assert reader.held == set()
    assert len(reader.numbers) == 2


@pytest.mark.django_db
def test_an_offer_whose_row_is_gone_is_told_as_removed():
    offer = OfferFactory()
    number()

    Offer.objects.all().delete()
    note_change([offer.pk], MONDAY)
    number()

    assert [change.is_removed for change in changes(size=5).changes] == [True]


@pytest.mark.django_db
def test_what_was_never_told_is_not_told_as_removed():
    note_change([OfferFactory(is_published=False).pk, 999_999], MONDAY)
    number()

    assert changes(size=5).changes == []


@pytest.mark.django_db
def test_a_new_row_for_the_same_identifier_takes_over_its_entry():
    old = OfferFactory()
    number()

    Offer.objects.all().delete()
    new = OfferFactory(public_id=old.public_id)
    note_change([old.pk, new.pk], MONDAY)
    number()

    [change] = changes(size=5).changes
    assert (change.offer_id, change.is_removed) == (new.pk, False)


@pytest.mark.django_db
def test_a_source_that_closes_is_taken_out_and_one_that_opens_comes_in():
    source = SourceFactory(licence="CC BY 4.0")
    offer = OfferFactory(source=source)
    number()
    reader = Follower()
    reader.read_all()

    source.licence = "CC BY-NC 4.0"
    source.save()
    number()
    reader.read_all()
    closed = set(reader.held)
    source.licence = "ODbL 1.0"
    source.save()
    number()
    reader.read_all()

    assert closed == set()
    assert reader.held == {offer.public_id}


@pytest.mark.django_db
def test_old_removals_are_dropped_and_old_markers_refused():
    kept, gone = OfferFactory.create_batch(2)
    number()
    early = Follower()
    early.read_all()
    set_published(gone, False)
    number()
    late = Follower()
    late.read_all()

    assert forget_removals(older_than=PERIOD, by=BY, at=MONDAY + PERIOD) == 0
    assert forget_removals(older_than=PERIOD, by=BY, at=MONDAY + PERIOD + timedelta(days=1)) == 1

    with pytest.raises(StartAgain, match="Start again"):
        early.read()
    assert late.read() == 0
    fresh = Follower()
    fresh.read_all()
    assert fresh.held == {kept.public_id}


@pytest.mark.django_db
def test_who_began_after_a_removal_may_go_on_from_any_part():
    """The first part of a slow reader lies before old removals: it never held what they removed."""
    offers = OfferFactory.create_batch(4)
    number()
    set_published(offers[0], False)
    note_change([offers[3].pk], MONDAY)
    number()
    slow = Follower(size=1)
    slow.read()

    forget_removals(older_than=PERIOD, by=BY, at=MONDAY + 2 * PERIOD)
    slow.read_all()

    assert slow.held == published()


@pytest.mark.django_db
def test_a_number_that_was_never_told_is_refused():
    OfferFactory()
    number()

    with pytest.raises(NotReached):
        changes(after=Change.objects.get().number + 1, size=5)


@pytest.mark.django_db
def test_a_restored_log_sends_every_reader_to_the_start():
    OfferFactory()
    number()
    reader = Follower()
    reader.read_all()

    begin_log_anew(by=BY, at=MONDAY)
    number(MONDAY + timedelta(hours=1))

    with pytest.raises(StartAgain):
        reader.read()
    fresh = Follower()
    fresh.read_all()
    assert fresh.held == published()


@pytest.mark.django_db
def test_only_the_city_gives_numbers():
    nobody = Actor(right=Right.SELF, channel=Channel.WEB)

    for act in (
        lambda: number_changes(by=nobody, at=MONDAY),
        lambda: begin_log_anew(by=nobody, at=MONDAY),
        lambda: forget_removals(older_than=PERIOD, by=nobody, at=MONDAY),
    ):
        with pytest.raises(PermissionDenied):
            act()


class AnyHistory(TestCase):
    """Changes, sweeps, readings and the passing of months, in any order."""

    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            st.one_of(
                st.tuples(st.just("turn"), st.integers(0, 3)),
                st.tuples(st.sampled_from(["number", "read", "forget"]), st.just(0)),
            ),
            max_size=40,
        )
    )
    def test_a_reader_that_is_not_sent_to_the_start_ends_with_the_open_catalogue(self, steps):
        offers = OfferFactory.create_batch(4)
        reader, at = Follower(size=2), MONDAY
        for step, which in steps:
            at += timedelta(days=20)
            if step == "turn":
                offers[which].refresh_from_db()
                set_published(offers[which], not offers[which].is_published, at)
            elif step == "number":
                number(at)
            elif step == "forget":
                forget_removals(older_than=PERIOD, by=BY, at=at)
            else:
                reader = _read_or_start_again(reader)
        number(at)
        try:
            reader.read_all()
        except StartAgain:
            reader = Follower()
            reader.read_all()

        assert reader.held == published()
        assert reader.numbers == sorted(set(reader.numbers))


def _read_or_start_again(reader):
    try:
        reader.read()
    except StartAgain:
        return Follower(size=2)
    return reader


class Crowd:
    """Threads that write, number and read at the same time; what fails in one is kept."""

    def __init__(self, offers):
        self.offers = offers
        self.readers = [Follower(size=1), Follower(size=5)]
        self.done = threading.Event()
        self.failures = []

    def write(self, seed):
        """Turn offers on and off in transactions of random length; some of them are rolled back."""
        chance = random.Random(seed)
        for _turn in range(12):
            with transaction.atomic():
                for pk in sorted(chance.sample(self.offers, chance.randint(1, 4))):
                    Offer.objects.filter(pk=pk).update(is_published=chance.random() < 0.6)
                    note_change([pk], MONDAY)
                    time.sleep(chance.random() * 0.004)
                transaction.set_rollback(chance.random() < 0.2)

    def sweep(self):
        while not self.done.is_set():
            number()

    def follow(self, reader):
        while not self.done.is_set():
            reader.read()

    def thread(self, work, *words):
        def run():
            try:
                work(*words)
            except (DatabaseError, StartAgain, NotReached) as failure:
                self.failures.append(failure)
            finally:
                connection.close()

        return threading.Thread(target=run)

    def run(self):
        writers = [self.thread(self.write, seed) for seed in range(4)]
        others = [self.thread(self.sweep), self.thread(self.sweep)]
        others += [self.thread(self.follow, reader) for reader in self.readers]
        for thread in (*others, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        self.done.set()
        for thread in others:
            thread.join()
        number()
        for reader in self.readers:
            reader.read_all()


@pytest.mark.django_db(transaction=True)
def test_readers_miss_nothing_and_hear_nothing_twice_while_many_write():
    provider, source = ProviderFactory(), SourceFactory()
    crowd = Crowd([one.pk for one in OfferFactory.create_batch(24, provider=provider, source=source)])

    crowd.run()

    assert crowd.failures == []
    assert not UnnumberedChange.objects.exists()
    assert ChangeCount.objects.count() == 1
    for reader in crowd.readers:
        assert reader.held == published()
        assert reader.numbers == sorted(set(reader.numbers))
