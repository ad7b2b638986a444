"""Statements that are composed once write and read what the objects' own ways do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from learningcity.core.models import Draft
from learningcity.core.statements import Insert, Lock, Update
from learningcity.enrolment.models import Enrolment, Intake
from tests.enrolment.factories import enrolment, intake
from tests.people.factories import AT, person

pytestmark = pytest.mark.django_db
COLUMNS = [field.attname for field in Enrolment._meta.concrete_fields]


def values(row):
    return {name: getattr(row, name) for name in COLUMNS}


def test_a_row_is_written_as_its_fields_say():
    row = Enrolment(
        intake=intake(),
        person=person(),
        state="offered",
        number=7,
        met=["said", {"é": 1}],
        until_at=AT + timedelta(hours=1),
        asked_at=AT,
        changed_at=AT,
    )

    Insert(Enrolment).write(row)

    assert not row._state.adding
    assert values(Enrolment.objects.get(pk=row.pk)) == values(row)


def test_the_database_refuses_what_it_always_refuses():
    there = enrolment()
    again = Enrolment(
        intake=there.intake, person=there.person, state="enrolled", number=9, asked_at=AT, changed_at=AT
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        Insert(Enrolment).write(again)


def test_only_the_columns_meant_change():
    row = enrolment()
    row.state, row.number = "cancelled", 99

    Update(Enrolment, ("state",)).write(row)

    row.refresh_from_db()
    assert (row.state, row.number) == ("cancelled", 1)


def test_a_row_is_read_as_its_fields_say():
    there = intake(minimum=3, opens_at=AT)

    with transaction.atomic():
        found = Lock(Intake).read(there.pk)

    there.refresh_from_db()
    names = [field.attname for field in Intake._meta.concrete_fields]
    assert [getattr(found, name) for name in names] == [getattr(there, name) for name in names]
    assert not found._state.adding


def test_a_row_that_is_not_there_is_said_so():
    with pytest.raises(Draft.DoesNotExist), transaction.atomic():
        Lock(Draft).read(0)
