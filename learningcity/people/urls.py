"""Addresses of the room."""

app_name = "people"

urlpatterns: list = []
