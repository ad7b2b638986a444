"""The city's words on imported offers hold field by field; what contradicts them is listed."""

import pytest

from learningcity.catalogue.actions import PriceDraft, TextDraft, change_offer, import_offers
from learningcity.catalogue.actions.field_corrections import ConflictSettled, settle_conflict
from learningcity.catalogue.models import FieldCorrection, Offer, Session
from tests.catalogue.factories import draft, evening, run


@pytest.fixture
def bring(source, by, at):
    """Return a function that imports drafts as the whole of the desk's source."""
    return lambda *rows: import_offers(rows, source=source, by=by, at=at)


@pytest.fixture
def correct(by, at):
    """Return a function by which the city changes the offer."""
    return lambda with_series=False, **words: change_offer(
        Offer.objects.get(), draft(**words), with_series=with_series, by=by, at=at
    )


DEARER = (PriceDraft(cents=2000, currency="GBP"),)


def test_each_corrected_field_holds_while_others_follow_the_source(bring, correct):
    bring(draft())
    correct(title="Corrected", prices=DEARER, skills=("Glaze a bowl",))

    bring(draft(summary="New.", hours=12))

    offer = Offer.objects.get()
    assert (offer.title, offer.summary, offer.hours) == ("Corrected", "New.", 12)
    assert offer.prices.get().cents == 2000
    assert offer.skills.get().words == "Glaze a bowl"
    assert not FieldCorrection.objects.filter(conflict_at__isnull=False).exists()


def test_the_word_of_the_source_wins_where_it_changed_and_the_conflict_is_listed(bring, correct):
    bring(draft())
    correct(title="Corrected", prices=DEARER)

    bring(draft(title="From the source"))

    conflict = FieldCorrection.objects.get(conflict_at__isnull=False)
    assert (conflict.field, conflict.value) == ("title", "Corrected")
    offer = Offer.objects.get()
    assert (offer.title, offer.prices.get().cents) == ("From the source", 2000)


def test_who_writes_the_sources_word_back_corrects_nothing(bring, correct):
    bring(draft())
    correct(title="Corrected")
    correct()

    bring(draft(title="From the source"))

    assert Offer.objects.get().title == "From the source"
    assert not FieldCorrection.objects.exists()


@pytest.mark.parametrize(
    ("field", "ours", "theirs"),
    [
        ("title", "Corrected", "From the source"),
        ("prices", DEARER, (PriceDraft(cents=100, currency="GBP"),)),
        ("texts", (TextDraft(language="cy", title="Crochenwaith"),), ()),
        ("skills", ("Glaze a bowl",), ("Throw a bowl",)),
    ],
)
def test_a_conflict_is_settled_either_way_and_then_holds(bring, correct, by, at, field, ours, theirs):
    bring(draft())
    correct(**{field: ours})
    bring(draft(**{field: theirs}, summary="1"))
    conflict = FieldCorrection.objects.filter(field=field, conflict_at__isnull=False).first()
    if conflict is None:
        assert field == "texts"  # the source said nothing there before, nor now
        return

    settle_conflict(conflict, with_ours=True, by=by, at=at)
    bring(draft(**{field: theirs}, summary="2"))

    held = FieldCorrection.objects.get(field=field)
    assert held.conflict_at is None
    assert held.value == FieldCorrection.objects.get(pk=conflict.pk).value
    with pytest.raises(ConflictSettled):
        settle_conflict(conflict, with_ours=False, by=by, at=at)


def test_a_conflict_left_to_the_source_is_over(bring, correct, by, at):
    bring(draft())
    correct(title="Corrected")
    bring(draft(title="From the source"))

    settle_conflict(FieldCorrection.objects.get(), with_ours=False, by=by, at=at)

    assert not FieldCorrection.objects.exists()
    assert Offer.objects.get().title == "From the source"


def test_dates_that_the_city_planned_anew_hold_until_the_source_plans_anew(bring, correct):
    bring(draft(series=(run(evening(1, 11), evening(1, 18)),)))
    correct(with_series=True, series=(run(evening(1, 12), evening(1, 18)),))

    bring(draft(title="Other", series=(run(evening(1, 11), evening(1, 18)),)))
    held = planned_days()
    bring(draft(title="Other", series=(run(evening(2, 1)),)))

    assert held == [(1, 12), (1, 18)]
    assert planned_days() == [(2, 1)]
    assert FieldCorrection.objects.get(field="series").conflict_at is not None


def planned_days():
    found = Session.objects.filter(status="planned").order_by("starts_at")
    return [(one.starts_at.month, one.starts_at.day) for one in found]


def test_words_that_no_longer_fit_beside_those_of_the_source_give_way(bring, correct):
    bring(draft(age_from=6))
    correct(age_from=18)

    bring(draft(age_from=6, age_to=12))

    offer = Offer.objects.get()
    assert (offer.age_from, offer.age_to) == (6, 12)
    assert FieldCorrection.objects.get().conflict_at is not None
