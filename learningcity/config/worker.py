"""The worker process: the schedule and the queue of tasks. `serve` starts it as a child."""

import os

import django
from django.core.management import call_command

from learningcity.config.children import die_with_parent


def main() -> None:
    """Work until told to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learningcity.config.settings")
    die_with_parent()
    django.setup()
    call_command("schedule")


if __name__ == "__main__":
    main()
