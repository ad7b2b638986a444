"""What the codes that presence, completion and reminders record mean, in words."""

from django.utils.translation import gettext_lazy as _

ATTENDANCE_WORDS: dict[str, object] = {
    "enrolment.attendance_corrected": _("Presence corrected"),
    "enrolment.attendance_taken": _("Presence entered"),
    "enrolment.calendar_address_ended": _("Private address of the calendar ended"),
    "enrolment.calendar_address_made": _("Private address of the calendar made"),
    "enrolment.code_opened": _("Code of a date shown"),
    "enrolment.code_used": _("Entered as present by code"),
    "enrolment.completion_withdrawn": _("No longer counted as completed"),
    "enrolment.learning_completed": _("Completed"),
    "enrolment.past_entered": _("Invented past entered"),
    "enrolment.reminder_chosen": _("Reminders chosen"),
}
