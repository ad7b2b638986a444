"""Addresses of the room."""

from django.urls import path

from learningcity.core import health
from learningcity.core.views import pages, retention

app_name = "core"

urlpatterns = [
    path("-/live", health.live, name="live"),
    path("-/ready", health.ready, name="ready"),
    path("display", pages.display, name="display"),
    path("accessibility", pages.accessibility, name="accessibility"),
    path("privacy", retention.retention, name="retention"),
]
