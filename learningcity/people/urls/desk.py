"""Addresses of the desk."""

from django.urls import path

from learningcity.people.views import desk

urlpatterns = [
    path("desk", desk.desk, name="desk"),
]
