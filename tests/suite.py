"""Run the whole suite: on SQLite with a real browser, then on PostgreSQL. Called by `make test`."""

import os
import subprocess
import sys

from tests import machine

WORKERS = os.environ.get("TEST_WORKERS", str(min(os.cpu_count() or 1, 8)))


def pytest(*words: str, **environment: str) -> int:
    """Run pytest once and return its exit status."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", WORKERS, "--dist", "loadgroup", *words]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def must_not_skip(what: str) -> bool:
    """Say that a tool is missing; where CI asks for everything, say that this is a failure."""
    print(f"NOT RUN: {what}", flush=True)
    return bool(os.environ.get("CI"))


def main() -> int:
    """Run everything that this machine can run; return the exit status."""
    failed = False
    if not os.environ.get("LEARNINGCITY_TEST_DATA"):
        failed |= must_not_skip("tests on the shared real data: set LEARNINGCITY_TEST_DATA to its folder.")
    if not machine.sets_type() and not (machine.install(*machine.TYPESETTING) and machine.sets_type()):
        print(f"MISSING: letters will fail; apt install {' '.join(machine.TYPESETTING)}.", flush=True)
    browser = machine.chromium() or (machine.install("chromium") and machine.chromium())
    words = [] if browser else ["-m", "not browser"]
    if not browser:
        failed |= must_not_skip("journeys in a browser: no Chromium (Debian: apt install chromium).")
    print("On SQLite:", flush=True)
    failed |= pytest(*words, DATABASE_URL="", CHROMIUM=browser or "") != 0
    programs = machine.postgresql() or (machine.install("postgresql") and machine.postgresql())
    if not programs:
        return int(failed | must_not_skip("the suite on PostgreSQL: apt install postgresql."))
    print("On PostgreSQL:", flush=True)
    with machine.running_postgresql(programs) as address:
        failed |= pytest("-m", "not browser and not once", DATABASE_URL=address) != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
