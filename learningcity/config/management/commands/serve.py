"""`learningcity serve`: the web and the worker beside it."""

import os
from argparse import ArgumentParser, ArgumentTypeError

from django.conf import settings
from django.utils.translation import gettext as _

from learningcity.config.children import DiesTooOften
from learningcity.config.serving import (
    CannotServe,
    check_address,
    check_demo_accounts,
    prepare,
    processes,
    wait_until_ready,
)
from learningcity.core.commands import Answer, Call, PlainCommand


def port_number(words: str) -> int:
    """Return a port; raise ArgumentTypeError for anything that is none."""
    if not words.isascii() or not words.isdigit() or not 1 <= int(words) <= 65535:
        raise ArgumentTypeError(f"a port is a number from 1 to 65535, not {words[:20]!r}")
    return int(words)


def worker_number(words: str) -> int:
    """Return a number of web processes; raise ArgumentTypeError for anything else."""
    if not words.isascii() or not words.isdigit() or not 1 <= int(words) <= 64:
        raise ArgumentTypeError(f"the number of web processes is 1 to 64, not {words[:20]!r}")
    return int(words)


class Command(PlainCommand):
    """Serve the city."""

    help = "Serve the city: web and worker together, until told to stop."
    needs_tables = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments; `--data DIR` is read before settings are."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen at (127.0.0.1).")
        parser.add_argument("--port", type=port_number, default=8000, help="Port to listen at (8000).")
        parser.add_argument("--workers", type=worker_number, default=2, help="Web processes (2).")
        parser.add_argument("--demo", action="store_true", help="Build and serve the demonstration city.")

    def answer(self, call: Call, *, host: str, port: int, workers: int, demo: bool) -> Answer:
        """Serve until told to stop."""
        check_address(host, port)
        prepare(is_demo=demo)
        check_demo_accounts(host, is_demo=demo)
        # Links in mail must lead to where this city listens, unless the operator named another address.
        settings.PUBLIC_ADDRESS = os.environ.get("LEARNINGCITY_ADDRESS") or f"http://{host}:{port}"
        family = processes(host, port, workers)
        try:
            family.start()
            if wait_until_ready(family, host, port):
                self.announce(host, port)
            family.watch()
        except DiesTooOften as death:
            raise CannotServe(
                _("The %(process)s process died again and again; its log above says why.")
                % {"process": death}
            ) from None
        finally:
            family.stop()
        return Answer({})

    def announce(self, host: str, port: int) -> None:
        """Say where the city is."""
        shown = f"[{host}]" if ":" in host else host
        self.stdout.write(
            _(
                "The city is open at http://%(host)s:%(port)s/ and keeps everything in %(folder)s. "
                "Ctrl-C stops it."
            )
            % {"host": shown, "port": port, "folder": settings.DATA}
        )
        self.stdout.flush()
