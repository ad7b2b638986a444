"""Addresses of the room, one module per noun."""

from learningcity.enrolment.urls import attendance, guests, intakes, overlaps, places, queue, reminders

app_name = "enrolment"

urlpatterns = [
    *reminders.urlpatterns,
    *attendance.urlpatterns,
    *places.urlpatterns,
    *guests.urlpatterns,
    *overlaps.urlpatterns,
    *queue.urlpatterns,
    *intakes.urlpatterns,
]
