"""Addresses of taking places, and of one's own."""

from django.urls import path

from learningcity.enrolment.views.own_places import (
    place_answer,
    place_calendar,
    place_cancel,
    place_detail,
    place_list,
)
from learningcity.enrolment.views.places import enrol_page

urlpatterns = [
    path("enrol/<uuid:intake_id>", enrol_page, name="enrol"),
    path("mine/places", place_list, name="place_list"),
    path("mine/places/<uuid:enrolment_id>", place_detail, name="place_detail"),
    path("mine/places/<uuid:enrolment_id>/cancel", place_cancel, name="place_cancel"),
    path("mine/places/<uuid:enrolment_id>/answer", place_answer, name="place_answer"),
    path("mine/places/<uuid:enrolment_id>/calendar.ics", place_calendar, name="place_calendar"),
]
