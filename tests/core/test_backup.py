"""A backup holds everything, fits either database, and is restored whole or not at all."""

import json
import os
import stat
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from learningcity.core.actors import operator
from learningcity.core.audit import record, seal_audit
from learningcity.core.audit.verifying import verify_audit
from learningcity.core.backup import archive, back_up_data, restore_data
from learningcity.core.backup.archive import Archive, NotABackup
from learningcity.core.backup.restoring import NotEmpty
from learningcity.core.backup.rows import lines_of, tables_of
from learningcity.core.backup.taking import CannotWrite
from learningcity.core.models import AuditLine, AuditWaiting, ScheduledRun
from learningcity.core.progress import SILENT
from learningcity.core.signals import data_restored
from tests import machine

LINE = "core.auditline"


@pytest.fixture(autouse=True)
def own_data(tmp_path, settings):
    """Give each test a data directory of its own."""
    settings.DATA = tmp_path / "data"
    settings.MEDIA_ROOT = settings.DATA / "files"
    settings.MEDIA_ROOT.mkdir(parents=True)


@pytest.fixture
def city(transactional_db, by, at) -> None:
    """Write some of everything."""
    ScheduledRun.objects.create(job="test", due_at=at)
    record("test.sealed", by=by, at=at)
    seal_audit(at=at)
    record("test.waiting", by=by, at=at)
    (settings.DATA / "secret-key").write_text("the key")
    (settings.MEDIA_ROOT / "deep" / "er").mkdir(parents=True)
    (settings.MEDIA_ROOT / "deep" / "er" / "صورة.txt").write_text("a picture")


@pytest.fixture
def backup(city, tmp_path, by, at) -> Path:
    """Take a backup."""
    path = tmp_path / "city.zip"
    back_up_data(path, by=by, at=at, progress=SILENT)
    return path


def everything() -> dict[str, list[bytes]]:
    """Return all rows of all tables."""
    return {model._meta.label: list(lines_of(model, "default")) for model in tables_of(apps)}


def rewritten(backup: Path, **changes: bytes | None) -> Path:
    """Return a copy of a backup with some entries changed, and a manifest that agrees with them."""
    with zipfile.ZipFile(backup) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(entries.pop("manifest.json"))
    for name, content in changes.items():
        entries[name] = content
        manifest["entries"][name] = {"size": len(content), "digest": sha256(content).hexdigest()}
    return written(backup.with_name("rewritten.zip"), entries, manifest)


def written(path: Path, entries: dict[str, bytes], manifest: object) -> Path:
    """Write an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in entries.items():
            new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))
    return path


def told(backup: Path) -> dict:
    """Return the manifest of a backup."""
    with zipfile.ZipFile(backup) as file:
        return json.loads(file.read("manifest.json"))


def test_a_backup_is_restored_with_every_row_file_key_and_head(backup, by, at):
    rows, heads = everything(), (settings.DATA / "audit-heads.log").read_text()
    record("test.afterwards", by=by, at=at)
    (settings.DATA / "secret-key").write_text("another key")
    (settings.MEDIA_ROOT / "new.txt").write_text("new")
    heard = []
    listener = lambda at, **_: heard.append(at)  # noqa: E731
    data_restored.connect(listener)

    restore_data(backup, replace=True, by=by, at=at, progress=SILENT)

    data_restored.disconnect(listener)
    restored = everything()
    assert restored.pop("core.AuditLine")[:2] == rows.pop("core.AuditLine")[:2]
    assert restored.pop("core.AuditWaiting")[:1] == rows.pop("core.AuditWaiting")[:1]
    assert restored == rows
    assert (settings.DATA / "audit-heads.log").read_text() == heads
    assert (settings.DATA / "secret-key").read_text() == "the key"
    assert stat.S_IMODE((settings.DATA / "secret-key").stat().st_mode) == 0o600
    assert [path.name for path in settings.MEDIA_ROOT.rglob("*.txt")] == ["صورة.txt"]
    assert heard == [at]
    assert sorted(path.name for path in settings.DATA.iterdir()) == ["audit-heads.log", "files", "secret-key"]


def test_after_a_restore_the_trail_is_intact_still_guarded_and_goes_on(backup, by, at):
    restore_data(backup, replace=True, by=by, at=at, progress=SILENT)

    assert verify_audit().is_intact
    assert list(AuditLine.objects.order_by("id").values_list("action", flat=True)) == [
        "test.sealed",
        "test.waiting",
        "core.data_restored",
    ]
    assert AuditWaiting.objects.count() == 2
    with pytest.raises(Exception, match="only grows"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_auditline")


def test_a_backup_is_private_and_never_takes_the_place_of_another_file(backup, by, at):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with pytest.raises(CannotWrite, match="exists already"):
        back_up_data(backup, by=by, at=at, progress=SILENT)


def test_a_backup_that_cannot_be_written_says_so_and_leaves_nothing(city, tmp_path, by, at):
    with pytest.raises(CannotWrite, match="Choose another place"):
        back_up_data(tmp_path / "nowhere" / "city.zip", by=by, at=at, progress=SILENT)

    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_city_is_not_restored_over_another(backup, by, at):
    with pytest.raises(NotEmpty, match="--replace"):
        restore_data(backup, by=by, at=at, progress=SILENT)


def test_files_alone_are_a_city_too(transactional_db, backup, by, at):
    folder = settings.MEDIA_ROOT
    with pytest.raises(NotEmpty):
        restore_data(backup, by=by, at=at, progress=SILENT)

    assert folder.exists()


HOSTILE_NAMES = [
    "files/../../evil",
    "/etc/evil",
    "files/..",
    "files/a\\..\\evil",
    "evil",
    "tables/../x.jsonl",
    "files//x",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_an_entry_that_would_leave_its_folder_is_refused(backup, name):
    with pytest.raises(NotABackup, match="changed or damaged"):
        Archive(rewritten(backup, **{name: b"x"}))


def test_a_link_is_refused(backup):
    with zipfile.ZipFile(backup) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(entries["manifest.json"])
    manifest["entries"]["files/link"] = {"size": 11, "digest": sha256(b"/etc/passwd").hexdigest()}
    path = written(
        backup.with_name("link.zip"), {k: v for k, v in entries.items() if k != "manifest.json"}, manifest
    )
    with zipfile.ZipFile(path, "a") as file:
        link = zipfile.ZipInfo("files/link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, b"/etc/passwd")

    with pytest.raises(NotABackup, match="files/link"):
        Archive(path)


def test_a_bomb_is_refused_before_it_is_unfolded(backup, monkeypatch):
    monkeypatch.setattr(archive, "UNFOLDED_ANYWAY", 2**20)
    path = rewritten(backup, **{"files/bomb": bytes(64 * 2**20)})

    with pytest.raises(NotABackup, match="far too much"):
        Archive(path)


@pytest.mark.parametrize("left", [0, 1, 100, 0.5, 0.99])
def test_a_cut_backup_is_refused(backup, left):
    whole = backup.read_bytes()
    backup.write_bytes(whole[: left if isinstance(left, int) else int(len(whole) * left)])

    with pytest.raises(NotABackup):
        Archive(backup)


def test_a_backup_with_one_changed_byte_is_refused(backup):
    whole = bytearray(backup.read_bytes())
    whole[len(whole) // 3] ^= 0xFF
    backup.write_bytes(whole)

    with pytest.raises(NotABackup):
        Archive(backup)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04", b"\x1f\x8b" + bytes(100)])
def test_a_foreign_file_is_refused(tmp_path, content):
    path = tmp_path / "foreign"
    path.write_bytes(content)

    with pytest.raises(NotABackup, match="not a backup"):
        Archive(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(NotABackup, match="cannot be read"):
        Archive(tmp_path / "missing")


MANIFESTS = [
    [],
    {},
    {"format": "other"},
    None,
    "x",
    {"format": "learningcity-backup", "format_version": "x"},
    {"format": "learningcity-backup", "format_version": 1, "entries": [], "tables": {}, "migrations": 1},
]


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_a_zip_of_another_kind_is_refused(tmp_path, manifest):
    with pytest.raises(NotABackup):
        Archive(written(tmp_path / "other.zip", {}, manifest))


def test_a_backup_of_a_newer_format_asks_for_the_newer_version(backup, tmp_path):
    manifest = told(backup) | {"format_version": 2}

    with pytest.raises(NotABackup, match="newer version"):
        Archive(written(tmp_path / "newer.zip", {}, manifest))


def with_manifest(backup: Path, **changes: object) -> Path:
    """Return a copy of a backup whose manifest says something else."""
    with zipfile.ZipFile(backup) as old:
        entries = {name: old.read(name) for name in old.namelist() if name != "manifest.json"}
    return written(backup.with_name("told.zip"), entries, told(backup) | changes)


BAD_ROWS = {
    "no list": b'{"id": 1}\n' * 2,
    "too short": b"[1]\n" * 2,
    "not JSON": b"[1\n" * 2,
    "deep": b"[" * 100_000 + b"\n",
    "wrong kind": b'["x","x","x","x","x","x","x","x","x"]\n' * 2,
    "cut": b"[1,2",
    "too few": b"",
}


@pytest.mark.parametrize("content", BAD_ROWS.values(), ids=BAD_ROWS)
def test_rows_that_do_not_fit_leave_everything_as_it_was(backup, content, by, at):
    rows = everything()

    with pytest.raises(NotABackup, match=LINE):
        restore_data(
            rewritten(backup, **{f"tables/{LINE}.jsonl": content}),
            replace=True,
            by=by,
            at=at,
            progress=SILENT,
        )

    assert everything() == rows
    assert (settings.MEDIA_ROOT / "deep" / "er" / "صورة.txt").read_text() == "a picture"
    assert not list(settings.DATA.glob("restore-*"))


def test_a_row_that_points_nowhere_leaves_everything_as_it_was(backup, by, at):
    rows = everything()
    path = rewritten(backup, **{"tables/core.auditwaiting.jsonl": b"[77777]\n"})

    with pytest.raises(NotABackup):
        restore_data(path, replace=True, by=by, at=at, progress=SILENT)

    assert everything() == rows


def test_a_backup_of_newer_tables_asks_for_the_newer_version(backup, by, at):
    path = with_manifest(backup, migrations=[*told(backup)["migrations"], ["core", "9999_from_the_future"]])

    with pytest.raises(NotABackup, match="newer version"):
        restore_data(path, replace=True, by=by, at=at, progress=SILENT)


def test_a_backup_that_lacks_a_table_is_refused(backup, by, at):
    tables = [table for table in told(backup)["tables"] if table["label"] != LINE]

    with pytest.raises(NotABackup):
        restore_data(with_manifest(backup, tables=tables), replace=True, by=by, at=at, progress=SILENT)


def run(data: Path, *words: object, database: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "learningcity.config.cli", *map(str, words), "--data", data],
        env=os.environ | {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "learningcity.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.postgresql
def test_a_city_moves_from_sqlite_to_postgresql_and_back(tmp_path):
    programs = machine.postgresql()
    if programs is None:
        pytest.skip("no PostgreSQL on this machine: a move between databases was not tried")
    first, second, third = tmp_path / "1.zip", tmp_path / "2.zip", tmp_path / "3.zip"
    with machine.running_postgresql(programs) as database:
        steps = [
            run(tmp_path / "a", "people", "invite-administrator"),
            run(tmp_path / "a", "audit", "seal"),
            run(tmp_path / "a", "data", "backup", first),
            run(tmp_path / "b", "data", "restore", first, database=database),
            run(tmp_path / "b", "audit", "verify", database=database),
            run(tmp_path / "b", "data", "backup", second, database=database),
            run(tmp_path / "c", "data", "restore", second),
            run(tmp_path / "c", "audit", "verify"),
            run(tmp_path / "c", "data", "backup", third),
        ]

    assert [(step.returncode, step.stderr) for step in steps] == [(0, "")] * len(steps)
    kept = set(told(first)["entries"]) - {f"tables/{LINE}.jsonl", "tables/core.auditwaiting.jsonl"}
    assert {name: told(first)["entries"][name] for name in kept} == {
        name: told(third)["entries"][name] for name in kept
    }
    refused = run(tmp_path / "c", "data", "restore", first)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)


def test_the_trail_says_who_took_a_backup(backup):
    assert AuditLine.objects.filter(action="core.data_backed_up", right=operator().right).count() == 1
