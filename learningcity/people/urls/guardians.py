"""Addresses of guardians, children and published ages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
