"""Addresses of organisations and roles."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
