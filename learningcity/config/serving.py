"""Serve a city: what must be true before, what is prepared, and the processes that do it."""

import errno
import http.client
import ipaddress
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from functools import partial
from hashlib import sha256
from importlib import import_module
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.urls import get_resolver
from django.utils.timezone import now
from django.utils.translation import gettext as _
from granian import Granian
from granian.constants import Interfaces

from learningcity import __version__
from learningcity.catalogue.actions.skills import load_skills
from learningcity.catalogue.queries.skills import are_skills_loaded
from learningcity.catalogue.queries.vocabulary import skill_rows
from learningcity.city.models import City
from learningcity.config.children import Child, Family, die_with_parent
from learningcity.core.actors import operator
from learningcity.core.refusals import Refused
from learningcity.core.tables import tables_are_ready
from learningcity.people.models import Login

WSGI = "learningcity.config.wsgi"
SECONDS_TO_START = 60

# A worker answers so many requests at once; more wait in line instead of opening more database connections.
THREADS_A_WORKER = 4
WAITING_A_WORKER = 64

# Files of other packages that no page of ours asks for; compressing them would take longer than all the rest.
UNUSED_STATIC = [
    "redoc*",
    "htmax*",
    "htmx-4*",
    "htmx-2.js",
    "ext",
    "draw",
    "*-src*",
    "proj4*",
    "leaflet.forms*",
    "leaflet.extras*",
    "Control.MiniMap*",
]


class CannotServe(Refused):
    """The city cannot be served like this."""

    code = "cannot_serve"


def check_address(host: str, port: int) -> None:
    """Raise CannotServe unless we can listen there."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            # A port whose last connections are just fading away is free.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except socket.gaierror:
        raise CannotServe(
            _("%(host)r is not an address of this machine. Use --host 127.0.0.1, or 0.0.0.0 for all.")
            % {"host": host}
        ) from None
    except OSError as error:
        raise CannotServe(why_not_there(error, host, port)) from None


def why_not_there(error: OSError, host: str, port: int) -> str:
    """Return why nobody can listen at an address."""
    place = {"host": host, "port": port}
    if error.errno == errno.EADDRINUSE:
        return _("Port %(port)s is in use. Stop what uses it, or choose another: --port %(next)s") % {
            "port": port,
            "next": port + 1,
        }
    if error.errno == errno.EACCES:
        return _("Port %(port)s needs more rights. Choose one above 1023.") % place
    return _("%(host)s is not an address of this machine. Use --host 127.0.0.1, or 0.0.0.0 for all.") % place


def check_demo_accounts(host: str, *, is_demo: bool) -> None:
    """Raise CannotServe if accounts with published passwords would be open to others."""
    if is_demo or is_loopback(host) or not Login.objects.filter(is_demo=True).exists():
        return
    raise CannotServe(
        _(
            "This city has demonstration accounts, whose passwords are public, and %(host)s can be reached "
            "by others. Serve it on 127.0.0.1, or say --demo if that is what you want."
        )
        % {"host": host}
    )


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def prepare(*, is_demo: bool) -> None:
    """Bring tables, static files and skills up to date; with `is_demo` build the demonstration if needed.

    Raises CannotServe if it cannot be built.
    """
    settings.DATA.mkdir(parents=True, exist_ok=True)
    if not tables_are_ready():
        call_command("migrate", verbosity=0, interactive=False)
    collect_static()
    if is_demo and not City.objects.exists():
        build_demo()
    if not are_skills_loaded():
        load_skills(skill_rows(), by=operator(), at=now())


def build_demo() -> None:
    """Build the demonstration city, in a process of its own: it needs much memory, and we stay for long."""
    words = [sys.executable, "-m", "learningcity.config.cli", "demo", "build"]
    built = subprocess.run(words, stdin=subprocess.DEVNULL, check=False)  # noqa: S603 - our own words, no shell
    if built.returncode:
        raise CannotServe(
            _("The demonstration city could not be built. Without --demo the city starts empty.")
        )


def collect_static() -> None:
    """Collect and compress the static files, unless nothing has changed since the last time."""
    stamp = settings.DATA / "static.stamp"
    current = static_digest()
    if stamp.exists() and stamp.read_text(encoding="ascii") == current:
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=UNUSED_STATIC)
    stamp.write_text(current, encoding="ascii")


def static_digest() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    digest = sha256(__version__.encode())
    for name, path in sorted(static_files()):
        state = path.stat()
        digest.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_files() -> Iterable[tuple[str, Path]]:
    """Yield every static file with its name."""
    for finder in get_finders():
        for name, storage in finder.list(UNUSED_STATIC):
            yield name, Path(storage.path(name))


def processes(host: str, port: int, workers: int) -> Family:
    """Return the processes of a city: the web, and the worker beside it.

    The application is loaded here, once: every process is a copy that has it already.
    """
    import_module(WSGI)
    get_resolver().url_patterns  # noqa: B018 - reading it loads the pages
    web = partial(serve_web, host, port, workers)
    return Family(Child("web", web), Child("worker", partial(call_command, "schedule")))


def serve_web(host: str, port: int, workers: int) -> None:
    """Serve pages until told to stop."""
    # granian forks its workers; one that outlived it would hold the port.
    os.register_at_fork(after_in_child=die_with_parent)
    Granian(
        f"{WSGI}:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS_A_WORKER,
        backpressure=WAITING_A_WORKER,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        log_enabled=False,
    ).serve()


def wait_until_ready(family: Family, host: str, port: int) -> bool:
    """Return whether the city is ready; False if we were asked to stop first.

    Raises CannotServe if it does not get ready within a minute.
    """
    deadline = time.monotonic() + SECONDS_TO_START
    while not family.stop_asked.wait(0.05):
        if is_ready(host, port):
            return True
        family.look_after()
        if time.monotonic() > deadline:
            raise CannotServe(_("The city did not get ready within a minute. Its log above says why."))
    return False


def is_ready(host: str, port: int) -> bool:
    """Return whether the web process says that everything it needs is there."""
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask, not where to listen
    asked = http.client.HTTPConnection(anywhere.get(host, host), port, timeout=5)
    try:
        asked.request("GET", "/-/ready", headers={"Host": accepted_host()})
        return bool(json.load(asked.getresponse()).get("ready"))
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        asked.close()


def accepted_host() -> str:
    """Return a host name that the application accepts."""
    first = settings.ALLOWED_HOSTS[0] if settings.ALLOWED_HOSTS else "localhost"
    return "localhost" if first == "*" else first.removeprefix(".")
