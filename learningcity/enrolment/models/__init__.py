"""Tables of enrolment, one file per noun."""

from learningcity.enrolment.models.attendance import Attendance, AttendanceCorrection, Completion, SessionCode
from learningcity.enrolment.models.enrolment import LIVING, TAKING, Enrolment, Guest, Party, StatusChange
from learningcity.enrolment.models.intake import Criterion, Intake
from learningcity.enrolment.models.overlap import OverlapChoice
from learningcity.enrolment.models.queue import QueueEvent
from learningcity.enrolment.models.reminder import CalendarAddress, ReminderChoice, SessionNews

__all__ = [
    "LIVING",
    "TAKING",
    "Attendance",
    "AttendanceCorrection",
    "CalendarAddress",
    "Completion",
    "Criterion",
    "Enrolment",
    "Guest",
    "Intake",
    "OverlapChoice",
    "Party",
    "QueueEvent",
    "ReminderChoice",
    "SessionCode",
    "SessionNews",
    "StatusChange",
]
