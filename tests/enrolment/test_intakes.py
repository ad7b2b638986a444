"""How places are given: opened, changed with consequences shown before, closed, decided."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from learningcity.core.models import Message
from learningcity.enrolment.actions.intakes import (
    IntakeDraft,
    change_intake,
    close_intake,
    decide,
    open_intake,
)
from learningcity.enrolment.actions.refusals import CapacityTooLow, ListHasBegun, NotAsShown, SettingsWrong
from learningcity.enrolment.models import Enrolment, Intake
from learningcity.enrolment.queries.consequences import consequences
from learningcity.enrolment.queries.intake_drafts import draft_of
from tests.enrolment.factories import enrolment, intake, series_of
from tests.people.factories import AT, as_member, as_self, member, organisation, person

pytestmark = pytest.mark.django_db
SEED = "ab" * 32


@pytest.fixture
def school():
    return organisation()


@pytest.fixture
def editor(school):
    return as_member(member(person("Ed Editor"), school, role="editor"))


@pytest.fixture
def series(school):
    return series_of(school)


def change(places, draft, by, at=AT):
    return change_intake(places, draft, seen=consequences(places, draft, at).digest, by=by, at=at)


def test_an_editor_opens_the_places_of_a_series(series, editor):
    made = open_intake(series, IntakeDraft(places=12), by=editor, at=AT)

    assert (made.places, made.taken, made.is_open, made.session) == (12, 0, True, None)
    assert draft_of(made) == IntakeDraft(places=12)


def test_raising_the_number_offers_places_to_those_who_are_next(series, editor):
    places = intake(series, places=1)
    enrolment(places)
    first, second = (enrolment(places, state="waiting", turn=turn) for turn in (1, 2))
    draft = replace(draft_of(places), places=2)

    shown = consequences(places, draft, AT)
    change(places, draft, editor)

    assert [one.pk for one in shown.offered] == [first.pk]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("offered", "waiting")
