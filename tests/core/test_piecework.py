"""Work done piece by piece: what fails stops nothing else, and a run ends in time."""

import json
import logging

import pytest

from learningcity.core import schedule
from learningcity.core.logs import JsonFormatter
from learningcity.core.models import ScheduledRun
from learningcity.core.piecework import each, in_order, shift
from learningcity.core.schedule import every, jobs, run_due


def fail_at_two(number):
    if number == 2:
        raise RuntimeError("of Rosa Example")
    return number


def test_a_piece_that_fails_stops_no_other():
    assert each([1, 2, 3], fail_at_two) == [1, 3]


def test_what_stops_everything_is_raised():
    with pytest.raises(RuntimeError):
        each([1, 2, 3], fail_at_two, stops=(RuntimeError,))


def test_a_failure_is_logged_with_the_key_of_a_row_and_nothing_else(db, at, caplog):
    row = ScheduledRun.objects.create(job="test.rosa", due_at=at)

    each([2], fail_at_two, about=lambda _number: row)
    each(["Rosa"], lambda name: fail_at_two(2))

    logger = logging.getLogger("learningcity.core.piecework")
    said = [JsonFormatter().format(record) for record in caplog.records if record.name == logger.name]
    assert [json.loads(line)["item"] for line in said] == [f"core.scheduledrun {row.pk}", ""]
    assert not any("rosa" in line.lower() for line in said)


def test_no_piece_is_begun_once_the_shift_is_over():
    done = []
    with shift(seconds=0):
        each([1, 2], done.append)
    each([3], done.append)

    assert done == [3]


def test_rows_are_read_in_parts_and_those_that_stay_are_read_once(db, at):
    for number in (3, 1, 2, 2, 1):
        ScheduledRun.objects.create(job=f"test.{ScheduledRun.objects.count()}", due_at=at, failures=number)
    rows = ScheduledRun.objects.filter(job__startswith="test.")
    met = []

    def leave(row):
        met.append(row.job)
        if row.failures == 2:
            row.delete()

    each(in_order(rows, by="failures", size=2), leave)

    assert met == ["test.1", "test.4", "test.2", "test.3", "test.0"]
    assert [row.job for row in in_order(rows, size=2)] == ["test.0", "test.1", "test.4"]


def test_a_job_of_which_a_piece_failed_is_counted_as_failed(db, at, monkeypatch):
    jobs()
    monkeypatch.setattr(schedule, "REGISTERED", {})
    every(minutes=1, name="test.pieces")(lambda moment: each([1, 2, 3], fail_at_two))

    run_due(at=at)

    assert ScheduledRun.objects.get(job="test.pieces").failures == 1
