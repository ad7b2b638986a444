"""The settings of a city, with the addresses of the pages bench and static files as they are."""

from learningcity.config.settings import *  # noqa: F403
from learningcity.config.settings import STORAGES

ROOT_URLCONF = "benches.pages_app"
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
