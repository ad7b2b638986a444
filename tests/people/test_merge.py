"""Two entries of one person become one, with proof from both, and can be parted again exactly."""

from datetime import timedelta

import pytest

from learningcity.people.actions.merging import (
    ConflictsOpen,
    Proofs,
    merge_persons,
)
from learningcity.people.actions.unmerging import undo_merge
from learningcity.people.models import Membership, Person
from tests.people import factories as make

pytestmark = pytest.mark.django_db
AT = make.AT
SEEN = Proofs(of_kept="passport", of_dropped="card")


@pytest.fixture
def desk():
    return make.as_member(make.member(make.person("Dana Desk"), role=Membership.Role.DESK))


@pytest.fixture
def rosa():
    return make.person("Rosa Rivers")


@pytest.fixture
def again():
    return make.person("Roza Rivers")


def merged(kept, dropped, by, **more):
    return merge_persons(
        kept, dropped, **({"choices": {"name": "kept"}, "proofs": SEEN, "by": by, "at": AT} | more)
    )


def test_a_merge_without_choices_names_what_differs(desk, rosa, again):
    with pytest.raises(ConflictsOpen, match="Name") as refused:
        merged(rosa, again, desk, choices={})
    assert refused.value.field == "name"


def test_merge_and_undo(desk, rosa, again):
    merge = merged(rosa, again, desk)
    again.refresh_from_db()
    assert again.state == Person.State.MERGED
    undo_merge(merge, by=desk, at=AT + timedelta(days=1))
    again.refresh_from_db()
    assert again.is_here
