"""Loaded before Django: tests write into a folder of their own, never beside a real city."""

import os
import tempfile
from pathlib import Path

os.environ["LEARNINGCITY_DATA"] = tempfile.mkdtemp(prefix="learningcity-tests-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop running beside the tests
# Compiled once for this checkout, not once for each run.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path(__file__).parents[1] / ".numba_cache"))
