"""Address of the choice about places at one time."""

from django.urls import path

from learningcity.enrolment.views.overlaps import overlaps

urlpatterns = [path("mine/places/overlaps", overlaps, name="overlaps")]
