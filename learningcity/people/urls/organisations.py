"""Addresses of organisations and their workspaces."""

from django.urls import path

from learningcity.people.views import organisations

urlpatterns = [
    path("organisations", organisations.organisation_list, name="organisation_list"),
    path("organisations/new", organisations.organisation_new, name="organisation_new"),
    path("organisations/own", organisations.own_organisation, name="own_organisation"),
    path("organisations/<uuid:public_id>", organisations.organisation, name="organisation"),
    path(
        "organisations/<uuid:public_id>/change",
        organisations.organisation_change,
        name="organisation_change",
    ),
]
