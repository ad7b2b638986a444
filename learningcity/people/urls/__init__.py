"""Addresses of people, one module for each part of the room."""

from learningcity.people.urls import (
    characteristics,
    desk,
    drafts,
    duplicates,
    guardians,
    invitations,
    keys,
    letters,
    logins,
    mandates,
    organisations,
    paper,
    rights,
    roles,
)

app_name = "people"

urlpatterns = [
    *logins.urlpatterns,
    *organisations.urlpatterns,
    *roles.urlpatterns,
    *invitations.urlpatterns,
    *keys.urlpatterns,
    *guardians.urlpatterns,
    *mandates.urlpatterns,
    *desk.urlpatterns,
    *rights.urlpatterns,
    *characteristics.urlpatterns,
    *duplicates.urlpatterns,
    *drafts.urlpatterns,
    *paper.urlpatterns,
    *letters.urlpatterns,
]
