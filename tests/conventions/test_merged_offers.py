"""Whoever keeps something of an offer, a series or a session hears when two offers become one."""

import inspect
import sys

import pytest
from django.apps import apps

from learningcity.catalogue.models import Offer, Series, Session
from learningcity.catalogue.signals import merge_undone, offers_merged

OF_THE_CATALOGUE = {
    "Series": "joined or moved by the merge",
    "Session": "joined or moved by the merge",
    "OfferText": "the best-ranked source wins, in each language",
    "OfferPrice": "the best-ranked source wins",
    "OfferAccess": "the best-ranked source wins",
    "OfferSkill": "the best-ranked source wins",
    "OfferConcept": "stays: what a source says",
    "FieldOrigin": "says which source won",
    "FieldCorrection": "stays: it is about what one source says",
    "Freshness": "stays: it is about one record",
    "DuplicatePair": "settled by the merge",
    "OfferMerge": "is the merge",
    "MovedSeries": "is the merge",
    "MovedSession": "is the merge",
    "JoinedSeries": "is the merge",
    "JoinedSession": "is the merge",
    "AcceptedClash": "follows the dates that are joined",
    "ProgrammeOffer": "follows",
    "Feedback": "follows",
    "SkillTaught": "follows",
    "OverlaidSession": "follows, by a receiver of its own",
}
"""What a merge does with each table of the catalogue that is keyed to an offer, a series or a session."""

STAYS = {"enrolment.SessionCode": "a code is valid only while its session lasts"}


def keyed():
    """Return the models of all rooms that point at an offer, a series or a session."""
    return {
        model
        for model in apps.get_models()
        if model.__module__.startswith("learningcity.")
        for field in model._meta.get_fields()
        if field.concrete and field.related_model in (Offer, Series, Session)
    }


def told_by(signal, room: str) -> str:
    """Return the code by which a room answers a signal: its receivers, and the actions they call."""
    receivers = [one for one in signal._live_receivers(None)[0] if f".{room}." in one.__module__]
    words = []
    for one in receivers:
        module = sys.modules[one.__module__]
        words.append(inspect.getsource(module))
        used = {getattr(value, "__module__", "") for value in vars(module).values()}
        words += [inspect.getsource(sys.modules[name]) for name in used if f".{room}.actions." in name]
    return "\n".join(words)


@pytest.mark.once
def test_every_table_of_the_catalogue_has_its_place_in_a_merge():
    ours = {model.__name__ for model in keyed() if model._meta.app_label == "catalogue"}

    assert ours == set(OF_THE_CATALOGUE)


@pytest.mark.once
@pytest.mark.parametrize("signal", [offers_merged, merge_undone], ids=["offers_merged", "merge_undone"])
def test_whoever_is_keyed_to_an_offer_hears_of_merges(signal):
    """Else enrolments, links or credits would stay with an offer that nobody sees any more."""
    others = [model for model in keyed() if model._meta.app_label != "catalogue"]
    deaf = [
        model._meta.label
        for model in others
        if model._meta.label not in STAYS and model.__name__ not in told_by(signal, model._meta.app_label)
    ]

    assert others
    assert deaf == []
