"""Addresses of entries that are one person."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
