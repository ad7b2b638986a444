"""Loaded before Django: tests write into a folder of their own, never beside a real city."""

import os
import tempfile

os.environ["LEARNINGCITY_DATA"] = tempfile.mkdtemp(prefix="learningcity-tests-")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop running beside the tests
