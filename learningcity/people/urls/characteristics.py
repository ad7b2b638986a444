"""Addresses of what people say of themselves."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
