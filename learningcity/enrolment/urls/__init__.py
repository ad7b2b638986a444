"""Addresses of the room, one module per noun."""

app_name = "enrolment"

urlpatterns: list[object] = []
