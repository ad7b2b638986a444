"""Addresses of presence: the list of a date, its code, its sheet, corrections; and where a code is typed."""

from django.urls import path

from learningcity.enrolment.views.attendance import attendance, attendance_entry, attendance_sheet
from learningcity.enrolment.views.codes import attend, attend_guest, attendance_code
from learningcity.enrolment.views.completions import attendance_completed

LIST = "catalogue/sessions/<uuid:public_id>/attendance"

urlpatterns = [
    path(LIST, attendance, name="attendance"),
    path(f"{LIST}/code", attendance_code, name="attendance_code"),
    path(f"{LIST}/sheet", attendance_sheet, name="attendance_sheet"),
    path(f"{LIST}/completed", attendance_completed, name="attendance_completed"),
    path(f"{LIST}/entries/<uuid:entry_id>", attendance_entry, name="attendance_entry"),
    path("attend/<uuid:public_id>", attend, name="attend"),
    path("attend/<uuid:public_id>/guest/<str:token>", attend_guest, name="attend_guest"),
]
