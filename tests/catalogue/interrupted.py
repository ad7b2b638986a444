"""An import that is killed while it writes: run as a process of its own."""

import sys
from datetime import UTC, datetime
from importlib import import_module

import django

from learningcity.core.actors import operator
from tests.city.interrupted import kill


def drafts_until_killed(before: int):
    """Yield drafts of new offers; kill the process at one of them."""
    factories = import_module("tests.catalogue.factories")
    for number in range(before):
        yield factories.draft(key=f"new-{number}", title="Never seen", row=number + 2)
    kill()


def main() -> None:
    """Import into the source `csv`; die after so many offers."""
    django.setup()
    # The tables can be named only after Django is set up.
    actions = import_module("learningcity.catalogue.actions")
    who = {"by": operator(), "at": datetime(2026, 11, 23, 9, 0, tzinfo=UTC)}
    source = actions.open_source("csv", **who)
    actions.import_offers(drafts_until_killed(int(sys.argv[1])), source=source, **who)


if __name__ == "__main__":
    main()
