"""Two offers made one, and parted again."""

from datetime import timedelta

import pytest
from django.core import serializers
from django.core.exceptions import PermissionDenied

from learningcity.catalogue.actions import (
    PriceDraft,
    ProviderDraft,
    TextDraft,
    import_offers,
)
from learningcity.catalogue.actions.duplicates import propose_all, propose_for
from learningcity.catalogue.actions.duplicates_deciding import Decision, PairDecided, ask_again, decide_pair
from learningcity.catalogue.actions.duplicates_fields import rank_source
from learningcity.catalogue.actions.duplicates_merging import NotToMerge, NotToUndo, merge_offers, undo_merge
from learningcity.catalogue.actions.imports import imported
from learningcity.catalogue.models import (
    AcceptedClash,
    DuplicatePair,
    FieldOrigin,
    Offer,
    OfferAccess,
    OfferMerge,
    OfferPrice,
    OfferSkill,
    OfferText,
    Series,
    Session,
    Source,
)
from learningcity.catalogue.queries.duplicates import origins_of, survivor_of
from learningcity.catalogue.signals import merge_undone, offers_merged
from learningcity.core.actors import operator, visitor
from tests.catalogue.factories import MONDAY, SourceFactory, draft, evening, run

pytestmark = pytest.mark.django_db
OPERATOR = operator()
LATER = MONDAY + timedelta(days=1)
STAFF = {"by": OPERATOR, "at": LATER}


def brought(source_key: str, *drafts) -> list[Offer]:
    source = SourceFactory(key=source_key, name=source_key.title())
    import_offers(drafts, source=source, by=OPERATOR, at=MONDAY)
    return list(Offer.objects.filter(source=source).order_by("pk"))


def brought_again(source_key: str, *drafts) -> None:
    source = Source.objects.get(key=source_key)
    import_offers(drafts, source=source, by=OPERATOR, at=LATER)
    propose_for(list(source.offers.values_list("pk", flat=True)), **STAFF)


def snapshot() -> str:
    rows = []
    for model in (Offer, OfferText, OfferPrice, OfferAccess, OfferSkill, Series, Session, FieldOrigin):
        for row in serializers.serialize("python", model.objects.order_by("pk")):
            row["fields"].pop("changed_at", None)
            # Prices and access facts are written anew: what they say counts, not their rows.
            pk = row["pk"] if model in (Offer, Series, Session) else 0
            rows.append(repr((row["model"], pk, sorted(row["fields"].items()))))
    return "\n".join(sorted(rows))


def other_draft(**changes):
    words = {
        "key": "ceramics",
        "title": "Pottery for beginners (Tuesdays)",
        "summary": "Make a bowl.",
        "website": "https://library.example/pottery",
        "provider": ProviderDraft(key="l", name="Lantern and Sons"),
        "prices": (PriceDraft(cents=900, currency="GBP"),),
        "series": (
            run(evening(1, 11), evening(1, 18), evening(1, 25), key="a"),
            run(evening(6, 1), evening(6, 8), key="1"),
        ),
    }
    return draft(**(words | changes))


def two() -> tuple[Offer, Offer]:
    [kept] = brought("city", draft())
    [dropped] = brought("library", other_draft())
    return kept, dropped


def test_after_an_undo_everything_is_as_before():
    kept, dropped = two()
    before = snapshot()

    merge = merge_offers(kept, dropped, **STAFF)
    assert snapshot() != before
    undo_merge(merge, **STAFF)

    assert snapshot() == before


def test_dates_that_are_the_same_are_joined_and_the_others_come_over():
    kept, dropped = two()

    merge = merge_offers(kept, dropped, **STAFF)

    runs = kept.series.order_by("pk")
    assert [run.sessions.count() for run in runs] == [3, 2]
    assert merge.joined_sessions.count() == 2
    assert merge.moved_sessions.count() == 1
    assert merge.moved_series.count() == 1


def test_the_dropped_offer_is_hidden_and_leads_to_the_kept_one_through_a_chain():
    kept, dropped = two()
    [third] = brought("college", draft(key="c"))

    merge_offers(kept, dropped, **STAFF)
    merge_offers(third, kept, **STAFF)

    assert not Offer.objects.get(pk=dropped.pk).is_published
    assert survivor_of(dropped.public_id) == third
    assert survivor_of(third.public_id) is None


def test_merges_are_undone_the_latest_first():
    kept, dropped = two()
    [third] = brought("college", draft(key="c"))
    before = snapshot()
    first = merge_offers(kept, dropped, **STAFF)
    second = merge_offers(third, kept, **STAFF)

    with pytest.raises(NotToUndo, match="later merge first"):
        undo_merge(first, **STAFF)
    undo_merge(second, **STAFF)
    undo_merge(first, **STAFF)

    assert snapshot() == before
    with pytest.raises(NotToUndo, match="undone this already"):
        undo_merge(first, **STAFF)


def test_a_merge_is_forgotten_after_a_year():
    merge = merge_offers(*two(), **STAFF)

    with pytest.raises(NotToUndo, match="time to undo"):
        undo_merge(merge, by=OPERATOR, at=merge.undo_until)


def test_an_import_of_either_source_neither_doubles_nor_cancels_what_was_merged():
    kept, dropped = two()
    merge = merge_offers(kept, dropped, **STAFF)

    brought_again("city", draft(title="Pottery for all beginners"))
    brought_again("library", other_draft(summary="Make two bowls."))

    assert Series.objects.count() == 3
    assert [run.sessions.count() for run in kept.series.order_by("pk")] == [3, 2]
    assert not Session.objects.filter(status="cancelled").exists()
    undo_merge(merge, **STAFF)
    assert [run.sessions.count() for run in dropped.series.order_by("pk")] == [3, 2]


def test_a_date_that_the_dropped_source_brings_later_comes_over():
    kept, dropped = two()
    merge_offers(kept, dropped, **STAFF)
    more = run(evening(1, 11), evening(1, 18), evening(1, 25), evening(2, 1), key="a")

    brought_again("library", other_draft(series=(more, run(evening(6, 1), evening(6, 8), key="1"))))

    assert kept.series.order_by("pk").first().sessions.count() == 4


def test_an_import_never_shows_a_dropped_offer_again():
    kept, dropped = two()
    merge_offers(kept, dropped, **STAFF)
    Offer.objects.filter(pk=dropped.pk).update(source_digest="")

    brought_again("library", other_draft())

    assert not Offer.objects.get(pk=dropped.pk).is_published


def test_a_dropped_offer_is_not_even_shown_until_the_import_is_over_and_shows_when_they_part():
    kept, dropped = two()
    merge = merge_offers(kept, dropped, **STAFF)
    Offer.objects.filter(pk=dropped.pk).update(source_digest="")
    OfferMerge.objects.update(was_published=False)

    source = Source.objects.get(key="library")
    imported([other_draft()], source=source, is_whole=True, marker=None, columns={}, **STAFF)

    assert not Offer.objects.get(pk=dropped.pk).is_published
    undo_merge(merge, **STAFF)
    assert Offer.objects.get(pk=dropped.pk).is_published


def test_a_source_fills_what_the_kept_offer_does_not_say_and_the_better_rank_wins():
    kept, dropped = two()

    merge_offers(kept, dropped, **STAFF)

    kept.refresh_from_db()
    assert (kept.title, kept.summary) == ("Pottery for beginners", "Make a bowl.")
    assert kept.prices.get().cents == 1000
    assert {origin.field for origin in origins_of(kept.pk)} == {"summary", "website"}

    rank_source(dropped.source, 1, field="prices", **STAFF)

    assert kept.prices.get().cents == 900
    assert ("prices", "Library") in {(origin.field, origin.source) for origin in origins_of(kept.pk)}


def in_spanish(title: str, *, is_machine_made: bool = False) -> TextDraft:
    return TextDraft(language="es", title=title, summary="Haz un cuenco.", is_machine_made=is_machine_made)


def in_welsh(title: str) -> TextDraft:
    return TextDraft(language="cy", title=title)


def titles(offer: Offer) -> dict[str, str]:
    return dict(offer.texts.values_list("language", "title"))


def test_words_in_other_languages_are_united_and_the_better_rank_wins_in_each():
    kept, dropped = two()
    brought_again("city", draft(texts=(in_spanish("Cerámica"),)))
    brought_again("library", other_draft(texts=(in_spanish("Alfarería"), in_welsh("Crochenwaith"))))

    merge = merge_offers(kept, dropped, **STAFF)

    assert titles(kept) == {"es": "Cerámica", "cy": "Crochenwaith"}
    assert ("texts", "Library") in {(origin.field, origin.source) for origin in origins_of(kept.pk)}

    rank_source(dropped.source, 1, field="texts", **STAFF)
    assert titles(kept) == {"es": "Alfarería", "cy": "Crochenwaith"}

    rank_source(kept.source, 1, **STAFF)
    assert titles(kept) == {"es": "Cerámica", "cy": "Crochenwaith"}

    brought_again("library", other_draft(texts=(in_welsh("Crochenwaith newydd"),)))
    assert titles(kept) == {"es": "Cerámica", "cy": "Crochenwaith newydd"}

    undo_merge(merge, **STAFF)
    assert titles(kept) == {"es": "Cerámica"}
    assert titles(dropped) == {"cy": "Crochenwaith newydd"}


def test_words_of_people_go_before_those_of_a_machine():
    kept, dropped = two()
    brought_again("city", draft(texts=(in_spanish("Cerámica para uno", is_machine_made=True),)))
    brought_again("library", other_draft(texts=(in_spanish("Alfarería"),)))

    merge_offers(kept, dropped, **STAFF)

    assert titles(kept) == {"es": "Alfarería"}


def test_an_offer_in_another_language_gives_its_words_as_a_translation():
    kept, dropped = two()
    brought_again("library", other_draft(title="Alfarería", language="es", summary="Haz un cuenco."))

    merge_offers(kept, dropped, **STAFF)

    kept.refresh_from_db()
    assert kept.title == "Pottery for beginners"
    assert titles(kept) == {"es": "Alfarería"}


def test_what_the_winning_source_says_later_is_taken_over():
    kept, dropped = two()
    merge_offers(kept, dropped, **STAFF)

    brought_again("library", other_draft(summary="Make two bowls."))
    kept.refresh_from_db()
    assert kept.summary == "Make two bowls."

    brought_again("city", draft(summary="Our own words."))
    kept.refresh_from_db()
    assert kept.summary == "Our own words."
    assert {origin.field for origin in origins_of(kept.pk)} == {"website"}


def test_what_a_person_wrote_stands():
    kept, dropped = two()
    merge_offers(kept, dropped, **STAFF)
    Offer.objects.filter(pk=kept.pk).update(summary="As the city says.")

    brought_again("library", other_draft(summary="Make two bowls."))
    brought_again("library", other_draft(summary="Make three bowls."))

    kept.refresh_from_db()
    assert kept.summary == "As the city says."


def test_rooms_hear_of_a_merge_and_get_back_what_they_moved():
    heard = []

    def on_merge(sender, *, series, sessions, **more):
        heard.append((len(series), len(sessions)))
        return {"test.rows": [7]}

    def on_undo(sender, *, series, sessions, moved, **more):
        heard.append((len(series), len(sessions), moved["test.rows"]))

    offers_merged.connect(on_merge)
    merge_undone.connect(on_undo)
    try:
        undo_merge(merge_offers(*two(), **STAFF), **STAFF)
    finally:
        offers_merged.disconnect(on_merge)
        merge_undone.disconnect(on_undo)

    assert heard == [(1, 2), (1, 2, [7])]


def test_an_accepted_clash_follows_the_date_that_stays_and_comes_back():
    kept, dropped = two()
    [another] = brought("college", draft(title="Weaving", series=(run(evening(1, 11)),)))
    starts = {"starts_at": Session.objects.get(series__offer=another).starts_at}
    joined_date = Session.objects.get(series__offer=dropped, **starts)
    its_partner = Session.objects.get(series__offer=kept, **starts)
    weaving = Session.objects.get(series__offer=another)
    said = {"kind": AcceptedClash.Kind.ROOM, "reason": "The room can be parted.", "accepted_at": MONDAY}
    ours = AcceptedClash.objects.create(session=joined_date, other=weaving, **said)
    theirs = AcceptedClash.objects.create(session=weaving, other=joined_date, **said)
    between = AcceptedClash.objects.create(session=its_partner, other=joined_date, **said)

    merge = merge_offers(kept, dropped, **STAFF)

    dates = AcceptedClash.objects.order_by("pk").values_list("pk", "session", "other")
    assert list(dates) == [
        (ours.pk, its_partner.pk, weaving.pk),
        (theirs.pk, weaving.pk, its_partner.pk),
        (between.pk, its_partner.pk, joined_date.pk),
    ]

    undo_merge(merge, **STAFF)

    assert list(dates.all()) == [
        (ours.pk, joined_date.pk, weaving.pk),
        (theirs.pk, weaving.pk, joined_date.pk),
        (between.pk, its_partner.pk, joined_date.pk),
    ]


def test_what_cannot_be_merged_is_refused_with_a_reason():
    kept, dropped = two()
    [third] = brought("college", draft(key="c"))

    with pytest.raises(NotToMerge, match="one and the same"):
        merge_offers(kept, kept, **STAFF)
    merge_offers(kept, dropped, **STAFF)
    with pytest.raises(NotToMerge, match="part of another offer already"):
        merge_offers(third, dropped, **STAFF)
    Offer.objects.filter(pk=third.pk).update(is_published=False)
    with pytest.raises(NotToMerge, match="withdrawn"):
        merge_offers(third, kept, **STAFF)


def test_different_is_remembered_until_both_have_changed():
    two()
    propose_all(**STAFF)
    pair = DuplicatePair.objects.get()
    decide_pair(pair, Decision.DIFFERENT, **STAFF)

    assert propose_all(**STAFF) == 0
    brought_again("library", other_draft(title="Pottery for beginners!"))
    pair.refresh_from_db()
    assert pair.state == pair.State.DIFFERENT

    brought_again("city", draft(title="Pottery, for beginners"))
    pair.refresh_from_db()
    assert pair.state == pair.State.OPEN


def test_a_pair_is_decided_once_and_can_be_asked_again():
    two()
    propose_all(**STAFF)
    pair = DuplicatePair.objects.get()
    decide_pair(pair, Decision.DIFFERENT, **STAFF)

    with pytest.raises(PairDecided):
        decide_pair(pair, Decision.FIRST, **STAFF)
    ask_again(pair, **STAFF)
    with pytest.raises(PairDecided):
        ask_again(pair, **STAFF)
    merge = decide_pair(pair, Decision.SECOND, **STAFF)

    assert merge.kept_id == pair.second_id
    undo_merge(merge, **STAFF)
    pair.refresh_from_db()
    assert pair.state == pair.State.OPEN


def test_nobody_but_the_city_decides():
    kept, dropped = two()
    propose_all(**STAFF)
    pair = DuplicatePair.objects.get()
    merge = merge_offers(kept, dropped, **STAFF)
    nobody = {"by": visitor(), "at": LATER}

    for act in (
        lambda: merge_offers(kept, dropped, **nobody),
        lambda: undo_merge(merge, **nobody),
        lambda: decide_pair(pair, Decision.FIRST, **nobody),
        lambda: ask_again(pair, **nobody),
        lambda: rank_source(kept.source, 1, **nobody),
    ):
        with pytest.raises(PermissionDenied):
            act()
