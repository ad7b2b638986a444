"""Addresses of the organiser's pages of places."""

from django.urls import path, re_path

from learningcity.enrolment.views.intakes import (
    intake_decision,
    intake_open,
    intake_settings,
    session_settings,
)
from learningcity.enrolment.views.participants import people, people_call_off, people_download

urlpatterns = [
    path("catalogue/series/<uuid:series_id>/places", intake_settings, name="intake_settings"),
    path("catalogue/sessions/<uuid:session_id>/places", session_settings, name="session_settings"),
    path("catalogue/intakes/<uuid:intake_id>/decision", intake_decision, name="intake_decision"),
    path("catalogue/intakes/<uuid:intake_id>/open", intake_open, name="intake_open"),
    path("catalogue/series/<uuid:series_id>/people", people, name="people"),
    re_path(
        r"^catalogue/series/(?P<series_id>[0-9a-f-]{36})/people\.(?P<form>csv|xlsx)$",
        people_download,
        name="people_download",
    ),
    path("catalogue/enrolments/<uuid:enrolment_id>/call-off", people_call_off, name="people_call_off"),
]
