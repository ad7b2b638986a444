"""Addresses of the room."""

app_name = "catalogue"

urlpatterns: list = []
