"""Who may take places for whom: oneself, one's children in the same form, a person with a mandate."""

from datetime import date

import pytest

from learningcity.core.actors import visitor
from learningcity.enrolment.permissions.places import (
    can_keep_places,
    can_see_enrolled,
    can_take_places,
    in_matter_of,
)
from learningcity.people.models import GuardianLimit, Purpose
from tests.enrolment.factories import intake, series_of
from tests.people.factories import (
    AT,
    as_guardian,
    as_helper,
    as_member,
    as_self,
    child,
    guardianship,
    mandate,
    member,
    organisation,
    person,
)

pytestmark = pytest.mark.django_db


def test_a_guardian_takes_places_for_children_without_opening_their_matter_first():
    rosa, kit = person("Rosa"), child("Kit")
    standing = guardianship(kit, rosa)

    assert can_take_places(as_self(rosa), kit, AT)
    assert can_take_places(as_guardian(rosa, kit), kit, AT)
    assert in_matter_of(as_self(rosa), kit) == as_guardian(rosa, kit)
    assert in_matter_of(as_self(rosa), rosa) == as_self(rosa)

    GuardianLimit.objects.create(
        kind="court",
        child=kit,
        guardianship=standing,
        purpose=Purpose.PLACES,
        from_on=date(2026, 1, 1),
        set_at=AT,
    )
    assert not can_take_places(as_self(rosa), kit, AT)


def test_nobody_takes_places_for_strangers_or_for_other_children():
    rosa, stranger, kit, other = person("Rosa"), person("Stranger"), child("Kit"), child("Other")
    guardianship(kit, rosa)
    trust = organisation("Kettle Trust")
    helper = member(person("Helper"), trust).person
    mandate(rosa, trust)

    assert not can_take_places(as_self(rosa), stranger, AT)
    assert not can_take_places(as_self(rosa), other, AT)
    assert not can_take_places(as_guardian(rosa, kit), other, AT)
    assert not can_take_places(visitor(), rosa, AT)
    assert can_take_places(as_helper(helper, rosa, trust), rosa, AT)
    assert not can_take_places(as_helper(helper, rosa, trust), kit, AT)


def test_while_acting_for_a_person_nobody_sees_or_keeps_the_places_of_their_organisation():
    rosa, trust = person("Rosa"), organisation("Kettle Trust")
    places, desk = intake(series_of(trust)), member(person("Helper"), trust, "administrator")
    mandate(rosa, trust)

    helping = as_helper(desk.person, rosa, trust)

    assert can_take_places(helping, rosa, AT)
    assert not can_see_enrolled(helping, places, AT)
    assert not can_keep_places(helping, places, AT)
    assert can_see_enrolled(as_member(desk), places, AT)
    assert can_keep_places(as_member(desk), places, AT)
