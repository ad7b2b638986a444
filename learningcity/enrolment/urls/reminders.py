"""Addresses of reminders and of the calendar."""

from django.urls import path

from learningcity.enrolment.views.reminders import (
    calendar_address,
    calendar_download,
    calendar_feed,
    reminders,
)

urlpatterns = [
    path("mine/reminders", reminders, name="reminders"),
    path("mine/reminders/calendar", calendar_address, name="calendar_address"),
    path("mine/calendar.ics", calendar_download, name="calendar_download"),
    path("calendars/<str:token>.ics", calendar_feed, name="calendar_feed"),
]
