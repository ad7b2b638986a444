"""Django, started in the folder of LEARNINGCITY_DATA, or in a temporary one that goes with the process.

Import this before any model.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import django
from django.apps import apps

_KEPT: list[TemporaryDirectory] = []


def start() -> Path:
    """Start Django once and return the folder that holds everything it writes."""
    if "LEARNINGCITY_DATA" not in os.environ:
        _KEPT.append(TemporaryDirectory(prefix="learningcity-bench-"))
        os.environ["LEARNINGCITY_DATA"] = _KEPT[0].name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "learningcity.config.settings")
    if not apps.ready:
        django.setup()
    return Path(os.environ["LEARNINGCITY_DATA"])


FOLDER = start()
