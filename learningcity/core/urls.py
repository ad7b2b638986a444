"""Addresses of the room."""

app_name = "core"

urlpatterns: list = []
