"""Addresses of the room."""

from django.urls import path

from learningcity.core.views import pages

app_name = "core"

urlpatterns = [
    path("display", pages.display, name="display"),
    path("accessibility", pages.accessibility, name="accessibility"),
]
