"""Addresses of a person's rights over their data."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
