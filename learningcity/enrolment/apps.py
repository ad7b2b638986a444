"""Start-up of the room."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from learningcity.core.navigation import SIGNED_IN, register_page
from learningcity.core.personal import keep


class EnrolmentConfig(AppConfig):
    """The room at start-up: its pages in the navigation, its panels on others' pages, its ears."""

    name = "learningcity.enrolment"
    label = "enrolment"
    verbose_name = _("enrolment")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enter the pages and fill the places that other rooms' pages leave."""
        import_module("learningcity.enrolment.receivers")
        import_module("learningcity.enrolment.panels").fill_places()
        import_module("learningcity.enrolment.permissions.keys").fill_scopes()
        import_module("learningcity.enrolment.forms.places").fill_forms()
        import_module("learningcity.enrolment.forms.attendance").fill_attendance()
        import_module("learningcity.enrolment.permissions.attendance").fill_scopes()
        import_module("learningcity.core.audit.words").register(
            import_module("learningcity.enrolment.queries.attendance_words").ATTENDANCE_WORDS
        )
        import_module("learningcity.core.audit.words").register(
            import_module("learningcity.enrolment.queries.place_words").PLACE_WORDS
        )
        for kept in import_module("learningcity.enrolment.queries.holdings").KEPT:
            keep(kept)
        register_page("mine", _("My places"), "enrolment:place_list", 15, SIGNED_IN)
        register_page("mine", _("Reminders"), "enrolment:reminders", 17, SIGNED_IN)
