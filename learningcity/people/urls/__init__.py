"""Addresses of people, one module for each part of the room."""

from learningcity.people.urls import (
    characteristics,
    desk,
    duplicates,
    guardians,
    logins,
    mandates,
    organisations,
    rights,
)

app_name = "people"

urlpatterns = [
    *logins.urlpatterns,
    *organisations.urlpatterns,
    *guardians.urlpatterns,
    *mandates.urlpatterns,
    *desk.urlpatterns,
    *rights.urlpatterns,
    *characteristics.urlpatterns,
    *duplicates.urlpatterns,
]
