"""The settings of a city, with the addresses of the pages bench."""

from learningcity.config.settings import *  # noqa: F403

ROOT_URLCONF = "benches.pages_app"
