"""The audit trail only grows, is sealed without waiting, and betrays every change."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, OperationalError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from learningcity.core.actors import Actor, Channel, Right, operator
from learningcity.core.audit import record, seal_audit, sealing
from learningcity.core.audit.canonical import GENESIS, digest_of, head_of, members_of
from learningcity.core.audit.verifying import NotAHead, verify_audit
from learningcity.core.models import AuditBatch, AuditLine, AuditWaiting
from tests.core.trail import unguarded_trail

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_heads(tmp_path, settings):
    """Keep the heads of each test apart."""
    settings.DATA = tmp_path


def write(count: int, *, start: int = 0) -> list[int]:
    """Write so many lines and return their ids."""
    for number in range(start, start + count):
        record(f"test.line_{number}", by=operator(), at=AT + timedelta(seconds=number))
    return list(AuditLine.objects.order_by("id").values_list("id", flat=True))


def change(statement: str, *values: object) -> None:
    """Change the trail as somebody with the keys of the database could."""
    off, on = {
        "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
        "postgresql": ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT"),
    }[connection.vendor]
    with unguarded_trail(), connection.cursor() as cursor:
        cursor.execute(off)
        cursor.execute(statement, values)
        cursor.execute(on)


def kinds(report) -> list[tuple[str, int | None, int | None]]:
    """Return what was found, and where."""
    return [(finding.kind, finding.line, finding.batch) for finding in report.findings]


def test_a_line_says_who_acted_for_whom_by_which_right_and_channel(db):
    by = Actor(Right.GUARDIAN, Channel.DESK, person="p-1", on_behalf_of="p-2", organisation="o-3")

    record("test.signed", by=by, at=AT)

    line = AuditLine.objects.get()
    assert (line.person, line.on_behalf_of, line.organisation) == ("p-1", "p-2", "o-3")
    assert (line.right, line.channel, line.action, line.at) == ("guardian", "desk", "test.signed", AT)


def test_a_line_takes_no_text_that_is_not_a_code_or_an_id(db):
    with pytest.raises(ValueError, match="codes and ids"):
        record("two\x1ffields", by=operator(), at=AT)


@pytest.mark.parametrize("table", ["core_auditline", "core_auditbatch"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id + 100", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete(db, table, statement):
    write(1)
    seal_audit(at=AT)

    with (
        pytest.raises(IntegrityError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))

    assert AuditLine.objects.count() == AuditBatch.objects.count() == 1


def test_the_database_refuses_to_replace_a_line(db):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces rows on insert")
    (identity,) = write(1)

    with (
        pytest.raises(IntegrityError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT OR REPLACE INTO core_auditline"
            " (id, at, action, person, on_behalf_of, organisation, right, channel, about)"
            " VALUES (%s, '2026-01-01', 'x', '', '', '', 'x', 'x', '')",
            [identity],
        )


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_to_truncate():
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL truncates")
    write(1)

    with (
        pytest.raises(IntegrityError, match="only grows"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE core_auditline CASCADE")


def test_sealing_takes_every_line_once_and_notes_each_head_outside_the_database(db, monkeypatch):
    monkeypatch.setattr(sealing, "LINES_A_BATCH", 4)
    ids = write(10)

    heads = seal_audit(at=AT)

    batches = list(AuditBatch.objects.order_by("id"))
    assert [batch.lines for batch in batches] == [4, 4, 2]
    assert [batch.head for batch in batches] == heads
    assert (batches[0].first_line, batches[-1].last_line) == (ids[0], ids[-1])
    assert not AuditWaiting.objects.exists()
    noted = (settings.DATA / "audit-heads.log").read_text().split()[2::3]
    assert noted == heads
    assert seal_audit(at=AT) == []


@pytest.mark.django_db(transaction=True)
def test_a_line_that_becomes_visible_late_goes_into_a_later_batch():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: nothing becomes visible late")
    begun, sealed = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with transaction.atomic():
            record("test.slow", by=operator(), at=AT)
            begun.set()
            assert sealed.wait(30)
        connections.close_all()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert begun.wait(30)
    record("test.quick", by=operator(), at=AT)
    seal_audit(at=AT)
    sealed.set()
    writer.join()
    seal_audit(at=AT)

    slow, quick = AuditLine.objects.order_by("id")
    assert (slow.action, quick.action) == ("test.slow", "test.quick")
    assert list(AuditBatch.objects.order_by("id").values_list("first_line", flat=True)) == [quick.id, slow.id]
    assert verify_audit().is_intact


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_once_lose_no_line_and_seal_none_twice(monkeypatch):
    monkeypatch.setattr(sealing, "LINES_A_BATCH", 7)
    failures: list[Exception] = []

    def doing(work) -> threading.Thread:
        def run() -> None:
            try:
                for _ in range(25):
                    work()
            except (IntegrityError, OperationalError) as failure:
                failures.append(failure)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def write_one() -> None:
        with transaction.atomic():
            record("test.raced", by=operator(), at=AT)

    threads = [doing(write_one), doing(write_one), *(doing(lambda: seal_audit(at=AT)) for _ in range(3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal_audit(at=AT)

    assert failures == []
    assert AuditLine.objects.count() == 50 == sum(AuditBatch.objects.values_list("lines", flat=True))
    assert verify_audit().is_intact


@pytest.mark.django_db(transaction=True)
class TestVerifying:
    """Three batches of three lines, and two lines that wait."""

    @pytest.fixture(autouse=True)
    def trail(self):
        self.heads = []
        for start in (0, 3, 6):
            write(3, start=start)
            self.heads += seal_audit(at=AT)
        self.ids = write(2, start=9)
        self.batches = list(AuditBatch.objects.order_by("id").values_list("id", flat=True))

    def test_an_untouched_trail_is_intact_and_names_the_lines_not_sealed_yet(self):
        report = verify_audit(against=self.heads[1])

        assert report.is_intact
        assert (report.lines, report.batches, report.heads_compared) == (11, 3, 3)
        assert report.unsealed == self.ids[9:]
        assert report.head == self.heads[-1]

    @pytest.mark.parametrize("field", ["action", "person", "on_behalf_of", "organisation", "right", "about"])
    def test_a_changed_line_is_found_and_located(self, field):
        change(f"UPDATE core_auditline SET \"{field}\" = 'other' WHERE id = %s", self.ids[4])

        assert kinds(verify_audit()) == [("line_changed", self.ids[4], self.batches[1])]

    def test_a_changed_moment_is_found(self):
        change("UPDATE core_auditline SET at = %s WHERE id = %s", "2020-01-01 00:00:00+00:00", self.ids[0])

        assert kinds(verify_audit()) == [("line_changed", self.ids[0], self.batches[0])]

    @pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps a moment as text")
    @pytest.mark.parametrize("place", range(19))
    def test_any_flipped_byte_of_a_moment_is_found(self, place):
        sealed = self.ids[4]
        changed = "substr(at, 1, %s) || '~' || substr(at, %s)"

        change(f"UPDATE core_auditline SET at = {changed} WHERE id = %s", place, place + 2, sealed)

        assert kinds(verify_audit()) == [("line_changed", sealed, self.batches[1])]

    def test_a_missing_line_is_found_and_located(self):
        change("DELETE FROM core_auditline WHERE id = %s", self.ids[2])

        assert kinds(verify_audit()) == [("line_missing", self.ids[2], self.batches[0])]

    def test_a_missing_line_that_was_not_sealed_yet_is_found(self):
        change("DELETE FROM core_auditline WHERE id = %s", self.ids[10])

        assert kinds(verify_audit()) == [("line_missing", self.ids[10], None)]

    def test_an_added_line_is_found_and_located(self):
        write(1, start=20)
        change("DELETE FROM core_auditwaiting WHERE line_id = %s", self.ids[-1] + 1)

        assert kinds(verify_audit()) == [("line_added", self.ids[-1] + 1, None)]

    def test_lines_that_changed_places_are_found(self):
        first, second = self.ids[3:5]
        for before, after in ((first, -1), (second, first), (-1, second)):
            change("UPDATE core_auditline SET id = %s WHERE id = %s", after, before)

        assert kinds(verify_audit()) == [
            ("line_changed", first, self.batches[1]),
            ("line_changed", second, self.batches[1]),
        ]

    def test_a_changed_batch_is_found_even_if_its_lines_fit(self):
        change("UPDATE core_auditline SET action = 'other' WHERE id = %s", self.ids[0])
        row = AuditLine.objects.values_list(
            "id", "at", "action", "person", "on_behalf_of", "organisation", "right", "channel", "about"
        ).get(id=self.ids[0])
        batch = AuditBatch.objects.get(id=self.batches[0])
        members = bytearray(batch.members)
        members[8:40] = digest_of(row)
        change("UPDATE core_auditbatch SET members = %s WHERE id = %s", bytes(members), batch.id)

        assert kinds(verify_audit()) == [("batch_changed", None, self.batches[0])]

    def test_a_missing_batch_is_found(self):
        change("DELETE FROM core_auditbatch WHERE id = %s", self.batches[1])

        found = kinds(verify_audit())

        assert ("batch_order", None, self.batches[2]) in found
        assert {line for kind, line, _batch in found if kind == "line_added"} == set(self.ids[3:6])
        assert any(kind == "head_missing" for kind, _line, _batch in found)

    def test_batches_in_another_order_are_found(self):
        first, second = self.batches[:2]
        for before, after in ((first, -1), (second, first), (-1, second)):
            change("UPDATE core_auditbatch SET id = %s WHERE id = %s", after, before)

        assert [found for found in kinds(verify_audit()) if found[0] == "batch_order"]

    def test_a_trail_written_anew_does_not_hold_the_heads_published_before(self):
        change("DELETE FROM core_auditbatch")
        change("UPDATE core_auditline SET person = 'somebody-else'")
        for identity in self.ids[:9]:
            change("INSERT INTO core_auditwaiting (line_id) VALUES (%s)", identity)
        (settings.DATA / "audit-heads.log").unlink()
        seal_audit(at=AT)

        assert verify_audit().is_intact
        assert kinds(verify_audit(against=self.heads[0])) == [("head_missing", None, None)]

    def test_the_heads_outside_the_database_betray_a_trail_cut_at_its_end(self):
        change("DELETE FROM core_auditwaiting")
        change("DELETE FROM core_auditbatch WHERE id = %s", self.batches[2])
        change("DELETE FROM core_auditline WHERE id > %s", self.ids[5])

        report = verify_audit()

        assert kinds(report) == [("head_missing", None, None)]
        assert "line 3 of audit-heads.log" in report.findings[0].text

    def test_a_file_of_heads_that_was_spoilt_is_found(self):
        with (settings.DATA / "audit-heads.log").open("a") as file:
            file.write("nonsense\n")

        assert kinds(verify_audit()) == [("heads_file", None, None)]

    @pytest.mark.parametrize("words", ["abc", "g" * 64, "0" * 63])
    def test_words_that_are_no_head_are_refused(self, words):
        with pytest.raises(NotAHead, match="64 digits"):
            verify_audit(against=words)

    def test_the_command_says_where_and_ends_with_status_2(self, capsys):
        call_command("audit", "verify")
        assert "intact" in capsys.readouterr().out

        change("UPDATE core_auditline SET action = 'other' WHERE id = %s", self.ids[4])
        call_command("audit", "verify")

        assert f"Line {self.ids[4]} was changed after it was sealed" in capsys.readouterr().out


words = st.text(st.characters(exclude_categories=("C",)), max_size=10)


@given(st.lists(words, min_size=7, max_size=7), st.lists(words, min_size=7, max_size=7))
def test_two_different_lines_never_share_a_form(one, other):
    same = digest_of((1, AT, *one)) == digest_of((1, AT, *other))

    assert same == (one == other)


def test_a_line_has_the_same_form_in_every_time_zone():
    row = ("a", "", "", "", "", "", "")
    moment = datetime.fromisoformat("2026-11-23T18:00:00+09:00")

    assert digest_of((1, AT, *row)) == digest_of((1, moment, *row))


def test_the_example_of_the_reference_is_right():
    row = (1, AT, "test.example", "", "", "", "operator", "command", "")
    words = (Path(__file__).parents[2] / "docs" / "reference" / "audit-trail.md").read_text(encoding="utf-8")

    assert f"line  {digest_of(row).hex()}\n" in words
    assert f"head  {head_of(GENESIS, AT, members_of([row]))}\n" in words
