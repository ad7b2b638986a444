"""Periodic work runs when it is due, once, and a failure stops nothing else."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django_tasks import TaskResultStatus, task

from learningcity.core import schedule
from learningcity.core.audit import record
from learningcity.core.models import AuditBatch, ScheduledRun
from learningcity.core.schedule import every, jobs, run_due


@pytest.fixture
def ran(monkeypatch) -> list[str]:
    """Begin with an empty schedule; return the list in which jobs note that they ran."""
    jobs()  # the rooms register once, when they are first asked
    monkeypatch.setattr(schedule, "REGISTERED", {})
    return []


def test_a_job_runs_at_once_and_then_in_its_rhythm(db, ran, at):
    every(minutes=5, name="test.tick")(lambda moment: ran.append(moment))

    for minutes in (0, 1, 4, 5, 9, 10):
        run_due(at=at + timedelta(minutes=minutes))

    assert ran == [at, at + timedelta(minutes=5), at + timedelta(minutes=10)]


def test_a_job_that_fails_is_counted_and_stops_no_other(db, ran, at):
    @every(minutes=1, name="test.a_fails")
    def fail(moment):
        raise RuntimeError

    every(minutes=1, name="test.b_works")(lambda moment: ran.append("b"))

    assert run_due(at=at) == ["test.a_fails", "test.b_works"]
    assert run_due(at=at) == []
    run_due(at=at + timedelta(minutes=1))

    assert ran == ["b", "b"]
    assert ScheduledRun.objects.get(job="test.a_fails").failures == 2
    assert ScheduledRun.objects.get(job="test.b_works").failures == 0


def test_a_job_that_somebody_runs_is_left_alone_until_its_lease_is_over(db, ran, at):
    every(minutes=1, name="test.long", lease_minutes=3)(lambda moment: ran.append("here"))
    ScheduledRun.objects.create(
        job="test.long", due_at=at, leased_until=at + timedelta(minutes=3), holder="elsewhere"
    )

    assert run_due(at=at + timedelta(minutes=2)) == []
    assert run_due(at=at + timedelta(minutes=3)) == ["test.long"]


def test_a_late_end_does_not_give_back_the_lease_of_another(db, ran, at):
    @every(minutes=1, name="test.slow", lease_minutes=1)
    def overtaken(moment):
        ScheduledRun.objects.update(holder="elsewhere", leased_until=at + timedelta(minutes=9))

    run_due(at=at)

    assert ScheduledRun.objects.get().holder == "elsewhere"


@pytest.mark.django_db(transaction=True)
def test_many_schedulers_at_once_run_a_job_once(ran, at):
    every(minutes=1, name="test.once")(lambda moment: ran.append("once"))

    def run() -> None:
        run_due(at=at)
        connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ran == ["once"]


def test_a_rhythm_may_be_shorter_than_a_minute(db, ran, at):
    every(seconds=3, name="test.quick")(lambda moment: ran.append(moment))

    for seconds in (0, 1, 2, 3, 5, 6):
        run_due(at=at + timedelta(seconds=seconds))

    assert ran == [at, at + timedelta(seconds=3), at + timedelta(seconds=6)]


@pytest.mark.parametrize("rhythm", [{}, {"seconds": 0}, {"seconds": -1}, {"minutes": -1, "seconds": 30}])
def test_a_rhythm_under_a_second_is_a_mistake(ran, rhythm):
    with pytest.raises(ValueError, match="1 or more"):
        every(**rhythm, name="test.fast")


def test_two_jobs_of_one_name_are_a_mistake(ran):
    every(minutes=1, name="test.same")(lambda moment: None)

    with pytest.raises(ValueError, match=r"test\.same"):
        every(minutes=1, name="test.same")(lambda moment: None)


def test_the_command_runs_what_is_due_and_seals_the_audit_trail(db, by, at, tmp_path, settings, capsys):
    settings.DATA = tmp_path
    record("test.done", by=by, at=at)

    call_command("schedule", "--once", "--json")

    assert '"core.seal_audit"' in capsys.readouterr().out
    assert AuditBatch.objects.count() == 1


@task()
def leave_a_mark(job: str, due_at: str) -> None:
    """Do something that a test can see."""
    ScheduledRun.objects.create(job=job, due_at=due_at)


@task()
def fail() -> None:
    """Fail."""
    raise RuntimeError


@pytest.mark.django_db(transaction=True)
def test_the_command_works_off_the_queue_of_tasks_past_one_that_fails(ran, at):
    failed = fail.enqueue()
    leave_a_mark.enqueue("test.mark", at.isoformat())

    call_command("schedule", "--once")

    assert ScheduledRun.objects.filter(job="test.mark", due_at=at).exists()
    failed.refresh()
    assert failed.status == TaskResultStatus.FAILED


def test_every_job_of_every_room_has_a_name_that_says_its_room():
    assert all(
        job.name.split(".")[0] in {"core", "people", "city", "catalogue", "enrolment"} for job in jobs()
    )
