"""Addresses of the room."""

app_name = "city"

urlpatterns: list = []
