"""Addresses of the room, one module per noun."""

from learningcity.enrolment.urls import attendance, places

app_name = "enrolment"

urlpatterns = [
    *attendance.urlpatterns,
    *places.urlpatterns,
]
