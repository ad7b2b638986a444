"""Addresses for those who enrol without an account."""

from django.urls import path

from learningcity.enrolment.views.guests import enrol_guest, guest_place

urlpatterns = [
    path("enrol/<uuid:intake_id>/guest", enrol_guest, name="enrol_guest"),
    path("my-place/<str:token>", guest_place, name="guest_place"),
]
