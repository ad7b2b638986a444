"""What the codes of the desk, of mandates and of contacts mean, in words for the person concerned."""

from django.utils.translation import gettext_lazy as _

DESK_WORDS: dict[str, object] = {
    "people.acting_ended": _("Stopped acting for the person"),
    "people.acting_started": _("Began to act for the person"),
    "people.contact_changed": _("Ways to reach the person changed"),
    "people.contact_code_sent": _("Code sent to confirm an address"),
    "people.contact_confirmed": _("Address confirmed"),
    "people.contact_left": _("Form left for the person to finish"),
    "people.mandate_asked": _("Mandate asked for"),
    "people.mandate_ended": _("Mandate ended"),
    "people.mandate_given": _("Mandate given"),
    "people.mandate_lapsed": _("Mandate not answered in time"),
    "people.mandate_scan_seen": _("Paper of a mandate looked at"),
    "people.name_changed": _("Name changed"),
    "people.person_entered": _("Entry made"),
    "people.person_looked_up": _("Looked up"),
}
