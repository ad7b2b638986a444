"""One command serves a city, keeps it alive, and stops it cleanly."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from learningcity.config.children import Child, DiesTooOften
from learningcity.config.serving import (
    CannotServe,
    check_address,
    check_demo_accounts,
    collect_static,
    is_loopback,
)
from learningcity.people.models import Login, Person

PATIENCE = 90


def free_port() -> int:
    """Return a port nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def ask(port: int, path: str) -> tuple[int, bytes]:
    """Ask the city for a page."""
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        asked.request("GET", path)
        answer = asked.getresponse()
        return answer.status, answer.read()
    finally:
        asked.close()


def eventually(is_true) -> bool:
    """Wait until something is true."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if is_true():
            return True
        time.sleep(0.1)
    return False


def family_of(process: int) -> dict[int, int]:
    """Return the processes that a process has started, each with its parent."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(stat.parent.name)] = int(words[1])
    found = {process: 0}
    while more := {one: up for one, up in parents.items() if up in found and one not in found}:
        found |= more
    return found


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[tuple[subprocess.Popen[str], int, Path]]:
    """Serve an empty city; give process, port and data folder."""
    data, port = tmp_path_factory.mktemp("served") / "data", free_port()
    log = (data.parent / "log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", "learningcity.config.cli", "serve", "--port", str(port), "--data", str(data)],
        env=os.environ | {"DATABASE_URL": ""},
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        cwd=data.parent,
    )
    try:
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        yield process, port, data
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()
        log.close()


@pytest.mark.xdist_group("serve")
class TestServing:
    """The tests below follow one another on one city."""

    def test_it_is_ready_when_it_says_so(self, served):
        _process, port, _data = served

        status, body = ask(port, "/-/ready")

        assert (status, json.loads(body)["ready"]) == (200, True)

    def test_it_writes_nothing_outside_its_data_folder(self, served):
        _process, _port, data = served

        assert {path.name for path in data.parent.iterdir()} == {"data", "log"}
        assert {"learningcity.sqlite3", "secret-key", "static"} <= {path.name for path in data.iterdir()}

    def test_a_second_one_is_told_that_the_port_is_in_use(self, served):
        _process, port, _data = served

        with pytest.raises(CannotServe, match=f"Port {port} is in use.*--port {port + 1}"):
            check_address("127.0.0.1", port)

    def test_a_process_that_dies_is_started_again(self, served):
        process, port, _data = served
        before = {one for one, up in family_of(process.pid).items() if up == process.pid}

        for child in before:
            os.kill(child, signal.SIGKILL)

        assert eventually(
            lambda: len({o for o, up in family_of(process.pid).items() if up == process.pid} - before) == 2
        )
        assert eventually(lambda: is_up(port))

    def test_it_stops_cleanly_and_leaves_no_process_behind(self, served):
        process, port, data = served
        family = set(family_of(process.pid))

        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0
        assert eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in family - {process.pid}))
        assert not is_up(port)
        assert "Traceback" not in (data.parent / "log").read_text()


def is_up(port: int) -> bool:
    """Return whether the city answers."""
    try:
        return ask(port, "/-/live")[0] == 200
    except (OSError, http.client.HTTPException):
        return False


@pytest.mark.parametrize("host", ["no such host", "203.0.113.7", "256.1.1.1"])
def test_an_address_that_is_not_ours_is_refused(host):
    with pytest.raises(CannotServe, match="not an address of this machine"):
        check_address(host, 0)


@pytest.mark.parametrize(
    ("host", "is_ours_alone"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
    ],
)
def test_only_loopback_addresses_are_ours_alone(host, is_ours_alone):
    assert is_loopback(host) is is_ours_alone


@pytest.fixture
def demo_account(db, at) -> None:
    """Make an account whose password everybody knows."""
    person = Person.objects.create(created_at=at)
    Login.objects.create(email="demo@example.org", person=person, is_demo=True, created_at=at)


def test_demonstration_accounts_are_not_served_to_others(demo_account):
    with pytest.raises(CannotServe, match="passwords are public.*--demo"):
        check_demo_accounts("0.0.0.0", is_demo=False)

    check_demo_accounts("0.0.0.0", is_demo=True)
    check_demo_accounts("127.0.0.1", is_demo=False)


def test_a_city_without_demonstration_accounts_is_served_to_all(db):
    check_demo_accounts("0.0.0.0", is_demo=False)


def test_static_files_are_collected_once_until_they_change(tmp_path, settings):
    settings.DATA, settings.STATIC_ROOT = tmp_path, tmp_path / "static"

    collect_static()
    mark = tmp_path / "static" / "mark-of-the-test"
    mark.touch()
    collect_static()
    assert mark.exists()

    (tmp_path / "static.stamp").write_text("other files")
    collect_static()
    assert not mark.exists()


def test_a_process_that_only_dies_is_given_up():
    child = Child("web", lambda: None)
    for _ in range(5):
        child.start_again()
        child.end(PATIENCE)

    with pytest.raises(DiesTooOften, match="web"):
        child.start_again()
